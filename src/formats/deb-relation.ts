import { compareDebVersions } from './deb-version.ts';
import { FormatError } from './format-error.ts';

export type VersionOperator = '<<' | '<=' | '=' | '>=' | '>>';

/** One way to satisfy a dependency: `libc6:any (>= 2.31)`. */
export interface Relation {
  readonly name: string;
  /** `any`, `native` or a CPU; undefined where none is written. */
  readonly arch: string | undefined;
  readonly operator: VersionOperator | undefined;
  readonly version: string;
}

const PATTERN =
  /^([a-zA-Z0-9][a-zA-Z0-9+.-]*)(?::([a-z0-9-]+))?\s*(?:\(\s*(<<|<=|<|=|>=|>>|>)\s*([^\s)]+)\s*\))?$/;

/** Reads `a (>= 1) | b, c`: all of the outer list, any one of each inner list, in the order that is preferred. */
export function parseRelations(field: string): Relation[][] {
  const groups: Relation[][] = [];
  for (const group of field.split(',')) {
    const text = group.trim();
    if (text !== '') groups.push(text.split('|').map((alternative) => parseRelation(alternative.trim())));
  }
  return groups;
}

function parseRelation(text: string): Relation {
  const match = PATTERN.exec(text);
  if (match === null) throw new FormatError('deb relation', `can't read "${text.slice(0, 80)}"`);
  const [, name, arch, sign, version = ''] = match;
  // The old `<` and `>` mean "or equal", as they always did for dpkg.
  const operator = sign === '<' ? '<=' : sign === '>' ? '>=' : (sign as VersionOperator | undefined);
  return { name: name!, arch, operator, version };
}

/** Whether a version is one that the relation asks for. Something without a version satisfies no versioned relation. */
export function satisfies(relation: Relation, version: string | undefined): boolean {
  if (relation.operator === undefined) return true;
  if (version === undefined) return false;
  return COMPARISONS[relation.operator](compareDebVersions(version, relation.version));
}

const COMPARISONS: Readonly<Record<VersionOperator, (order: number) => boolean>> = {
  '<<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '=': (order) => order === 0,
  '>=': (order) => order >= 0,
  '>>': (order) => order > 0,
};

/** As Debian writes it: `libc6 (>= 2.31)`. */
export function relationText(relation: Relation): string {
  const name = relation.arch === undefined ? relation.name : `${relation.name}:${relation.arch}`;
  return relation.operator === undefined ? name : `${name} (${relation.operator} ${relation.version})`;
}

/** One target for each combination of a matrix, as if it were written under `targets`. */
import { parseArch } from '../abi/cpu.ts';
import type { Libc } from '../abi/libc.ts';
import { suggest } from '../report/suggest.ts';
import type { Path } from './document.ts';
import type { Findings } from './findings.ts';
import { knownPlaceholders, placeholdersIn, placeholdersOf, substitute } from './placeholders.ts';
import { resolveSelection } from './resolve-selection.ts';
import { isName, type FileContent, type TargetContent } from './schema.ts';
import { selects } from './select.ts';

type LibcOf = (environment: string) => Libc;

interface Expansion {
  readonly findings: Findings;
  readonly libcOfEnvironment: LibcOf;
}

/** A target as it is written, and where its parts are. */
export interface WrittenTarget {
  readonly name: string;
  readonly content: TargetContent;
  readonly at: { readonly key: Path; readonly environment: Path; readonly promise: Path };
}

/** `libcOfEnvironment` answers for targets that don't say theirs. */
export function writtenTargets(
  content: FileContent,
  findings: Findings,
  libcOfEnvironment: LibcOf,
): readonly WrittenTarget[] {
  const single = Object.entries(content.targets ?? {}).map(([name, target]): WrittenTarget => {
    const key = ['targets', name];
    const at = { key, environment: [...key, 'environment'], promise: [...key, 'promise'] };
    return { name, content: target, at };
  });
  const combined =
    content.matrix === undefined
      ? []
      : expandMatrix(content, content.matrix, { findings, libcOfEnvironment });
  const all = new Map(single.map((target) => [target.name, target]));
  for (const target of combined) {
    const other = all.get(target.name);
    if (other === undefined) all.set(target.name, target);
    else tellApart(target, other, findings);
  }
  return [...all.values()];
}

type MatrixContent = NonNullable<FileContent['matrix']>;

function expandMatrix(
  content: FileContent,
  matrix: MatrixContent,
  { findings, libcOfEnvironment }: Expansion,
): readonly WrittenTarget[] {
  const ownName = `{environment}-{arch}${matrix.libc === undefined ? '' : '-{libc}'}`;
  const template =
    matrix.name !== undefined && checkName(matrix.name, content, findings) ? matrix.name : ownName;
  const excluded = excludedBy(content, matrix, { findings, libcOfEnvironment });
  const targets = combinationsOf(matrix).flatMap(({ environment, index, arch, libc }): WrittenTarget[] => {
    const properties = propertiesOf({ environment, arch, libc }, libcOfEnvironment);
    if (excluded(properties)) return [];
    const name = substitute(template, placeholdersOf({ project: projectOf(content), target: properties }));
    const { builder, promise, env } = matrix;
    const shared = { ...(builder && { builder }), ...(promise && { promise }), ...(env && { env }) };
    const at = {
      key: ['matrix'],
      environment: ['matrix', 'environment', index],
      promise: ['matrix', 'promise'],
    };
    return [{ name, content: { environment, arch, ...(libc && { libc }), ...shared }, at }];
  });
  const bad = targets.find(({ name }) => !isName(name));
  if (bad !== undefined) {
    const hint = 'use letters, digits, `.`, `_`, `+` and `-`';
    const at = findings.document.at(['matrix', 'name']);
    findings.error('config-value', `\`${bad.name}\`, which it gives, is not a name`, at, hint);
  }
  return targets;
}

function combinationsOf({ environment, arch, libc = [] }: MatrixContent) {
  return environment.flatMap((name, index) =>
    arch.flatMap((cpu) =>
      (libc.length === 0 ? [undefined] : libc).map((one: Libc | undefined) => ({
        environment: name,
        index,
        arch: cpu,
        libc: one,
      })),
    ),
  );
}

type Combination = ReturnType<typeof combinationsOf>[number];

type Properties = Parameters<typeof selects>[1];

/** What `exclude` and the template of the name know of a combination, which has no name yet. */
function propertiesOf(
  { environment, arch, libc }: Pick<Combination, 'environment' | 'arch' | 'libc'>,
  libcOfEnvironment: LibcOf,
): Properties {
  return {
    name: '',
    arch: parseArch(arch)!,
    libc: libc ?? libcOfEnvironment(environment),
    environment: { name: environment },
  };
}

function excludedBy(content: FileContent, matrix: MatrixContent, { findings, libcOfEnvironment }: Expansion) {
  const names = { targets: [], environments: Object.keys(content.environments) };
  const all = combinationsOf(matrix).map((one) => propertiesOf(one, libcOfEnvironment));
  const rules = (matrix.exclude ?? []).map((written, index) => {
    const path = ['matrix', 'exclude', index];
    const before = findings.all.length;
    const selection = resolveSelection(written, path, names, findings);
    if (findings.all.length === before && !all.some((one) => selects(selection, one))) {
      const hint = 'correct it, or remove it';
      const at = findings.document.at(path);
      findings.error('config-value', 'this leaves nothing out: no combination is like that', at, hint);
    }
    return selection;
  });
  return (properties: Properties) => rules.some((rule) => selects(rule, properties));
}

/** `{target}` is what is being named. */
function checkName(template: string, content: FileContent, findings: Findings): boolean {
  const known = knownPlaceholders.filter(
    (name) => name !== 'target' && (name !== 'version' || content.version !== undefined),
  );
  const unknown = placeholdersIn(template).filter((name) => !known.includes(name));
  for (const name of unknown) {
    const hint = suggest(name, known, 'the placeholders are');
    const at = findings.document.at(['matrix', 'name']);
    findings.error('config-placeholder', `\`{${name}}\` stands for nothing here`, at, hint);
  }
  return unknown.length === 0;
}

function projectOf({ name, version }: FileContent) {
  return { name, version };
}

function tellApart(target: WrittenTarget, other: WrittenTarget, findings: Findings): void {
  const at = findings.document.at(['matrix', 'name']);
  const single = other.at.key[0] === 'targets';
  const message = single
    ? `the matrix and \`targets\` both have a target \`${target.name}\``
    : `two targets of the matrix are named \`${target.name}\``;
  const hint = single
    ? 'rename the one under `targets`, or leave it out of the matrix with `exclude`'
    : 'tell them apart, such as `name: "{environment}-{arch}-{libc}"`';
  findings.error('config-name-twice', message, at, hint);
}

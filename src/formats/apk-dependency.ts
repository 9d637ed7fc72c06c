import { beginsWithApkVersion, compareApkVersions } from './apk-version.ts';

export type ApkOperator = '<' | '<=' | '=' | '>=' | '>' | '~' | '<~' | '>~' | '><';

/** `name`, `name>=1.2`, `!name`, `name@tag`: what a package asks of others, and what it provides. */
export interface ApkDependency {
  readonly name: string;
  readonly operator: ApkOperator | undefined;
  /** Undefined exactly where there is no operator. For `><` it is the hash of one package. */
  readonly version: string | undefined;
  /** `!name`: must not be there. */
  readonly isConflict: boolean;
  readonly tag: string | undefined;
}

const FORM = /^(!)?([^\s<>=~@!]+)(?:@([^\s<>=~@]+))?(?:([<>=~]+)(\S+))?$/;
const OPERATORS: Readonly<Record<string, ApkOperator>> = {
  '<': '<',
  '<=': '<=',
  '=<': '<=',
  '=': '=',
  '==': '=',
  '>=': '>=',
  '=>': '>=',
  '>': '>',
  '~': '~',
  '=~': '~',
  '~=': '~',
  '<~': '<~',
  '~<': '<~',
  '>~': '>~',
  '~>': '>~',
  '><': '><',
};

/** Undefined where the text is none. A tag may also stand at the end, `name=1.2@tag`, as apk accepts it. */
export function parseApkDependency(text: string): ApkDependency | undefined {
  const match = FORM.exec(text);
  if (match === null) return undefined;
  const [, mark, name, tagAtName, sign, written] = match;
  const operator = sign === undefined ? undefined : OPERATORS[sign];
  if (sign !== undefined && operator === undefined) return undefined;
  if (operator !== '><' && written !== undefined && /[<>=]/.test(written)) return undefined;
  const [version, tagAtEnd] = written === undefined || operator === '><' ? [written] : written.split('@');
  return { name: name!, operator, version, isConflict: mark !== undefined, tag: tagAtName ?? tagAtEnd };
}

/** Those of a line, in their order; what can't be read is left out, as apk does. */
export function parseApkDependencies(line: string): ApkDependency[] {
  if (line === '') return [];
  return line.split(' ').flatMap((word) => {
    const dependency = word === '' ? undefined : parseApkDependency(word);
    return dependency === undefined ? [] : [dependency];
  });
}

export function apkDependencyText({ name, operator, version, isConflict, tag }: ApkDependency): string {
  return `${isConflict ? '!' : ''}${name}${tag === undefined ? '' : `@${tag}`}${operator ?? ''}${version ?? ''}`;
}

/** Whether a version is the one asked for, whatever `isConflict` says. `checksum` is what `><` is about. */
export function isApkVersionAsked(
  { operator, version: asked }: ApkDependency,
  version: string | undefined,
  checksum: string,
): boolean {
  if (operator === undefined || asked === undefined) return true;
  if (operator === '><') return asked === checksum;
  // A name that is provided without a version answers to no version.
  if (version === undefined) return false;
  if (operator.includes('~')) {
    if (beginsWithApkVersion(version, asked)) return true;
    return operator === '~' ? false : compareApkVersions(version, asked) < 0 === (operator === '<~');
  }
  const order = compareApkVersions(version, asked);
  if (order === 0) return operator.includes('=');
  return operator.startsWith(order < 0 ? '<' : '>');
}

/**
 * The order of apk's versions: `1.2.3b_rc1_p20240101~0123abc-r4`. A version is a row of parts; two versions are told
 * apart by the first part in which they differ. Where one has ended there, it is the older one, unless the other goes
 * on with a suffix of something unreleased (`_alpha`, `_beta`, `_pre`, `_rc`).
 *
 * Numbers after the first that begin with zeros are compared as if after a decimal point: 1.01 is older than 1.1.
 */

/** In the order in which they may follow each other; a later kind beats an earlier one. */
const KINDS = ['decimal', 'number', 'letter', 'suffix', 'suffix-number', 'hash', 'revision', 'end'] as const;
type Kind = (typeof KINDS)[number] | 'invalid';

interface Part {
  readonly kind: Kind;
  readonly value: number | bigint | string;
}

/** Unreleased ones first, with values below 0. */
const SUFFIXES = ['alpha', 'beta', 'pre', 'rc', 'cvs', 'svn', 'git', 'hg', 'p'];
const UNRELEASED = 4;
const MOST_DIGITS = 17;

/** As apk has it: what can't be read is the end of what is compared. */
export function compareApkVersions(a: string, b: string): number {
  return a === b ? 0 : compare(a, b, false);
}

/** `1.2.3-r4` begins with `1.2`, as the operator `~` asks. */
export function beginsWithApkVersion(version: string, beginning: string): boolean {
  return version === beginning || compare(version, beginning, true) === 0;
}

export function isApkVersion(text: string): boolean {
  return partsOf(text).at(-1)!.kind === 'end';
}

function compare(a: string, b: string, endsAnywhere: boolean): number {
  const [x, y] = [partsOf(a), partsOf(b)];
  let i = 0;
  for (; x[i]!.kind === y[i]!.kind && !isLast(x[i]!); i++) {
    if (x[i]!.value !== y[i]!.value) return x[i]!.value < y[i]!.value ? -1 : 1;
  }
  const [one, other] = [x[i]!, y[i]!];
  if (one.kind === other.kind || endsAnywhere) return 0;
  if (one.kind === 'suffix' && (one.value as number) < 0) return -1;
  if (other.kind === 'suffix' && (other.value as number) < 0) return 1;
  return rank(other.kind) - rank(one.kind);
}

function isLast({ kind }: Part): boolean {
  return kind === 'end' || kind === 'invalid';
}

function rank(kind: Kind): number {
  return kind === 'invalid' ? -1 : KINDS.indexOf(kind);
}

const known = new Map<string, readonly Part[]>();
const MOST_KNOWN = 100_000;

function partsOf(version: string): readonly Part[] {
  let parts = known.get(version);
  if (parts === undefined) {
    parts = split(version);
    if (known.size > MOST_KNOWN) known.clear();
    known.set(version, parts);
  }
  return parts;
}

/** Always ends with a part of the kind `end` or `invalid`. */
function split(version: string): Part[] {
  const parts: Part[] = [];
  let rest = version;
  let kind: Kind = 'number';
  const take = (length: number): string => {
    const taken = rest.slice(0, length);
    rest = rest.slice(length);
    return taken;
  };
  for (;;) {
    if (isLast({ kind, value: 0 })) {
      parts.push({ kind, value: 0 });
      return parts;
    }
    const value = readValue(kind, rest);
    if (value === undefined) {
      parts.push({ kind, value: -1 });
      kind = 'invalid';
      continue;
    }
    parts.push({ kind, value: value.value });
    take(value.length);
    if (kind === 'decimal' && value.zeros) {
      kind = 'number';
      continue;
    }
    const next = nextKind(kind, rest);
    take(next.skip);
    kind = rank(next.kind) < rank(kind) && !mayGoBack(kind, next.kind) ? 'invalid' : next.kind;
  }
}

interface Value {
  readonly value: Part['value'];
  readonly length: number;
  readonly zeros?: boolean;
}

function readValue(kind: Kind, text: string): Value | undefined {
  if (kind === 'letter') return { value: text.charCodeAt(0), length: 1 };
  if (kind === 'hash') {
    const hash = /^[0-9a-f]*/.exec(text)![0];
    return { value: hash, length: hash.length };
  }
  if (kind === 'suffix') {
    const index = SUFFIXES.findIndex((suffix) => text.startsWith(suffix));
    return index < 0 ? undefined : { value: index - UNRELEASED, length: SUFFIXES[index]!.length };
  }
  if (kind === 'decimal' && text.startsWith('0')) {
    // The number follows as a part of its own; more zeros make it smaller.
    const zeros = /^0+/.exec(text)![0].length;
    return { value: 1 - zeros, length: zeros - 1, zeros: true };
  }
  const digits = /^[0-9]*/.exec(text)![0];
  if (digits.length > MOST_DIGITS) return undefined;
  return { value: digits.length > 15 ? BigInt(digits) : Number(digits), length: digits.length };
}

function nextKind(kind: Kind, rest: string): { kind: Kind; skip: number } {
  if (rest === '') return { kind: 'end', skip: 0 };
  if ((kind === 'decimal' || kind === 'number') && /^[a-z]/.test(rest)) return { kind: 'letter', skip: 0 };
  if (kind === 'letter' && /^[0-9]/.test(rest)) return { kind: 'number', skip: 0 };
  if (kind === 'suffix' && /^[0-9]/.test(rest)) return { kind: 'suffix-number', skip: 0 };
  if (rest.startsWith('.')) return { kind: 'decimal', skip: 1 };
  if (rest.startsWith('_')) return { kind: 'suffix', skip: 1 };
  if (rest.startsWith('~')) return { kind: 'hash', skip: 1 };
  if (rest.startsWith('-r')) return { kind: 'revision', skip: 2 };
  return { kind: 'invalid', skip: 1 };
}

function mayGoBack(from: Kind, to: Kind): boolean {
  return (
    (from === 'number' && to === 'decimal') ||
    (from === 'suffix-number' && to === 'suffix') ||
    (from === 'letter' && to === 'number')
  );
}

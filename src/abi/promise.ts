import type { Libc } from './libc.ts';

/** What an artifact must need at most: one word of `promise:` in targetry.yaml and of `audit --promise`. */
export type AbiPromise =
  | { readonly kind: 'glibc' | 'glibcxx' | 'manylinux' | 'musllinux'; readonly version: string }
  | { readonly kind: 'musl'; readonly version: string | undefined }
  | { readonly kind: 'static' }
  | { readonly kind: 'runs-on'; readonly distro: string }
  | { readonly kind: 'interpreter' | 'rpath'; readonly path: string }
  /** Nothing but these and the libc. */
  | { readonly kind: 'needs'; readonly libraries: readonly string[] }
  | { readonly kind: 'isa'; readonly level: IsaLevel };

/** The levels of x86-64 that a GNU property can ask for; 1 is every 64-bit x86 CPU. */
export type IsaLevel = 1 | 2 | 3 | 4;

/** One example of each form, for hints and documentation. */
export const promiseForms: readonly string[] = [
  'glibc:2.28',
  'glibcxx:3.4.25',
  'musl',
  'musl:1.2.3',
  'static',
  'manylinux_2_28',
  'musllinux_1_2',
  'runs-on:debian-11',
  'interpreter:/lib64/ld-linux-x86-64.so.2',
  'rpath:$ORIGIN',
  'needs:libz.so.1,libssl.so.3',
  'isa:x86-64-v2',
];

const dotted = /^\d{1,6}(\.\d{1,6}){1,3}$/;
const wheelTag = /^(manylinux|musllinux)_(\d{1,6})_(\d{1,6})$/;
/** The glibc of the tags that do not name it. */
const wheelAlias: Readonly<Record<string, string>> = {
  manylinux1: '2.5',
  manylinux2010: '2.12',
  manylinux2014: '2.17',
};

export function parsePromise(word: string): AbiPromise | undefined {
  if (word === 'static') return { kind: 'static' };
  if (word === 'musl') return { kind: 'musl', version: undefined };
  const alias = Object.hasOwn(wheelAlias, word) ? wheelAlias[word] : undefined;
  if (alias !== undefined) return { kind: 'manylinux', version: alias };
  const tag = wheelTag.exec(word);
  if (tag) return { kind: tag[1] as 'manylinux' | 'musllinux', version: `${tag[2]}.${tag[3]}` };

  const colon = word.indexOf(':');
  const value = word.slice(colon + 1);
  if (colon < 0 || value === '' || value !== value.trim()) return undefined;
  const kind = word.slice(0, colon);
  switch (kind) {
    case 'glibc':
    case 'glibcxx':
    case 'musl':
      return dotted.test(value) ? { kind, version: value } : undefined;
    case 'runs-on':
      return /^[a-z][a-z0-9._-]*$/.test(value) ? { kind, distro: value } : undefined;
    case 'interpreter':
    case 'rpath':
      return { kind, path: value };
    case 'needs': {
      const libraries = value.split(',').map((name) => name.trim());
      return libraries.includes('') ? undefined : { kind, libraries };
    }
    case 'isa': {
      const level = /^x86-64(?:-v([1-4]))?$/.exec(value);
      return level ? { kind, level: Number(level[1] ?? 1) as IsaLevel } : undefined;
    }
    default:
      return undefined;
  }
}

/** The libc that a promise is about, where it can't be kept with another one. */
export function libcOfPromise({ kind }: AbiPromise): Libc | undefined {
  if (kind === 'glibc' || kind === 'manylinux') return 'glibc';
  return kind === 'musl' || kind === 'musllinux' ? 'musl' : undefined;
}

/** The word that `parsePromise` reads back to the same promise. */
export function promiseWord(promise: AbiPromise): string {
  switch (promise.kind) {
    case 'static':
      return 'static';
    case 'musl':
      return promise.version === undefined ? 'musl' : `musl:${promise.version}`;
    case 'glibc':
    case 'glibcxx':
      return `${promise.kind}:${promise.version}`;
    case 'manylinux':
    case 'musllinux':
      return `${promise.kind}_${promise.version.replace('.', '_')}`;
    case 'runs-on':
      return `runs-on:${promise.distro}`;
    case 'interpreter':
    case 'rpath':
      return `${promise.kind}:${promise.path}`;
    case 'needs':
      return `needs:${promise.libraries.join(',')}`;
    case 'isa':
    default:
      return promise.level === 1 ? 'isa:x86-64' : `isa:x86-64-v${promise.level}`;
  }
}

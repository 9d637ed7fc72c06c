import { upstreamVersion } from '../base/upstream-version.ts';
/** The libcs that roots and results are of; what a binary needs may be more (audit/report's LibcKind). */
export const libcs = ['glibc', 'musl'] as const;

export type Libc = (typeof libcs)[number];

export function isLibc(word: string): word is Libc {
  return (libcs as readonly string[]).includes(word);
}

/** As distros call the packages that bring a libc itself. */
const packageNames: Readonly<Record<Libc, readonly string[]>> = { glibc: ['libc6', 'glibc'], musl: ['musl'] };

/** `2.31`, `1.2.5`: of the packages that a root is made of; undefined where none of them brings that libc. */
export function libcVersionIn(
  packages: readonly { readonly name: string; readonly version: string }[],
  libc: Libc,
): string | undefined {
  const names = packageNames[libc];
  return upstreamVersion(packages.find(({ name }) => names.includes(name))?.version);
}

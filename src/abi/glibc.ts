/**
 * The version with which glibc's ports began: every symbol is at least that old, so a floor there can't be lowered. Read
 * off the oldest version node of each port's libc.so.6.
 */
const firstVersions: Readonly<Record<string, string>> = {
  x86_64: '2.2.5',
  i386: '2.0',
  aarch64: '2.17',
  arm: '2.4',
  riscv64: '2.27',
  ppc64: '2.3',
  ppc64le: '2.17',
  s390x: '2.2',
  loongarch64: '2.36',
};

/** Undefined for a machine whose first version is not known. */
export function firstGlibcOf(machine: string): string | undefined {
  return firstVersions[machine];
}

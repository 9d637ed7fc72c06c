import type { Libc } from '../../abi/libc.ts';

/** What a name says of the files behind it. */
export interface NativeName {
  /** As Node says it. */
  readonly arch: string | undefined;
  readonly libc: Libc | 'static' | undefined;
}

const ARCHES: Readonly<Record<string, string>> = {
  x64: 'x64',
  amd64: 'x64',
  x86_64: 'x64',
  arm64: 'arm64',
  aarch64: 'arm64',
  armv7: 'arm',
  armv7l: 'arm',
  armv6: 'arm',
  armhf: 'arm',
  ia32: 'ia32',
  i686: 'ia32',
  riscv64: 'riscv64',
  riscv64gc: 'riscv64',
  ppc64le: 'ppc64',
  ppc64: 'ppc64',
  s390x: 's390x',
  loong64: 'loong64',
  loongarch64: 'loong64',
};

const LIBCS: Readonly<Record<string, NativeName['libc']>> = {
  gnu: 'glibc',
  glibc: 'glibc',
  gnueabihf: 'glibc',
  gnueabi: 'glibc',
  musl: 'musl',
  musleabihf: 'musl',
  musleabi: 'musl',
  static: 'static',
};

/** `@scope/linux-x64-musl`, `linuxmusl-arm64`, `linuxstatic-x64`; undefined for a name that doesn't speak of Linux. */
export function nativeNames(name: string): NativeName | undefined {
  const words = name.toLowerCase().split(/[^a-z0-9_]+/);
  const at = words.findIndex((word) => /^linux(?:musl|static|glibc|gnu)?$/.test(word));
  if (at === -1) return undefined;
  const rest = [
    words[at]!.slice('linux'.length),
    ...words.slice(at + 1),
    ...words.slice(Math.max(0, at - 1), at),
  ];
  const arch = rest.find((word) => Object.hasOwn(ARCHES, word));
  const libc = rest.find((word) => Object.hasOwn(LIBCS, word));
  return {
    arch: arch === undefined ? undefined : ARCHES[arch],
    libc: libc === undefined ? undefined : LIBCS[libc],
  };
}

import { cpuOf, type Arch } from './cpu.ts';
import type { Libc } from './libc.ts';

/** What a root is made from: the packages of a distro or of named repositories (`deb`, `apk`), an image, or files. */
export const rootKinds = ['debian', 'ubuntu', 'alpine', 'wolfi', 'deb', 'apk', 'image', 'rootfs'] as const;

export type RootKind = (typeof rootKinds)[number];

interface OfKind {
  readonly distro: RootKind;
}

interface OfApk {
  readonly distro: 'alpine' | 'wolfi' | 'apk';
}

/** How its packages are packed; undefined where it has none. */
export function formatOf({ distro }: OfKind): 'deb' | 'apk' | undefined {
  switch (distro) {
    case 'debian':
    case 'ubuntu':
    case 'deb':
      return 'deb';
    case 'alpine':
    case 'wolfi':
    case 'apk':
      return 'apk';
    case 'image':
    case 'rootfs':
      return undefined;
  }
  return distro satisfies never;
}

export function isOfApk<Of extends OfKind>(of: Of): of is Of & OfApk {
  return formatOf(of) === 'apk';
}

/** Undefined where only a look inside tells. */
export function libcOf({ distro }: OfKind): Libc | undefined {
  switch (distro) {
    case 'debian':
    case 'ubuntu':
    case 'wolfi':
    case 'deb':
      return 'glibc';
    case 'alpine':
      return 'musl';
    case 'apk':
    case 'image':
    case 'rootfs':
      return undefined;
  }
  return distro satisfies never;
}

/** A CPU as the distro writes it. */
export function archOf(of: OfKind, arch: Arch): string {
  const { alpine, debian } = cpuOf(arch);
  return isOfApk(of) ? alpine : debian;
}

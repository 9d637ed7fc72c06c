/** What follows from what a root is made from. */
import { cpuOf, type Arch } from '../abi/cpu.ts';
import type { Libc } from '../abi/libc.ts';
import type { RootBase } from './project.ts';

/** Undefined where only a look inside tells. */
export function libcOf(base: RootBase): Libc | undefined {
  switch (base.distro) {
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
  return base satisfies never;
}

/** What the packages of a base are; undefined where it has none. */
export function formatOf({ distro }: Pick<RootBase, 'distro'>): 'deb' | 'apk' | undefined {
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

/** A CPU as the distro writes it. */
export function archOf(base: RootBase, arch: Arch): string {
  const { alpine, debian } = cpuOf(arch);
  return formatOf(base) === 'apk' ? alpine : debian;
}

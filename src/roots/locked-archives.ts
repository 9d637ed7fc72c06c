import { isOfApk } from '../abi/root-kind.ts';
import type { LockedEnvironment } from '../lock/lock.ts';
import type { PackageFile } from '../packages/fetch.ts';
import type { PackageFormat } from './tree-writer.ts';

/** A file that a root is made from, with how it is unpacked. */
export interface LockedArchive extends PackageFile {
  readonly version: string;
  readonly format: PackageFormat;
}

/** Everything that has to be in the store before the root can be composed. */
export function archivesOf(locked: LockedEnvironment): LockedArchive[] {
  const { packages, layers, tools, distro, arch } = locked;
  const format = packageFormat(locked);
  return [
    ...packages.map((one): LockedArchive => ({ ...one, format })),
    ...layers.map(({ source, size, sha256 }): LockedArchive => ({
      name: `layer ${sha256.slice(0, 12)}`,
      version: `of the ${distro}`,
      arch,
      repository: source,
      path: sha256,
      size,
      sha256,
      format: 'layer',
    })),
    ...tools.map(({ source, file, ...tool }): LockedArchive => ({
      ...tool,
      arch,
      repository: source,
      path: file,
      format: source === 'npm' ? 'npm' : 'wheel',
    })),
  ];
}

/** How the packages of an environment are packed. */
export function packageFormat(locked: LockedEnvironment): 'deb' | 'apk' {
  return isOfApk(locked) ? 'apk' : 'deb';
}

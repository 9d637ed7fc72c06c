/** What an installer makes before the first package: the merged /usr, and the places where kernels and engines mount. */
import type { RootTree } from './root-tree.ts';
import type { UnpackedPackage } from './unpacked-package.ts';

const OWNER = 'the layout';

/** Folders that are links into /usr on a merged system. */
const MERGED = ['bin', 'sbin', 'lib', 'lib32', 'lib64', 'libx32', 'libo32'];

/** What debootstrap linked besides bin, sbin and lib in releases whose base-files doesn't bring the links itself. */
const LINKED_BY_INSTALLER: Readonly<Record<string, readonly string[]>> = {
  amd64: ['lib32', 'lib64', 'libx32'],
  i386: ['lib64', 'libx32'],
  ppc64el: ['lib64'],
  s390x: ['lib32'],
};

/** Before the packages: what they bring into /bin goes to /usr/bin, as dpkg follows the links. */
export function mergeUsr(tree: RootTree, packages: readonly UnpackedPackage[], arch: string): void {
  const found = new Set<string>();
  let linkedByPackage = false;
  for (const { entries } of packages) {
    for (const { path, type } of entries) {
      const slash = path.indexOf('/');
      const top = slash === -1 ? path : path.slice(0, slash);
      if (!MERGED.includes(top)) continue;
      found.add(top);
      if (path === 'bin' && type === 'symlink') linkedByPackage = true;
    }
  }
  const asInstalled = linkedByPackage ? [] : (LINKED_BY_INSTALLER[arch] ?? []);
  for (const name of new Set(['bin', 'sbin', 'lib', ...asInstalled, ...found])) {
    tree.folder(`usr/${name}`, { owner: OWNER });
    tree.link(name, `usr/${name}`, OWNER);
  }
}

/** After the packages: base-files has most of these, an environment need not have base-files. */
export function makeMountPoints(tree: RootTree): void {
  for (const path of ['dev', 'etc', 'proc', 'run', 'sys', 'var']) tree.folder(path, { owner: OWNER });
  for (const path of ['tmp', 'var/tmp']) tree.folder(path, { owner: OWNER, mode: 0o1777 });
  tree.folder('root', { owner: OWNER, mode: 0o700 });
}

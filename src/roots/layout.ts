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

/** What an engine or a container makes in a /dev of its own, and what a root that is used by chroot has to bring. */
export function makeDevices(tree: RootTree): void {
  const facts = { uid: 0, gid: 0, mtime: tree.mtime, owner: OWNER };
  for (const [name, major, minor] of DEVICES) {
    const path = tree.locate(`dev/${name}`);
    if (!tree.nodes.has(path))
      tree.set(path, { ...facts, mode: 0o666, type: 'character-device', major, minor });
  }
  for (const [name, target] of DEVICE_LINKS)
    if (!tree.has(`dev/${name}`)) tree.link(`dev/${name}`, target, OWNER);
  for (const name of ['pts', 'shm']) tree.folder(`dev/${name}`, { owner: OWNER });
}

const DEVICES = [
  ['null', 1, 3],
  ['zero', 1, 5],
  ['full', 1, 7],
  ['random', 1, 8],
  ['urandom', 1, 9],
  ['tty', 5, 0],
  ['console', 5, 1],
  ['ptmx', 5, 2],
] as const;

const DEVICE_LINKS = [
  ['fd', '/proc/self/fd'],
  ['stdin', '/proc/self/fd/0'],
  ['stdout', '/proc/self/fd/1'],
  ['stderr', '/proc/self/fd/2'],
] as const;

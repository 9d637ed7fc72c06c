import { posix } from 'node:path';
import { Failure } from '../../report/failure.ts';
import type { RootNode, RootTree } from '../root-tree.ts';
import type { TreeEntry } from '../tree-manifest.ts';
import { nodeOfEntry } from '../tree-node.ts';
import type { FileClaim } from './claims.ts';
import type { UnpackedApk } from './unpacked-apk.ts';

interface Owner {
  readonly uid: number;
  readonly gid: number;
}

export interface ApkFiles {
  /** In the order of installation. */
  readonly packages: readonly UnpackedApk[];
  readonly claims: ReadonlyMap<string, FileClaim>;
  /** Packages name owners; their numbers are those of the machine that built them. */
  readonly ownerOf: (entry: TreeEntry) => Owner;
}

/** What apk makes in an empty root before the first package, whatever modes packages give these folders later. */
function firstFolders(
  packages: readonly UnpackedApk[],
  database: string,
): readonly (readonly [path: string, mode: number])[] {
  const runsScripts = packages.some(({ scripts }) =>
    scripts.some((name) => /^\.(pre|post)-install$/.test(name)),
  );
  return [
    ['tmp', 0o1777],
    ['dev', 0o755],
    ['etc', 0o755],
    ['etc/apk', 0o755],
    [posix.dirname(database), 0o755],
    [database, 0o755],
    [`${database}/db`, 0o755],
    ...(runsScripts ? [[`${database}/exec`, 0o700] as const] : []),
    ['proc', 0o555],
    ['var', 0o755],
    ['var/cache', 0o755],
    ['var/cache/apk', 0o755],
    ['var/cache/misc', 0o755],
  ];
}

/**
 * Puts the files of all packages into one tree. Links come first, from the top down, so that what is below them goes
 * where they lead, whichever package was installed first.
 */
export function mergeApks(tree: RootTree, files: ApkFiles, database: string): void {
  const claims = [...files.claims.values()];
  const links = claims.filter(({ entry }) => entry.type === 'symlink').sort((a, b) => depth(a) - depth(b));
  for (const { from, entry } of links) tree.set(tree.locate(entry.path), nodeOf(from, entry, files));
  const first = firstFolders(files.packages, database);
  for (const [path, mode] of first) tree.folder(path, { owner: 'apk', mode });
  putFolders(tree, files, new Set(first.map(([path]) => tree.follow(path))));
  for (const { from, entry } of claims) {
    if (entry.type === 'symlink') continue;
    const place = tree.locate(entry.path);
    const existing = tree.nodes.get(place);
    if (existing?.type === 'folder') {
      throw new Failure(
        'package-files-clash',
        `/${place} is a file of ${from.name} and a folder for ${existing.owner}`,
      );
    }
    tree.set(place, nodeOf(from, entry, files));
  }
}

function depth({ entry }: FileClaim): number {
  return entry.path.split('/').length;
}

function nodeOf(from: UnpackedApk, entry: TreeEntry, files: ApkFiles): RootNode {
  const node = nodeOfEntry(from, entry, (path) => nodeOf(from, from.find(path)!, files));
  const owner = files.ownerOf(entry);
  if (entry.type === 'hardlink' || (owner.uid === entry.uid && owner.gid === entry.gid)) return node;
  return node.type === 'file' ? { ...node, ...owner, isCopy: true } : { ...node, ...owner };
}

function putFolders(tree: RootTree, files: ApkFiles, first: ReadonlySet<string>): void {
  const found = new Map<string, RootNode>();
  for (const from of files.packages) {
    for (const entry of from.entries) {
      if (entry.type !== 'folder') continue;
      const place = tree.locate(entry.path);
      if (first.has(place)) continue;
      const node = nodeOf(from, entry, files);
      // A link that another package has in its place stays, and is led through.
      if (tree.nodes.get(place)?.type === 'symlink') tree.folder(entry.path, node);
      else found.set(place, strictest(found.get(place), node));
    }
  }
  for (const [place, node] of found) tree.set(place, node);
}

/** A folder that several bring has the lowest of the owners and, of those with that owner, what all modes permit. */
function strictest(one: RootNode | undefined, other: RootNode): RootNode {
  if (one === undefined) return other;
  const order = other.uid - one.uid || other.gid - one.gid;
  if (order === 0) return { ...one, mode: one.mode & other.mode };
  return order < 0 ? { ...one, uid: other.uid, gid: other.gid, mode: other.mode } : one;
}

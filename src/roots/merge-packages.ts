/**
 * Puts the files of all packages into one tree, as dpkg would have, but with a result that doesn't depend on an order.
 *
 * Links come first, from the top down, so that everything after them goes where the links lead: this is how /bin ends up
 * in /usr/bin, and how a folder of one package that is a link of another keeps being a link. Then folders, then files.
 * A path that two packages have is no conflict where both say the same or where one of them `Replaces` the other; in all
 * other cases the distro would refuse to install both, and so is it here.
 */
import { satisfies } from '../formats/deb-relation.ts';
import { Failure } from '../report/failure.ts';
import type { RootNode, RootTree } from './root-tree.ts';
import { factsOfEntry, nodeOfEntry } from './tree-node.ts';
import type { TreeEntry } from './tree-manifest.ts';
import type { UnpackedPackage } from './unpacked-package.ts';

interface Item {
  readonly from: UnpackedPackage;
  readonly entry: TreeEntry;
}

export function mergePackages(tree: RootTree, packages: readonly UnpackedPackage[]): void {
  const byLabel = new Map(packages.map((one) => [one.label, one]));
  const links: Item[] = [];
  const folders: Item[] = [];
  const files: Item[] = [];
  for (const from of inOrder(packages)) {
    for (const entry of from.entries) {
      if (entry.type === 'folder') folders.push({ from, entry });
      else if (entry.type === 'symlink') links.push({ from, entry });
      else files.push({ from, entry });
    }
  }
  const depth = ({ entry }: Item): number => entry.path.split('/').length;
  for (const item of links.sort((a, b) => depth(a) - depth(b))) putFile(tree, byLabel, item, undefined);
  for (const item of folders) putFolder(tree, item);
  const nodes = new Map<string, RootNode>();
  for (const item of files) putFile(tree, byLabel, item, nodes);
}

/** The first one decides about the mode of a folder that many have. */
function inOrder(packages: readonly UnpackedPackage[]): readonly UnpackedPackage[] {
  return [
    ...packages.filter(({ name }) => name === 'base-files'),
    ...packages.filter(({ name }) => name !== 'base-files'),
  ];
}

function putFolder(tree: RootTree, { from, entry }: Item): void {
  tree.folder(entry.path, factsOfEntry(from, entry));
}

/** `files` holds those of the packages so far, for hard links to them. */
function putFile(
  tree: RootTree,
  byLabel: ReadonlyMap<string, UnpackedPackage>,
  { from, entry }: Item,
  files: Map<string, RootNode> | undefined,
): void {
  const place = tree.locate(entry.path);
  const node = nodeOfEntry(from, entry, (path) => files?.get(`${from.label} ${path}`));
  files?.set(`${from.label} ${entry.path}`, node);
  const existing = tree.nodes.get(place);
  if (existing === undefined || wins(node, existing, place, byLabel)) tree.set(place, node);
}

function wins(
  incoming: RootNode,
  existing: RootNode,
  place: string,
  byLabel: ReadonlyMap<string, UnpackedPackage>,
): boolean {
  if (isSame(incoming, existing)) return false;
  // Its own link at another name of the same merged folder: the file is what the link was to lead to.
  if (incoming.owner === existing.owner && existing.type !== 'folder') return true;
  const [ours, theirs] = [byLabel.get(incoming.owner), byLabel.get(existing.owner)];
  if (existing.type !== 'folder' && ours !== undefined && theirs !== undefined) {
    if (replaces(ours, theirs)) return true;
    if (replaces(theirs, ours)) return false;
  }
  throw new Failure('package-files-clash', `/${place} is in ${incoming.owner} and in ${existing.owner}`, {
    why: 'neither package says that it replaces the other',
    hint: `leave one of them out: packages: ["-${incoming.owner}"]`,
  });
}

function isSame(one: RootNode, other: RootNode): boolean {
  if (one.type === 'symlink') return other.type === 'symlink' && one.target === other.target;
  return one.type === 'file' && other.type === 'file' && one.sha256 === other.sha256;
}

function replaces(one: UnpackedPackage, other: UnpackedPackage): boolean {
  return one.replaces.some((relation) => relation.name === other.name && satisfies(relation, other.version));
}

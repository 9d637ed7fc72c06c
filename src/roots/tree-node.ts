/** From what an archive holds to what will be in a root. */
import type { RootNode } from './root-tree.ts';
import type { TreeEntry } from './tree-manifest.ts';

/** Whose files they are, and where each lies in the store. */
interface Origin {
  readonly label: string;
  filePath(path: string): string;
}

export function factsOfEntry(
  { label }: Origin,
  { mode, uid, gid, mtime, xattrs }: TreeEntry,
): Omit<RootNode, 'type'> {
  return { mode, uid, gid, mtime, owner: label, ...(xattrs !== undefined && { xattrs }) };
}

/** `earlier` tells what became of the entries before it, to which this one may be a hard link. */
export function nodeOfEntry(
  from: Origin,
  entry: TreeEntry,
  earlier: (path: string) => RootNode | undefined,
): RootNode {
  const facts = factsOfEntry(from, entry);
  switch (entry.type) {
    case 'folder':
    case 'fifo':
      return { ...facts, type: entry.type };
    case 'file': {
      const { sha256, size } = entry;
      return { ...facts, type: 'file', source: from.filePath(entry.path), sha256, size };
    }
    case 'hardlink':
      return earlier(entry.target)!;
    case 'symlink':
      return { ...facts, type: 'symlink', target: entry.target };
    case 'character-device':
    case 'block-device':
      return { ...facts, type: entry.type, major: entry.major, minor: entry.minor };
  }
  return entry satisfies never;
}

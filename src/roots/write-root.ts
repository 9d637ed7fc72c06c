import {
  chmodSync,
  chownSync,
  constants,
  copyFileSync,
  lchownSync,
  linkSync,
  lutimesSync,
  mkdirSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import type { RootNode, RootTree } from './root-tree.ts';
import { folderMode } from './tree-writer.ts';

const IS_ROOT = process.geteuid?.() === 0;

/**
 * Writes a tree into an empty folder. Synchronous: of 13,000 short calls each would cost several times as much as a
 * promise.
 */
export function writeRoot(tree: RootTree, folder: string): void {
  const paths = [...tree.nodes.keys()].sort();
  const folders: [string, RootNode][] = [];
  for (const path of paths) {
    const node = tree.nodes.get(path)!;
    const place = `${folder}/${path}`;
    if (node.type === 'folder') {
      mkdirSync(place, { mode: 0o755 });
      folders.push([place, node]);
    } else if (node.type === 'file') {
      linkOrCopy(node.source, place, node);
    } else if (node.type === 'symlink') {
      symlinkSync(node.target, place);
      if (IS_ROOT && (node.uid !== 0 || node.gid !== 0)) lchownSync(place, node.uid, node.gid);
      lutimesSync(place, node.mtime, node.mtime);
    } else {
      writeFileSync(place, node.bytes, { flag: 'wx' });
      setFacts(place, node, node.mode);
    }
  }
  for (const [place, node] of folders.reverse()) setFacts(place, node, folderMode(node.mode));
  chmodSync(folder, 0o755);
  utimesSync(folder, tree.mtime, tree.mtime);
}

const NO_LINK = new Set(['EMLINK', 'EXDEV', 'EPERM', 'ENOTSUP']);

function linkOrCopy(source: string, place: string, node: RootNode): void {
  try {
    linkSync(source, place);
  } catch (error) {
    if (!NO_LINK.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
    copyFileSync(source, place, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    setFacts(place, node, node.mode);
  }
}

function setFacts(place: string, { uid, gid, mtime }: RootNode, mode: number): void {
  if (IS_ROOT) chownSync(place, uid, gid);
  chmodSync(place, mode);
  utimesSync(place, mtime, mtime);
}

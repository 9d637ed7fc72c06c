import { spawnSync } from 'node:child_process';
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
import { errorCode } from '../base/error-code.ts';
import { isRootOfMany } from '../base/root-of-many.ts';
import { sha256 } from '../base/sha256.ts';
import type { RootNode, RootTree } from './root-tree.ts';
import type { TreeEntry, TreeManifest } from './tree-manifest.ts';
import { folderMode } from './tree-writer.ts';

const GIVES_OWNERS = isRootOfMany();

/** What is in a tree and not in the folder that was written of it. */
export interface LeftOut {
  /** Pipes too. */
  readonly devices: readonly string[];
  readonly xattrs: readonly string[];
  /** Files and folders whose owner only root could have set. */
  readonly owners: readonly string[];
}

/**
 * The store's own roots are linked to its trees, and never written to; what is made for a user to keep is a copy. Of a
 * copy nobody else needs to take care, so it has the very modes, also where they keep their owner out.
 */
export type Keeping = 'linked' | 'copied';

/** Writes a tree into an empty folder. Synchronous: of 13,000 short calls each would cost several times as much as a promise. */
export function writeRoot(tree: RootTree, folder: string, keeping: Keeping): LeftOut {
  const left = { devices: [] as string[], xattrs: [] as string[], owners: [] as string[] };
  const folders: [string, RootNode][] = [];
  const copies = new Map<string, string>();
  for (const path of [...tree.nodes.keys()].sort()) {
    const node = tree.nodes.get(path)!;
    const place = `${folder}/${path}`;
    if (!GIVES_OWNERS && (node.uid !== 0 || node.gid !== 0)) left.owners.push(path);
    switch (node.type) {
      case 'folder':
        mkdirSync(place, { mode: 0o755 });
        folders.push([place, node]);
        break;
      case 'file':
        if (keeping === 'linked' && !(GIVES_OWNERS && node.isCopy === true))
          linkOrCopy(node.source, place, node);
        else copyOnce(node.source, place, node, copies);
        break;
      case 'text':
        writeFileSync(place, node.bytes, { flag: 'wx' });
        setFacts(place, node, node.mode);
        break;
      case 'symlink':
        symlinkSync(node.target, place);
        if (GIVES_OWNERS && (node.uid !== 0 || node.gid !== 0)) lchownSync(place, node.uid, node.gid);
        lutimesSync(place, node.mtime, node.mtime);
        break;
      case 'fifo':
      case 'character-device':
      case 'block-device':
        if (keeping === 'linked' || !makeDevice(place, node)) left.devices.push(path);
    }
    if (node.xattrs !== undefined && (keeping === 'linked' || !setXattrs(place, node.xattrs)))
      left.xattrs.push(path);
  }
  for (const [place, node] of folders.reverse())
    setFacts(place, node, keeping === 'linked' ? folderMode(node.mode) : node.mode);
  chmodSync(folder, 0o755);
  utimesSync(folder, tree.mtime, tree.mtime);
  return left;
}

type DeviceNode = Extract<RootNode, { type: 'fifo' | 'character-device' | 'block-device' }>;

/** Node has no call for it. */
function makeDevice(place: string, node: DeviceNode): boolean {
  const words =
    node.type === 'fifo'
      ? ['p']
      : [node.type === 'block-device' ? 'b' : 'c', String(node.major), String(node.minor)];
  if (spawnSync('mknod', [place, ...words], { stdio: 'ignore' }).status !== 0) return false;
  setFacts(place, node, node.mode);
  return true;
}

/** Nor for this; and not every machine has the program. */
function setXattrs(place: string, xattrs: Readonly<Record<string, string>>): boolean {
  return Object.entries(xattrs).every(
    ([name, value]) =>
      spawnSync('setfattr', ['-h', '-n', name, '-v', `0s${value}`, place], { stdio: 'ignore' }).status === 0,
  );
}

/** What a root holds, exactly, for who wants to check it later. */
export function manifestOf(tree: RootTree): TreeManifest {
  return { entries: [...tree.nodes].map(([path, node]) => entryOf(path, node)) };
}

function entryOf(path: string, node: RootNode): TreeEntry {
  const { type, mode, uid, gid, mtime, xattrs } = node;
  const facts = { path, mode, uid, gid, mtime, ...(xattrs === undefined ? {} : { xattrs }) };
  switch (type) {
    case 'folder':
    case 'fifo':
      return { ...facts, type };
    case 'symlink':
      return { ...facts, type, target: node.target };
    case 'file':
      return { ...facts, type, size: node.size, sha256: node.sha256 };
    case 'text':
      return { ...facts, type: 'file', size: node.bytes.length, sha256: sha256(node.bytes) };
    case 'character-device':
    case 'block-device':
      return { ...facts, type, major: node.major, minor: node.minor };
  }
  return type satisfies never;
}

const NO_LINK = new Set(['EMLINK', 'EXDEV', 'EPERM', 'ENOTSUP']);

function linkOrCopy(source: string, place: string, node: RootNode): void {
  try {
    linkSync(source, place);
  } catch (error) {
    if (!NO_LINK.has(errorCode(error))) throw error;
    copy(source, place, node);
  }
}

/** What is one file under two names in the tree is one in the copy. */
function copyOnce(source: string, place: string, node: RootNode, copies: Map<string, string>): void {
  const first = copies.get(source);
  if (first !== undefined) return linkSync(first, place);
  copies.set(source, place);
  return copy(source, place, node);
}

function copy(source: string, place: string, node: RootNode): void {
  copyFileSync(source, place, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
  setFacts(place, node, node.mode);
}

function setFacts(place: string, { uid, gid, mtime }: RootNode, mode: number): void {
  if (GIVES_OWNERS) chownSync(place, uid, gid);
  chmodSync(place, mode);
  utimesSync(place, mtime, mtime);
}

/** The files that an input of a build stands for, as they are told to a daemon: owners and modes exact, whoever we are. */
import { lstatSync, readdirSync, readlinkSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import type { FolderEntry, Input, RootEntry } from '../engine.ts';
import { statOfSource } from '../source-name.ts';
import { sourceTime } from '../source-time.ts';
import { compareSent, goMode, goPermissions, type FileStat } from './fsutil.ts';

export interface SentFile {
  readonly stat: FileStat;
  /** Where the bytes are; only of files that have some. */
  readonly from?: string;
  /** What the bytes must be, where the input's key was made of them. */
  readonly sha256?: string;
}

/** In the order in which they are sent. */
export async function filesOf(input: Input): Promise<readonly SentFile[]> {
  if (input.kind === 'folder') return sorted(input.entries.map((entry) => ofFolder(input.folder, entry)));
  const folder = await input.open();
  const entries = await input.entries?.();
  if (entries === undefined) return sorted(walk(folder, '', new Map()));
  const names = new Map<string, string>();
  const inOrder = entries.toSorted((a, b) => compareSent(a.path, b.path));
  return inOrder.map((entry) => ofRoot(folder, entry, names));
}

function sorted(files: readonly SentFile[]): readonly SentFile[] {
  return files.toSorted((a, b) => compareSent(a.stat.path, b.stat.path));
}

const nobodys = { uid: 0, gid: 0, size: 0, linkname: '' };
const nanoseconds = 1_000_000_000;

function ofFolder(folder: string, entry: FolderEntry): SentFile {
  const facts = { ...nobodys, path: entry.path, modified: BigInt(sourceTime) * BigInt(nanoseconds) };
  switch (entry.type) {
    case 'folder':
      return { stat: { ...facts, mode: goMode.folder + 0o755 } };
    case 'link':
      return { stat: { ...facts, mode: goMode.link + 0o777, linkname: entry.target } };
    case 'file': {
      const from = join(folder, entry.path);
      const size = lstatSync(from, { throwIfNoEntry: false })?.size ?? 0;
      const mode = entry.executable ? 0o755 : 0o644;
      const modified = timeOfContent(entry.sha256);
      return { stat: { ...facts, mode, size, modified }, from, sha256: entry.sha256 };
    }
  }
  return entry satisfies never;
}

/**
 * Daemons take a file for unchanged where its size and its time are those of before. So the time of a file is made of its
 * hash, 60 bits of it: as seconds that every file system can hold, and nanoseconds.
 */
function timeOfContent(sha256: string): bigint {
  const seconds = BigInt(`0x${sha256.slice(0, 8)}`) >> 1n;
  const rest = BigInt(`0x${sha256.slice(8, 24)}`) % BigInt(nanoseconds);
  return seconds * BigInt(nanoseconds) + rest;
}

/** `names` holds the first name of each file that was seen, by its inode. */
function ofRoot(folder: string, entry: RootEntry, names: Map<string, string>): SentFile {
  const { path, uid, gid, mtime } = entry;
  const modified = BigInt(Math.round(mtime * nanoseconds));
  const xattrs =
    entry.xattrs &&
    Object.fromEntries(
      Object.entries(entry.xattrs).map(([name, value]) => [name, Buffer.from(value, 'base64')]),
    );
  const facts = { ...nobodys, path, uid, gid, modified, ...(xattrs !== undefined && { xattrs }) };
  const permissions = goPermissions(entry.mode);
  switch (entry.type) {
    case 'folder':
      return { stat: { ...facts, mode: goMode.folder + permissions } };
    case 'symlink':
      return { stat: { ...facts, mode: goMode.link + 0o777, linkname: entry.target } };
    case 'fifo':
      return { stat: { ...facts, mode: goMode.pipe + permissions } };
    case 'character-device':
    case 'block-device': {
      const { major, minor } = entry;
      const mode = goMode.device + (entry.type === 'character-device' ? goMode.character : 0) + permissions;
      return { stat: { ...facts, mode, major, minor } };
    }
    case 'hardlink':
      return { stat: { ...facts, mode: permissions, linkname: entry.target } };
    case 'file': {
      const from = join(folder, path);
      const first = firstName(lstatSync(from), path, names);
      if (first !== undefined) return { stat: { ...facts, mode: permissions, linkname: first } };
      return { stat: { ...facts, mode: permissions, size: entry.size }, from };
    }
  }
  return entry satisfies never;
}

function firstName(stats: Stats, path: string, names: Map<string, string>): string | undefined {
  if (stats.nlink < 2) return undefined;
  const inode = `${stats.dev} ${stats.ino}`;
  const first = names.get(inode);
  if (first === undefined) names.set(inode, path);
  return first;
}

/** A root of which nothing but its folder is known. */
function walk(root: string, inside: string, names: Map<string, string>): SentFile[] {
  return readdirSync(join(root, inside))
    .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    .flatMap((name) => {
      const path = inside === '' ? name : `${inside}/${name}`;
      const from = join(root, path);
      const stats = statOfSource(root, path);
      if (stats === undefined) return [];
      const mine = stats.uid === process.geteuid?.();
      const owner = mine ? { uid: 0, gid: 0 } : { uid: stats.uid, gid: stats.gid };
      const facts = { ...nobodys, ...owner, path, modified: BigInt(Math.round(stats.mtimeMs * 1e6)) };
      const permissions = goPermissions(stats.mode & 0o7777);
      if (stats.isDirectory()) {
        return [{ stat: { ...facts, mode: goMode.folder + permissions } }, ...walk(root, path, names)];
      }
      if (stats.isSymbolicLink()) {
        return [{ stat: { ...facts, mode: goMode.link + 0o777, linkname: readlinkSync(from) } }];
      }
      if (!stats.isFile()) return [];
      const first = firstName(stats, path, names);
      if (first !== undefined) return [{ stat: { ...facts, mode: permissions, linkname: first } }];
      return [{ stat: { ...facts, mode: permissions, size: stats.size }, from }];
    });
}

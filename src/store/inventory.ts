/**
 * What the store holds, entry by entry, with the time of its last use and the room it takes on the disk. Roots and trees
 * share most of their files by hard links, so an entry tells the files of its own apart from those that may be shared;
 * what removing it frees depends on what else is removed.
 */
import { lstatSync, readdirSync, type Stats } from 'node:fs';
import { basename, join } from 'node:path';
import { namesIfAny } from '../base/if-any.ts';
import { NOTE, type Store } from './store.ts';

/** What a prune may take; everything else in the store is only counted. */
export const PRUNED_KINDS = [
  'blobs',
  'trees',
  'roots',
  'snapshots',
  'logs',
  'records',
  'cache-mounts',
] as const;

export interface StoreEntry {
  /** One of those above, or the name of another folder in the store. */
  readonly kind: string;
  /** Unique within its kind. */
  readonly key: string;
  readonly path: string;
  /** Milliseconds since 1970. */
  readonly usedAt: number;
  /** Bytes of files that nothing else has. */
  readonly own: number;
  /** Bytes of files that have other names as well, here or elsewhere, by inode. */
  readonly linked: ReadonlyMap<number, number>;
}

export function takeInventory(store: Store): StoreEntry[] {
  return namesIfAny(store.folder).flatMap((kind) => entriesOf(kind, join(store.folder, kind)));
}

/** The same of one folder in the store. */
export function takeInventoryOf(store: Store, kind: string): StoreEntry[] {
  return entriesOf(kind, join(store.folder, kind));
}

/** What all of these take together: files that they share are counted once. */
export function sizeTogether(entries: Iterable<StoreEntry>, counted = new Set<number>()): number {
  let size = 0;
  for (const { own, linked } of entries) {
    size += own;
    for (const [inode, bytes] of linked) {
      if (counted.has(inode)) continue;
      counted.add(inode);
      size += bytes;
    }
  }
  return size;
}

function entriesOf(kind: string, folder: string): StoreEntry[] {
  switch (kind) {
    case 'trees':
    case 'roots':
    case 'snapshots':
      return namesIfAny(folder).map((key) => entryAt(kind, key, join(folder, key), usedByNote));
    case 'blobs':
      return filesBelow(folder).map((path) => entryAt(kind, basename(path), path, ({ atimeMs }) => atimeMs));
    case 'logs':
      return filesBelow(folder).map((path) =>
        entryAt(kind, basename(path, '.log'), path, ({ mtimeMs }) => mtimeMs),
      );
    case 'records':
      return filesBelow(folder).map((path) =>
        entryAt(kind, path.slice(folder.length + 1, -'.json'.length), path, ({ mtimeMs }) => mtimeMs),
      );
    default:
      return namesIfAny(folder).map((key) => entryAt(kind, key, join(folder, key), ({ mtimeMs }) => mtimeMs));
  }
}

/** Undefined where the entry is gone, or never got its note. */
export function lastUse(kind: string, path: string): number | undefined {
  const hasNote = ['trees', 'roots', 'snapshots'].includes(kind);
  const stats = lstatSync(hasNote ? join(path, NOTE) : path, { throwIfNoEntry: false });
  return kind === 'blobs' ? stats?.atimeMs : stats?.mtimeMs;
}

function usedByNote({ mtimeMs }: Stats, path: string): number {
  return lstatSync(join(path, NOTE), { throwIfNoEntry: false })?.mtimeMs ?? mtimeMs;
}

function entryAt(
  kind: string,
  key: string,
  path: string,
  usedAt: (stats: Stats, path: string) => number,
): StoreEntry {
  const room = new Room();
  const stats = room.measure(path);
  const used = stats === undefined ? 0 : usedAt(stats, path);
  return { kind, key, path, usedAt: used, own: room.own, linked: room.linked };
}

/** Adds up what files and folders take. What goes away meanwhile, or may not be looked into, takes nothing. */
class Room {
  own = 0;
  readonly linked = new Map<number, number>();

  measure(path: string): Stats | undefined {
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return undefined;
    const bytes = stats.blocks * 512;
    if (stats.isDirectory()) {
      this.own += bytes;
      for (const name of namesIfAny(path)) this.measure(`${path}/${name}`);
    } else if (stats.nlink > 1) {
      this.linked.set(stats.ino, bytes);
    } else {
      this.own += bytes;
    }
    return stats;
  }
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/**
 * Cache mounts in the store:
 *
 *     cache-mounts/ID/about.json        what it is, for people
 *     cache-mounts/ID/3/0/              its third generation
 *     cache-mounts/ID/3/1/              the same, of a step that ran at the same time and wanted one of its own
 *     cache-mounts/ID/3/0.lock          held by every step that uses the folder, as long as it runs; says who has it alone
 *     cache-mounts/ID/3/0.open-…        a step writes to it, and hasn't ended well yet
 *     cache-mounts/ID/2.condemned       no step takes it any more; removed when no one uses it
 *
 * Nothing here decides what a build makes: an id names all that may differ between two uses of a cache, and generations
 * only let one be given up while steps still use it. A step that was killed leaves its `open` note, and whoever comes next
 * gives up that generation, since a half-written entry looks like a whole one. Caches that key themselves are spared.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from '../../base/error-code.ts';
import { namesIfAny, textIfAnySync } from '../../base/if-any.ts';
import { removeTree } from '../../store/store.ts';
import type { CacheDetail } from '../engine.ts';
import { lockFile } from './cache-lock.ts';
import type { Tools } from './tools.ts';

type LockTools = Pick<Tools, 'flock'>;

export function cacheFolder(storeFolder: string, id: string): string {
  return join(storeFolder, 'cache-mounts', encodeURIComponent(id));
}

/** The one that steps take. */
export function currentGeneration(folder: string): number {
  const newest = Math.max(1, ...namesIfAny(folder).map((name) => Number.parseInt(name, 10) || 0));
  return existsSync(join(folder, `${newest}.condemned`)) ? newest + 1 : newest;
}

/** Writes down for people what the cache is; its time is that of the last use. */
export function noteCache(folder: string, id: string, detail: CacheDetail | undefined): void {
  const { keysItself = false, about = {} } = detail ?? {};
  mkdirSync(folder, { recursive: true });
  const temporary = join(folder, `about-${randomBytes(6).toString('hex')}`);
  writeFileSync(temporary, JSON.stringify({ id, keysItself, about }));
  renameSync(temporary, join(folder, 'about.json'));
}

/** From now on no step takes this generation. */
export function condemn(folder: string, generation: number): void {
  writeFileSync(join(folder, `${generation}.condemned`), '');
}

export interface CacheUse {
  /** Of the cache; see above. */
  readonly folder: string;
  readonly sharing: 'shared' | 'private' | 'locked';
  readonly keysItself: boolean;
  /** Fills a new one. */
  readonly fill: ((empty: string) => Promise<void>) | undefined;
  /** A folder on the store's filesystem, for what is removed. */
  readonly temporary: string;
  /** Says who has it, to those who wait. */
  readonly holder: string;
  /** Called with that of another where it has to be waited for. */
  readonly onWait: (holder: string) => void;
}

export interface HeldCache {
  /** What is mounted. */
  readonly files: string;
  /** A use that went wrong condemns what it may have written. */
  release(good: boolean): Promise<void>;
}

/** Waits until the cache is free for this use, and keeps others from it as its sharing says. */
export async function holdCache(use: CacheUse, tools: LockTools): Promise<HeldCache> {
  mkdirSync(use.folder, { recursive: true, mode: 0o755 });
  for (;;) {
    const generation = currentGeneration(use.folder);
    const held = await holdGeneration(use, generation, tools);
    if (held !== undefined) {
      await sweepCondemned(use.folder, use.temporary, tools);
      return held;
    }
  }
}

/** Undefined where it was given up meanwhile. */
async function holdGeneration(use: CacheUse, generation: number, tools: LockTools) {
  const { folder, sharing, keysItself, temporary } = use;
  const place = join(folder, String(generation));
  mkdirSync(place, { recursive: true, mode: 0o755 });
  for (let slot = 0; ; slot++) {
    const files = join(place, String(slot));
    if (!keysItself && (await condemnWhatWasLeftOpen(folder, generation, slot, tools))) return undefined;
    const unlock = await lockSlot(`${files}.lock`, use, tools);
    if (unlock === undefined && sharing === 'private' && existsSync(place)) continue;
    if (unlock === undefined) return undefined;
    // While it was waited for, its last user may have condemned it.
    if (currentGeneration(folder) !== generation || !existsSync(place)) {
      unlock();
      return undefined;
    }
    await makeFiles(files, use);
    const note = `${files}.open-${randomBytes(6).toString('hex')}`;
    if (!keysItself) writeFileSync(note, '');
    const release = async (good: boolean) => {
      if (!good && !keysItself) condemn(folder, generation);
      rmSync(note, { force: true });
      unlock();
      if (!good) await sweepCondemned(folder, temporary, tools);
    };
    return { files, release };
  }
}

/** Undefined where another has a private one, or the cache was given up. */
async function lockSlot(file: string, { sharing, holder, onWait }: CacheUse, tools: LockTools) {
  if (sharing === 'shared') return lockFile(tools, file, { exclusive: false, wait: true });
  let unlock = await lockFile(tools, file, { exclusive: true, wait: false });
  if (sharing === 'private') return unlock;
  if (unlock === undefined && existsSync(file)) {
    onWait(textIfAnySync(file));
    unlock = await lockFile(tools, file, { exclusive: true, wait: true });
  }
  if (unlock !== undefined) writeFileSync(file, holder);
  return unlock;
}

/** Whoever left a note and is gone was killed. */
async function condemnWhatWasLeftOpen(
  folder: string,
  generation: number,
  slot: number,
  tools: LockTools,
): Promise<boolean> {
  const place = join(folder, String(generation));
  const isNote = (name: string) => name.startsWith(`${slot}.open-`);
  if (!namesIfAny(place).some(isNote)) return false;
  const unlock = await lockFile(tools, join(place, `${slot}.lock`), { exclusive: true, wait: false });
  if (unlock === undefined) return false;
  const left = namesIfAny(place).some(isNote);
  if (left) condemn(folder, generation);
  unlock();
  return left;
}

async function makeFiles(files: string, { fill }: CacheUse): Promise<void> {
  if (existsSync(files)) return;
  const made = `${files}.new-${randomBytes(6).toString('hex')}`;
  mkdirSync(made, { mode: 0o755 });
  await fill?.(made);
  try {
    renameSync(made, files);
  } catch (error) {
    // Another step that shares it was first.
    if (!['ENOTEMPTY', 'EEXIST'].includes(errorCode(error))) throw error;
    await removeTree(made);
  }
}

/** Removes what was condemned and isn't used any more. */
async function sweepCondemned(folder: string, temporary: string, tools: LockTools): Promise<void> {
  const current = currentGeneration(folder);
  for (const name of namesIfAny(folder)) {
    const generation = Number.parseInt(name, 10);
    if (!name.endsWith('.condemned') || generation >= current) continue;
    const place = join(folder, String(generation));
    if (existsSync(place) && !(await removeWhereFree(place, temporary, tools))) continue;
    // The newest keeps its mark: its number is not to come again.
    if (generation < current - 1) rmSync(join(folder, name), { force: true });
  }
}

/** Answers whether it is gone. */
export async function removeWhereFree(place: string, temporary: string, tools: LockTools): Promise<boolean> {
  const locks = namesIfAny(place).filter((name) => name.endsWith('.lock'));
  const held = await Promise.all(
    locks.map((name) => lockFile(tools, join(place, name), { exclusive: true, wait: false })),
  );
  const free = !held.includes(undefined);
  if (free) {
    const aside = join(temporary, `given-up-${randomBytes(6).toString('hex')}`);
    try {
      renameSync(place, aside);
      await removeTree(aside);
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw error;
    }
  }
  for (const unlock of held) unlock?.();
  return free;
}

import { execFile } from 'node:child_process';
import { chmodSync, chownSync, lstatSync, mkdirSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { errorCode } from '../../base/error-code.ts';
import { holdCache, type CacheUse, type HeldCache } from './cache-mounts.ts';
import type { PlacedMount } from './mount-script.ts';
import { withLayers } from './mounted-layers.ts';
import type { CacheFolder, SecretFile, StepRequest } from './protocol.ts';
import type { WorkerSettings } from './worker-settings.ts';

/** What a step's mounts need to have ready, and what is to be done about them when it has ended. */
export interface ReadyMounts {
  readonly placed: readonly PlacedMount[];
  /** Frees the caches; what a step that went wrong may have written is condemned. */
  release(good: boolean): Promise<void>;
}

export async function readyMounts(
  request: StepRequest,
  slot: number,
  settings: WorkerSettings,
  onWait: CacheUse['onWait'],
): Promise<ReadyMounts> {
  const { folder, mounts } = request;
  const caches = new Map<string, HeldCache>();
  const secrets: string[] = [];
  const release = async (good: boolean) => {
    for (const path of secrets) rmSync(path, { force: true });
    for (const cache of caches.values()) await cache.release(good);
  };
  try {
    await holdCaches(request, caches, { settings, onWait });
    const placed = mounts.map((mount): PlacedMount => {
      if (mount.type === 'cache') return { mount, from: caches.get(mount.folder)!.files };
      if (mount.type === 'secret') {
        const path = join(settings.home, 'secrets', `${slot}-${secrets.length}`);
        secrets.push(path);
        writeSecret(path, mount, settings.ids.many);
        return { mount, from: path };
      }
      if (mount.type === 'state') makeOverlayFolders(join(folder, mount.name));
      return { mount, from: undefined };
    });
    return { placed, release };
  } catch (error) {
    await release(true);
    throw error;
  }
}

/** Each once, whatever places it is mounted at. */
async function holdCaches(
  { folder, mounts, holder }: StepRequest,
  held: Map<string, HeldCache>,
  { settings, onWait }: { readonly settings: WorkerSettings; readonly onWait: CacheUse['onWait'] },
): Promise<void> {
  const wanted = new Map(mounts.flatMap((mount) => (mount.type === 'cache' ? [[mount.folder, mount]] : [])));
  const hold = async (cache: CacheFolder) => {
    const use = { ...cacheUse(cache, folder, settings), holder, onWait };
    held.set(cache.folder, await holdCache(use, settings.tools));
  };
  const all = [...wanted.values()];
  // Always in the same order, or two steps could wait for each other.
  const alone = all
    .filter(({ sharing }) => sharing !== 'shared')
    .sort((a, b) => (a.folder < b.folder ? -1 : 1));
  for (const cache of alone) await hold(cache);
  await Promise.all(all.filter(({ sharing }) => sharing === 'shared').map(hold));
}

export function makeOverlayFolders(folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const name of ['result', 'result/fs', 'work', 'root']) mkdirSync(join(folder, name));
}

function cacheUse(
  { folder: cache, sharing, keysItself, initial }: CacheFolder,
  folder: string,
  { tools }: WorkerSettings,
) {
  const fill = (empty: string) =>
    withLayers(tools, folder, initial, async (root) => {
      await promisify(execFile)(tools.cp, ['-a', `${root}/.`, empty]);
    });
  return {
    folder: cache,
    sharing,
    keysItself,
    temporary: folder,
    fill: initial.length === 0 ? undefined : fill,
  };
}

/** On a filesystem in memory that only the worker and its steps can see. */
function writeSecret(path: string, { value, uid, gid, mode }: SecretFile, many: boolean): void {
  writeFileSync(path, Buffer.from(value, 'base64'), { flag: 'wx', mode: 0o600 });
  if (many) chownSync(path, uid, gid);
  chmodSync(path, mode);
}

/**
 * Removes the empty folders and files that mounts were put on. The step has ended, but it may have put links in their
 * place.
 */
export function removePlaces(layer: string, made: readonly string[]): void {
  for (const path of made.toReversed()) {
    const names = path.split('/').filter((name) => name !== '.' && name !== '');
    if (names.includes('..') || !isUnderFolders(layer, names.slice(0, -1))) continue;
    const place = join(layer, ...names);
    const stats = lstatSync(place, { throwIfNoEntry: false });
    try {
      if (stats?.isDirectory() === true) rmdirSync(place);
      else if (stats?.isFile() === true && stats.size === 0) rmSync(place);
    } catch (error) {
      // The step has put something of its own beside the mount.
      if (errorCode(error) !== 'ENOTEMPTY') throw error;
    }
  }
}

function isUnderFolders(layer: string, names: readonly string[]): boolean {
  return names.every((_, index) =>
    lstatSync(join(layer, ...names.slice(0, index + 1)), { throwIfNoEntry: false })?.isDirectory(),
  );
}

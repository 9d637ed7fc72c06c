/**
 * The difference of two states of which the upper one didn't grow out of the lower one: a layer that makes the one into
 * the other. Files are the same where their bytes, owners and modes are; when they were written doesn't count.
 */
import { execFile } from 'node:child_process';
import { linkSync, lstatSync, mkdirSync, readdirSync, readlinkSync, type Stats } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { sha256OfFile } from '../../base/sha256-of-file.ts';
import { withLayers } from './mounted-layers.ts';
import { statsOf } from './path-in-root.ts';
import type { DiffRequest } from './protocol.ts';
import { TreeCopy, type CopyForm } from './tree-copy.ts';
import { makeOverlayFolders } from './worker-mounts.ts';
import type { WorkerSettings } from './worker-settings.ts';

export async function makeDiff(request: DiffRequest, settings: WorkerSettings): Promise<void> {
  const { folder, lower, upper } = request;
  makeOverlayFolders(folder);
  const { tools } = settings;
  await withLayers(tools, folder, lower, (below) =>
    withLayers(tools, folder, upper, (above) =>
      new Difference({ below, above, layer: join(folder, 'result/fs') }, settings).make(''),
    ),
  );
}

interface DiffFolders {
  readonly below: string;
  readonly above: string;
  readonly layer: string;
}

class Difference {
  readonly #folders: DiffFolders;
  readonly #settings: WorkerSettings;
  readonly #copies: TreeCopy;
  #whiteout: string | undefined;

  constructor(folders: DiffFolders, settings: WorkerSettings) {
    this.#folders = folders;
    this.#settings = settings;
    this.#copies = new TreeCopy(asItIs(settings.ids.many), settings.tools);
  }

  /** Of a folder that both have. */
  async make(path: string): Promise<void> {
    const { below, above, layer } = this.#folders;
    const [before, after] = [below, above].map((root) => new Set(readdirSync(join(root, path))));
    const stats = lstatSync(join(above, path));
    if (path !== '' && !sameOwner(lstatSync(join(below, path)), stats)) this.#folder(path);
    for (const name of [...after!].sort()) {
      const one = path === '' ? name : `${path}/${name}`;
      const [old, now] = [statsOf(join(below, one)), lstatSync(join(above, one))];
      if (old?.isDirectory() === true && now.isDirectory()) await this.make(one);
      else if (old === undefined || !this.#same(one, old, now)) {
        this.#folder(path);
        await this.#copies.copy(join(above, one), join(layer, one));
      }
    }
    for (const name of [...before!].filter((one) => !after!.has(one)).sort()) {
      this.#folder(path);
      await this.#remove(join(layer, path, name));
    }
    const made = statsOf(join(layer, path));
    if (path !== '' && made !== undefined) this.#copies.dress(join(layer, path), stats);
  }

  #same(path: string, old: Stats, now: Stats): boolean {
    const { below, above } = this.#folders;
    if (!sameOwner(old, now) || old.size !== now.size || old.rdev !== now.rdev) return false;
    const paths = [join(below, path), join(above, path)] as const;
    if (now.isSymbolicLink()) return readlinkSync(paths[0]) === readlinkSync(paths[1]);
    return !now.isFile() || old.ino === now.ino || sha256OfFile(paths[0]) === sha256OfFile(paths[1]);
  }

  #folder(path: string): void {
    const full = join(this.#folders.layer, path);
    if (statsOf(full) !== undefined) return;
    if (path.includes('/')) this.#folder(dirname(path));
    mkdirSync(full);
    this.#copies.dress(full, lstatSync(join(this.#folders.above, path)));
  }

  /** As overlays write it: a device without a number, of which one serves for all. */
  async #remove(place: string): Promise<void> {
    if (this.#whiteout !== undefined) return linkSync(this.#whiteout, place);
    await promisify(execFile)(this.#settings.tools.mknod, [place, 'c', '0', '0']);
    this.#whiteout = place;
  }
}

function sameOwner(old: Stats, now: Stats): boolean {
  return old.mode === now.mode && old.uid === now.uid && old.gid === now.gid;
}

function asItIs(many: boolean): CopyForm {
  const kept = { owner: undefined, mode: undefined, modified: undefined };
  return { include: [], exclude: [], replace: false, ...kept, many };
}

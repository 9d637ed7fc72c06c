/** The caches of steps from outside of a build: which there are, and what a person may do with one. */
import { rmdirSync, rmSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { jsonIfAny, namesIfAny } from '../../base/if-any.ts';
import type { Context } from '../../report/context.ts';
import { Failure } from '../../report/failure.ts';
import { removeTree, type Store } from '../../store/store.ts';
import { lockFile } from './cache-lock.ts';
import { cacheFolder, condemn, currentGeneration, noteCache, removeWhereFree } from './cache-mounts.ts';
import { chooseIds } from './ids.ts';
import { explainRefusal } from './probe.ts';
import { Refused } from './refused.ts';
import { findTools, type Tools } from './tools.ts';
import { unpackedGeneration } from './worker-pack.ts';
import { WorkerProcess } from './worker-process.ts';

export interface KeptCache {
  readonly id: string;
  /** The name of its folder in the store's `cache-mounts`. */
  readonly key: string;
  readonly keysItself: boolean;
  readonly about: Readonly<Record<string, string>>;
  /** The one that the next step takes; undefined where that will be a new one. */
  readonly generation: number | undefined;
}

/** What `about.json` holds. */
type Told = Pick<KeptCache, 'id' | 'keysItself' | 'about'>;

export class CacheKeeper {
  readonly #store: Store;
  readonly #tools: Tools;

  constructor(store: Store, env: Context['env']) {
    const found = findTools(env['PATH']);
    if ('missing' in found)
      throw new Failure('engine-tool-missing', `caches need ${found.missing.join(', ')}`);
    this.#store = store;
    this.#tools = found.tools;
  }

  all(): KeptCache[] {
    const folder = join(this.#store.folder, 'cache-mounts');
    return namesIfAny(folder).flatMap((key) => {
      const told = readTold(join(folder, key, 'about.json'));
      if (told === undefined) return [];
      const generation = currentGeneration(join(folder, key));
      const exists = namesIfAny(join(folder, key)).includes(String(generation));
      return [{ ...told, key, generation: exists ? generation : undefined }];
    });
  }

  /** Whether a step has it right now. */
  async isUsed({ id }: KeptCache): Promise<boolean> {
    const folder = cacheFolder(this.#store.folder, id);
    for (const generation of generationsIn(folder)) {
      for (const name of namesIfAny(join(folder, generation))) {
        if (!name.endsWith('.lock')) continue;
        const unlock = await this.#lock(join(folder, generation, name));
        if (unlock === undefined) return true;
        unlock();
      }
    }
    return false;
  }

  /** The next step gets a new one; a step that has it keeps it to its end. */
  condemn({ id, generation }: KeptCache): void {
    if (generation !== undefined) condemn(cacheFolder(this.#store.folder, id), generation);
  }

  /** Removes all of it that no step has right now; answers whether that was all. */
  async clear(cache: KeptCache): Promise<boolean> {
    const folder = cacheFolder(this.#store.folder, cache.id);
    this.condemn(cache);
    const temporary = await this.#store.temporaryFolder();
    try {
      for (const generation of generationsIn(folder)) {
        await removeWhereFree(join(folder, generation), temporary, this.#tools);
      }
    } finally {
      // What other ids own is left to the next worker.
      await removeTree(temporary).catch(() => {});
    }
    if (generationsIn(folder).length > 0) return false;
    for (const name of namesIfAny(folder)) rmSync(join(folder, name), { force: true });
    rmdirSync(folder);
    return true;
  }

  /** Writes the cache to a file that isn't there yet. */
  async pack({ id, generation }: KeptCache, file: string): Promise<void> {
    const folder = cacheFolder(this.#store.folder, id);
    const files = join(folder, String(generation), '0');
    const unlock = generation === undefined ? undefined : await this.#lock(`${files}.lock`);
    if (unlock === undefined) {
      const why = generation === undefined ? 'it was given up' : 'a step is using it';
      throw new Failure('cache-mount-busy', `the cache ${id} can't be exported`, { why });
    }
    try {
      const about = join(folder, 'about.json');
      const { problem } = await this.#withWorker((worker) => worker.pack({ about, files, file }));
      if (problem === undefined) return;
      throw new Failure('cache-file-unwritable', `the cache could not be written to ${file}`, {
        why: problem,
      });
    } catch (error) {
      await rm(file, { force: true });
      throw error;
    } finally {
      unlock();
    }
  }

  /** Puts the cache of a file in the place of what is there; answers its id. */
  async unpack(file: string): Promise<string> {
    const folder = await this.#store.temporaryFolder();
    try {
      const { problem } = await this.#withWorker((worker) => worker.unpack({ file, folder }));
      const told = problem === undefined ? readTold(join(folder, 'about.json')) : undefined;
      const whole = told !== undefined && namesIfAny(folder).includes(unpackedGeneration);
      if (!whole) throw new Failure('cache-file-invalid', `${file} is no cache`, { why: problem });
      await this.#take(told, join(folder, unpackedGeneration));
      return told.id;
    } finally {
      await removeTree(folder).catch(() => {});
    }
  }

  async #take(told: Told, unpacked: string): Promise<void> {
    const folder = cacheFolder(this.#store.folder, told.id);
    noteCache(folder, told.id, told);
    // Who uses the old one keeps it to its end.
    const old = currentGeneration(folder);
    const place = (generation: number) => join(folder, String(generation));
    if (namesIfAny(folder).includes(String(old))) condemn(folder, old);
    await rename(unpacked, place(currentGeneration(folder)));
  }

  #lock(file: string) {
    return lockFile(this.#tools, file, { exclusive: true, wait: false });
  }

  async #withWorker<Value>(use: (worker: WorkerProcess) => Promise<Value>): Promise<Value> {
    const tools = this.#tools;
    const options = { store: this.#store, tools, ids: chooseIds(tools), slots: 1 };
    let worker: WorkerProcess | undefined;
    try {
      worker = await WorkerProcess.start(options);
      return await use(worker);
    } catch (error) {
      throw error instanceof Refused ? await explainRefusal(error, tools, this.#store) : error;
    } finally {
      await worker?.close();
    }
  }
}

function generationsIn(folder: string): string[] {
  return namesIfAny(folder).filter((name) => /^\d+$/.test(name));
}

function readTold(path: string): Told | undefined {
  const { id, keysItself, about } = (jsonIfAny(path) ?? {}) as Partial<Told>;
  return typeof id === 'string' && id !== ''
    ? { id, keysItself: keysItself === true, about: about ?? {} }
    : undefined;
}

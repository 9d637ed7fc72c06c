/**
 * The store: one folder, usually `~/.cache/targetry`, that several processes may use at once and that may be killed at
 * any moment. One rule makes both safe: whatever has a name in it is whole. Everything is made under `tmp/` first and
 * gets its name by one rename; who comes second finds the name taken, throws its own copy away and uses the other's.
 *
 *     blobs/sha256/ab/abcd…     bytes by their own hash: packages, indexes, exported files
 *     trees/KEY/                one unpacked package
 *     roots/KEY/                a root filesystem, put together from trees by hard links; never written to
 *     snapshots/KEY/            what a step left behind
 *     logs/KEY.log              all that a step said
 *     records/KIND/KEY.json     small facts: a step's result, a file's audit
 *     claims/NAME               who is making what; see claims.ts
 *     tmp/MACHINE-PID-…/        what is being made; swept when its process is gone
 *     sessions/MACHINE-PID      since when a process has been using the store
 *
 * A power cut may leave a name without its bytes: what another boot made is believed only where `Boots` vouches for it.
 * A folder has a note of its own for that, `made.json`, whose time is that of its last use. A blob's time of change is when
 * it was made, its time of access when it was last used. A process marks each thing once, before it uses it, so that a
 * prune can tell what the running ones need.
 *
 * A process is judged to be gone only by one that can see it: of the same boot of the same machine and the same pid
 * namespace. What others left, or still use, has a day.
 */
import { createHash, randomBytes } from 'node:crypto';
import { closeSync, constants, lstatSync, openSync, readdirSync, statSync, utimesSync } from 'node:fs';
import { chmod, lstat, mkdir, open, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errorCode } from '../base/error-code.ts';
import { jsonIfAny, namesIfAny, textIfAny } from '../base/if-any.ts';
import { jsonIn } from '../base/json-text.ts';
import { makeFolders } from '../base/make-folders.ts';
import { sha256OfOpenFile } from '../base/sha256-of-file.ts';
import { whyUnwritable } from '../base/write-error.ts';
import { Failure } from '../report/failure.ts';
import { Boots } from './boots.ts';
import { Claims } from './claims.ts';
import { isAlive, machine } from './machine.ts';

export type FolderKind = 'trees' | 'roots' | 'snapshots';

export interface BlobCheck {
  readonly sha256: string;
  readonly size: number;
}

/** In a folder of the store; when it was made and under which boot. */
interface Note {
  readonly boot: string;
  /** Milliseconds since 1970. In a note, never in a key. */
  readonly at: number;
}

/** The file of a folder that holds its note; its time of change is that of the folder's last use. */
export const NOTE = 'made.json';

export class Store {
  readonly folder: string;
  readonly claims: Claims;
  readonly #boots: Boots;
  /** What was used before has to be marked again. */
  readonly #since = Date.now();
  #changed = false;

  private constructor(folder: string) {
    this.folder = folder;
    this.claims = new Claims(folder);
    this.#boots = new Boots(folder);
  }

  /** Makes the folder where there is none, readable by its owner alone, and sweeps what dead processes left in `tmp/`. */
  static async open(folder: string): Promise<Store> {
    const store = new Store(folder);
    try {
      await makeFolders(join(folder, 'tmp'), 0o700);
      const { uid, mode } = await lstat(folder);
      if (uid !== process.geteuid?.()) {
        throw new Failure('store-foreign', `the store ${folder} belongs to user ${uid}, not to this one`);
      }
      if ((mode & 0o777) !== 0o700) await chmod(folder, 0o700);
    } catch (error) {
      // Whatever the system says of the place that the user named: it can't be the store.
      if (error instanceof Failure || errorCode(error) === '') throw error;
      throw storeFailure(error, folder, "it can't be made there");
    }
    await store.sweep();
    await store.#beginSession().catch((error: unknown) => {
      throw storeFailure(error, folder);
    });
    return store;
  }

  /** Has the disk catch up with what was made, without waiting for it. To be called at the end of a command. */
  settle(): void {
    if (this.#changed) this.#boots.settle();
    this.#changed = false;
  }

  blobPath(sha256: string): string {
    return join(this.folder, 'blobs', 'sha256', sha256.slice(0, 2), sha256);
  }

  /** Whether the bytes are here to be used. */
  hasBlob(sha256: string): boolean {
    const path = this.blobPath(sha256);
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return false;
    if (!this.#boots.keepsFrom(stats.mtimeMs)) return this.#checkAgain(path, sha256);
    if (stats.atimeMs < this.#since) mark(path, stats.mtime);
    return true;
  }

  /** Of a blob that no boot vouches for. */
  #checkAgain(path: string, sha256: string): boolean {
    if (hashOfStored(path) !== sha256) return false;
    this.#changed = true;
    return mark(path, new Date());
  }

  /**
   * Takes bytes in, under the name of their hash. Where `expected` is given and the bytes differ, nothing is kept and the
   * caller's `mismatch` makes the error. The bytes are on disk in full before they have a name. Where their hash isn't known
   * before, `approve` looks at them there and throws where they are not to be kept.
   */
  async addBlob(
    bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
    expected?: BlobCheck,
    mismatch?: (actual: BlobCheck) => Error,
    approve?: (path: string, actual: BlobCheck) => Promise<void>,
  ): Promise<BlobCheck> {
    const temporary = this.temporaryPath();
    const hash = createHash('sha256');
    let size = 0;
    try {
      const file = await open(temporary, 'wx', 0o600);
      try {
        for await (const chunk of bytes) {
          size += chunk.length;
          if (expected !== undefined && size > expected.size) break;
          hash.update(chunk);
          await file.writeFile(chunk);
        }
      } finally {
        await file.close();
      }
      const actual = { sha256: hash.digest('hex'), size };
      if (expected !== undefined && (actual.sha256 !== expected.sha256 || size !== expected.size)) {
        throw mismatch?.(actual) ?? new Error(`blob ${expected.sha256}: got ${actual.sha256}`);
      }
      await approve?.(temporary, actual);
      await this.#name(temporary, this.blobPath(actual.sha256));
      this.#changed = true;
      return actual;
    } catch (error) {
      throw storeFailure(error, this.folder);
    } finally {
      await rm(temporary, { force: true });
    }
  }

  /** For bytes that turned out not to be those of their name: a disk that lost power may have kept only the name. */
  async dropBlob(sha256: string): Promise<void> {
    await rm(this.blobPath(sha256), { force: true });
  }

  folderPath(kind: FolderKind, key: string): string {
    return join(this.folder, kind, key);
  }

  /** Whether there is a folder of that name to be used. */
  hasFolder(kind: FolderKind, key: string): boolean {
    const note = join(this.folderPath(kind, key), NOTE);
    // Where not even the note is whole, nothing is.
    const { boot, at } = (jsonIfAny(note) ?? {}) as Partial<Note>;
    if (boot === undefined || at === undefined || !this.#boots.keeps(boot, at)) return false;
    const usedAt = statSync(note, { throwIfNoEntry: false })?.mtimeMs ?? -Infinity;
    return usedAt >= this.#since || mark(note, new Date());
  }

  /** An empty folder on the store's own filesystem, gone with this process unless `adoptFolder` gives it a name. */
  async temporaryFolder(): Promise<string> {
    const path = this.temporaryPath();
    await mkdir(path, { mode: 0o755 });
    return path;
  }

  async adoptFolder(temporary: string, kind: FolderKind, key: string): Promise<string> {
    const path = this.folderPath(kind, key);
    const note: Note = { boot: this.#boots.current, at: Date.now() };
    try {
      await writeFile(join(temporary, NOTE), JSON.stringify(note), { mode: 0o600 });
      if (!(await this.#name(temporary, path)) && !this.hasFolder(kind, key)) {
        await this.dropFolder(kind, key);
        await this.#name(temporary, path);
      }
    } catch (error) {
      throw storeFailure(error, this.folder);
    }
    this.#changed = true;
    await removeTree(temporary);
    return path;
  }

  /** It is out of the way at once, and removed after that. */
  async dropFolder(kind: FolderKind, key: string): Promise<void> {
    const aside = this.temporaryPath();
    try {
      await rename(this.folderPath(kind, key), aside);
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return;
      throw error;
    }
    // What holds files of other ids is left to the next worker.
    await removeTree(aside).catch(() => {});
  }

  async readRecord<Value>(kind: string, key: string): Promise<Value | undefined> {
    const path = this.recordPath(kind, key);
    const value = jsonIn(await textIfAny(path)) as Value | undefined;
    const usedAt = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
    if (usedAt !== undefined && usedAt < this.#since) mark(path, new Date());
    return value;
  }

  async writeRecord(kind: string, key: string, value: unknown): Promise<void> {
    const temporary = this.temporaryPath();
    try {
      await writeFile(temporary, JSON.stringify(value), { mode: 0o600 });
      await this.#name(temporary, this.recordPath(kind, key));
    } catch (error) {
      throw storeFailure(error, this.folder);
    } finally {
      await rm(temporary, { force: true });
    }
  }

  recordPath(kind: string, key: string): string {
    return join(this.folder, 'records', kind, `${key}.json`);
  }

  /** A name in `tmp/` that nobody has. */
  temporaryPath(): string {
    return join(this.folder, 'tmp', `${machine()}-${process.pid}-${randomBytes(8).toString('hex')}`);
  }

  /** The rename that makes a thing real. A folder can't replace a full one: then it tells that the name is taken. */
  async #name(temporary: string, path: string): Promise<boolean> {
    await mkdir(dirname(path), { recursive: true });
    try {
      await rename(temporary, path);
      return true;
    } catch (error) {
      if (!['ENOTEMPTY', 'EEXIST'].includes(errorCode(error))) throw error;
      return false;
    }
  }

  /** One mark for each process, however often it opens the store. */
  async #beginSession(): Promise<void> {
    const path = join(this.folder, SESSIONS, `${machine()}-${process.pid}`);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, '', { flag: 'a', mode: 0o600 });
  }

  /** Since when the longest of the running processes, without this one, has been using the store. */
  oldestSession(): number | undefined {
    let oldest: number | undefined;
    for (const name of readdirSync(join(this.folder, SESSIONS))) {
      if (name === `${machine()}-${process.pid}`) continue;
      const stats = statSync(join(this.folder, SESSIONS, name), { throwIfNoEntry: false });
      const [owner = '', pid = ''] = name.split('-');
      if (stats === undefined || isAlive(owner, pid) === false) continue;
      oldest = Math.min(oldest ?? Infinity, stats.mtimeMs);
    }
    return oldest;
  }

  /** What dead processes left. After a sweep: what holds files of other ids, which a step can make. */
  leftovers(): string[] {
    const found: string[] = [];
    for (const folder of ['tmp', SESSIONS]) {
      for (const name of namesIfAny(join(this.folder, folder))) {
        const path = join(this.folder, folder, name);
        const [owner = '', pid = ''] = name.split('-');
        if (isAlive(owner, pid) ?? !isOld(path)) continue;
        found.push(path);
      }
    }
    return found;
  }

  private async sweep(): Promise<void> {
    for (const path of this.leftovers()) await removeTree(path).catch(() => {});
  }
}

const SESSIONS = 'sessions';

/** Marks a use. What is gone by now can't be used. */
function mark(path: string, modified: Date): boolean {
  try {
    utimesSync(path, new Date(), modified);
    return true;
  } catch {
    // Nor can what is on a disk that takes no marks.
    return false;
  }
}

function isOld(path: string): boolean {
  const day = 86_400_000;
  return (lstatSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Infinity) < Date.now() - day;
}

/** Errors of the place that the user chose for the store; all others are of what is in it. */
const OF_THE_PLACE = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EPERM', 'ENOTDIR', 'EEXIST']);

function isFull(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT'].includes(errorCode(error));
}

/** What a user can cure becomes a `Failure`; all other errors stay what they are. */
export function storeFailure(error: unknown, folder: string, otherwise?: string): unknown {
  const isOfPlace = OF_THE_PLACE.has(errorCode(error));
  const why = (isOfPlace ? whyUnwritable(error) : undefined) ?? otherwise;
  if (why === undefined || error instanceof Failure) return error;
  return new Failure('store-unwritable', `the store ${folder} can't be written: ${why}`, {
    why: (error as Error).message,
    hint: isFull(error)
      ? 'free some room (`targetry cache prune`), or set TARGETRY_STORE to a folder on another disk'
      : 'set TARGETRY_STORE to a folder that this user may write, or give this one to them',
    cause: error,
  });
}

/** Of a file of the store: leaves its time of access as it is, which tells uses. */
export function hashOfStored(path: string): string {
  const file = openSync(path, constants.O_RDONLY | (constants.O_NOATIME ?? 0));
  try {
    return sha256OfOpenFile(file);
  } finally {
    closeSync(file);
  }
}

/** Removes a tree even where a step or an overlay left folders without permissions. */
export async function removeTree(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true });
  } catch {
    await openUp(path);
    await rm(path, { recursive: true, force: true });
  }
}

/** The `rm` that failed is still at work on the other branches, so any folder may be gone by now. */
async function openUp(folder: string): Promise<void> {
  try {
    await chmod(folder, 0o700);
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      if (entry.isDirectory()) await openUp(join(folder, entry.name));
    }
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
}

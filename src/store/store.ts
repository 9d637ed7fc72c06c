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
 *     tmp/MACHINE-PID-…/        what is being made; swept when its process is gone
 *
 * A process is judged to be gone only by one that can see it: of the same boot of the same machine and the same pid
 * namespace. What others left, or still use, has a day.
 */
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, readlinkSync } from 'node:fs';
import { chmod, lstat, mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { makeFolders } from '../base/make-folders.ts';
import { sha256 } from '../base/sha256.ts';
import { Failure } from '../report/failure.ts';

export type FolderKind = 'trees' | 'roots' | 'snapshots';

export interface BlobCheck {
  readonly sha256: string;
  readonly size: number;
}

export class Store {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
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
      if (error instanceof Failure || (error as NodeJS.ErrnoException).code === undefined) throw error;
      throw storeFailure(error, folder, "it can't be made there");
    }
    await store.sweep();
    return store;
  }

  blobPath(sha256: string): string {
    return join(this.folder, 'blobs', 'sha256', sha256.slice(0, 2), sha256);
  }

  hasBlob(sha256: string): boolean {
    return existsSync(this.blobPath(sha256));
  }

  /**
   * Takes bytes in, under the name of their hash. Where `expected` is given and the bytes differ, nothing is kept and the
   * caller's `mismatch` makes the error. The bytes are on disk in full before they have a name.
   */
  async addBlob(
    bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
    expected?: BlobCheck,
    mismatch?: (actual: BlobCheck) => Error,
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
      await this.name(temporary, this.blobPath(actual.sha256));
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

  hasFolder(kind: FolderKind, key: string): boolean {
    return existsSync(this.folderPath(kind, key));
  }

  /** An empty folder on the store's own filesystem, gone with this process unless `adoptFolder` gives it a name. */
  async temporaryFolder(): Promise<string> {
    const path = this.temporaryPath();
    await mkdir(path, { mode: 0o755 });
    return path;
  }

  async adoptFolder(temporary: string, kind: FolderKind, key: string): Promise<string> {
    const path = this.folderPath(kind, key);
    await this.name(temporary, path);
    await removeTree(temporary);
    return path;
  }

  async readRecord<Value>(kind: string, key: string): Promise<Value | undefined> {
    try {
      return JSON.parse(await readFile(this.recordPath(kind, key), 'utf8')) as Value;
    } catch {
      return undefined;
    }
  }

  async writeRecord(kind: string, key: string, value: unknown): Promise<void> {
    const temporary = this.temporaryPath();
    await writeFile(temporary, JSON.stringify(value), { mode: 0o600 });
    await mkdir(dirname(this.recordPath(kind, key)), { recursive: true });
    await rename(temporary, this.recordPath(kind, key));
  }

  private recordPath(kind: string, key: string): string {
    return join(this.folder, 'records', kind, `${key}.json`);
  }

  private temporaryPath(): string {
    return join(this.folder, 'tmp', `${machine()}-${process.pid}-${randomBytes(8).toString('hex')}`);
  }

  /** The rename that makes a thing real. A folder can't replace a full one; whose name is taken, is there already. */
  private async name(temporary: string, path: string): Promise<void> {
    await mkdir(dirname(path), { recursive: true });
    try {
      await rename(temporary, path);
    } catch (error) {
      if (!['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    }
  }

  /** What dead processes left in `tmp/`. After a sweep: what holds files of other ids, which a step can make. */
  async leftovers(): Promise<string[]> {
    const found: string[] = [];
    for (const name of await readdir(join(this.folder, 'tmp'))) {
      const path = join(this.folder, 'tmp', name);
      const [owner, pid] = name.split('-');
      if (owner === machine() ? existsSync(`/proc/${pid}`) : !(await isOld(path))) continue;
      found.push(path);
    }
    return found;
  }

  private async sweep(): Promise<void> {
    for (const path of await this.leftovers()) await removeTree(path).catch(() => {});
  }
}

let machineName: string | undefined;

/** Names the set of processes whose pids can be looked up from here. */
function machine(): string {
  machineName ??= sha256(
    [
      hostname(),
      ask(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8')),
      ask(() => readlinkSync('/proc/self/ns/pid')),
    ].join(' '),
  ).slice(0, 12);
  return machineName;
}

function ask(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}

async function isOld(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).mtimeMs < Date.now() - 86_400_000;
  } catch {
    return false;
  }
}

const UNWRITABLE: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EROFS: 'its filesystem is read-only',
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  ENOTDIR: 'a part of its path is a file',
  EEXIST: 'its path is a file',
};

/** What a user can cure becomes a `Failure`; all other errors stay what they are. */
export function storeFailure(error: unknown, folder: string, otherwise?: string): unknown {
  const why = UNWRITABLE[(error as NodeJS.ErrnoException).code ?? ''] ?? otherwise;
  if (why === undefined || error instanceof Failure) return error;
  return new Failure('store-unwritable', `the store ${folder} can't be written: ${why}`, {
    why: (error as Error).message,
    cause: error,
  });
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
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { askWorker } from '../base/ask-worker.ts';
import { canceler } from '../base/canceler.ts';
import { Failure } from '../report/failure.ts';
import { removeTree, storeFailure, type Store } from '../store/store.ts';
import type { PackageFormat } from './tree-writer.ts';
import { unpackPackage, type UnpackAnswer, type UnpackOrder } from './unpack-package.ts';

/** A package in the store, as the lock has it. */
interface PackedFile {
  readonly name: string;
  readonly version: string;
  readonly size: number;
  readonly sha256: string;
}

interface Waiting {
  readonly packed: PackedFile;
  readonly format: PackageFormat;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** A thread that starts takes as long as others take for so many packed bytes. */
const WORTH_A_THREAD = 1024 ** 2;

/** Unpacks packages of the store into its `trees/`, on all cores where that pays, the largest of those that wait first. */
export class Unpacker {
  readonly #store: Store;
  readonly #most: number;
  readonly #idle: Worker[] = [];
  readonly #workers = new Set<Worker>();
  readonly #waiting: Waiting[] = [];
  readonly #closing = canceler();
  /** This thread unpacks one: no other has been started. */
  #isUnpacking = false;
  /** So many packed bytes were unpacked by this thread, which has other work when more come. */
  #unpackedHere = 0;

  constructor(store: Store, threads = availableParallelism()) {
    this.#store = store;
    this.#most = threads;
  }

  /** The package's blob is in the store; its tree is when this is over. */
  unpack(packed: PackedFile, format: PackageFormat): Promise<void> {
    if (this.#store.hasFolder('trees', packed.sha256)) return Promise.resolve();
    if (this.#closing.signal.aborted) return Promise.reject(stopped());
    return new Promise((resolve, reject) => {
      this.#waiting.push({ packed, format, resolve, reject });
      this.#next();
    });
  }

  /** Ends the threads, also in the middle of their work, and whatever waits is given up. */
  async close(): Promise<void> {
    this.#closing.abort();
    for (const { reject } of this.#waiting.splice(0)) reject(stopped());
    await Promise.all([...this.#workers].map((worker) => worker.terminate()));
  }

  #next(): void {
    if (this.#waiting.length === 0) return;
    const sizes = this.#waiting.map(({ packed }) => packed.size);
    const worker = this.#idle.pop() ?? (this.#paysToStart(sizes) ? this.#startWorker() : undefined);
    if (worker === undefined && (this.#isUnpacking || this.#workers.size > 0)) return;
    const [chosen] = this.#waiting.splice(sizes.indexOf(Math.max(...sizes)), 1);
    void this.#run(chosen!, worker);
  }

  #paysToStart(sizes: readonly number[]): boolean {
    const before = this.#workers.size === 0 ? this.#unpackedHere : 0;
    const bytes = sizes.reduce((sum, size) => sum + size, before);
    return this.#workers.size < this.#most && bytes >= WORTH_A_THREAD;
  }

  #startWorker(): Worker {
    const worker = new Worker(new URL('./unpack-worker.js', import.meta.url));
    this.#workers.add(worker);
    worker.once('exit', () => this.#workers.delete(worker));
    return worker;
  }

  /** By this thread where no other is given. */
  async #run(waiting: Waiting, worker: Worker | undefined): Promise<void> {
    const { packed, format, resolve, reject } = waiting;
    if (worker === undefined) {
      this.#isUnpacking = true;
      this.#unpackedHere += packed.size;
    }
    const claim = this.#store.claims.take(claimOf(packed));
    if (claim === undefined) void this.#waitForOther(waiting);
    try {
      if (claim === undefined) return;
      if (!this.#store.hasFolder('trees', packed.sha256)) await this.#unpackBy(worker, packed, format);
      resolve();
    } catch (error) {
      // A thread that is ended in the middle leaves errors of many kinds.
      reject(this.#closing.signal.aborted ? stopped() : storeFailure(error, this.#store.folder));
    } finally {
      claim?.release();
      if (worker === undefined) this.#isUnpacking = false;
      else if (this.#workers.has(worker)) this.#idle.push(worker);
      this.#next();
    }
  }

  /** Another process unpacks it; or it dies in the middle, and we do it after all. */
  async #waitForOther({ packed, format, resolve, reject }: Waiting): Promise<void> {
    try {
      await this.#store.claims.released(claimOf(packed), this.#closing.signal);
      await this.unpack(packed, format);
      resolve();
    } catch (error) {
      reject(error);
    }
  }

  async #unpackBy(
    worker: Worker | undefined,
    { name, version, sha256 }: PackedFile,
    format: PackageFormat,
  ): Promise<void> {
    const folder = await this.#store.temporaryFolder();
    try {
      // A thread that has ended by now would never answer.
      if (this.#closing.signal.aborted) throw stopped();
      const order: UnpackOrder = { format, blob: this.#store.blobPath(sha256), sha256, folder };
      const answer = await (worker === undefined
        ? unpackPackage(order)
        : askWorker<UnpackAnswer>(worker, order));
      if (answer.kind === 'done') {
        await this.#store.adoptFolder(folder, 'trees', sha256);
      } else if (answer.kind === 'damaged') {
        await this.#store.dropBlob(sha256);
        throw new Failure('package-damaged', `the store's copy of ${name} ${version} is damaged`);
      } else if (answer.kind === 'broken') {
        throw new Failure('package-broken', `${name} ${version} can't be unpacked`, { why: answer.message });
      } else {
        throw Object.assign(answer.error, { code: answer.code });
      }
    } finally {
      await removeTree(folder);
    }
  }
}

function stopped(): Failure {
  return new Failure('canceled', 'unpacking was stopped');
}

function claimOf({ sha256 }: PackedFile): string {
  return `tree-${sha256}`;
}

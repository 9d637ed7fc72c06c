import { createReadStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import { mapParallel } from '../base/pool.ts';
import type { HttpClient } from '../remote/http.ts';
import type { Emit } from '../report/event.ts';
import { Failure } from '../report/failure.ts';
import type { Store } from '../store/store.ts';
import { mismatch } from './mismatch.ts';

/** A file of a package archive, as an index names it. */
export interface ArchiveFile {
  readonly name: string;
  /** As the distro writes it; `all` or `noarch` for every CPU. */
  readonly arch: string;
  /** `debian bullseye-security main` */
  readonly repository: string;
  readonly path: string;
  readonly size: number;
}

/** A file of a package archive, as a lock names it. */
export interface PackageFile extends ArchiveFile {
  readonly sha256: string;
}

/** The task whose progress a download is. */
export interface DownloadProgress {
  readonly emit: Emit;
  readonly task: string;
}

interface DownloadOptions {
  readonly client: HttpClient;
  /** Where a file may be had, best first. */
  readonly addresses: (file: ArchiveFile) => readonly string[];
  readonly progress?: DownloadProgress | undefined;
}

interface FetchOptions extends DownloadOptions {
  readonly store: Store;
  /** A folder that holds packages by their hash and is looked into first. */
  readonly kept?: string | undefined;
  /** Called for each package as soon as it is in the store, also for those that were there before. */
  readonly onStored?: ((file: PackageFile) => void) | undefined;
}

interface Fetched {
  /** How many were not in the store yet, and how large they are together. */
  readonly files: number;
  readonly bytes: number;
}

const AT_ONCE = 16;

/** Brings packages into the store, each checked by size and sha256 before it gets its name there. */
export async function fetchPackages(files: readonly PackageFile[], options: FetchOptions): Promise<Fetched> {
  const { store, onStored } = options;
  const missing: PackageFile[] = [];
  for (const file of new Map(files.map((one) => [one.sha256, one])).values()) {
    if (store.hasBlob(file.sha256)) onStored?.(file);
    else missing.push(file);
  }
  const bytes = missing.reduce((sum, file) => sum + file.size, 0);
  const meter = new Meter(bytes, options.progress);
  // Large ones first: a large one that starts last would be waited for alone.
  missing.sort((a, b) => b.size - a.size);
  const elsewhere: PackageFile[] = [];
  await mapParallel(missing, AT_ONCE, async (file) => {
    if (await fetchClaimed(file, options, meter)) onStored?.(file);
    else elsewhere.push(file);
  });
  // Another process is at these; or it dies in the middle, and we fetch them after all.
  await mapParallel(elsewhere, AT_ONCE, async (file) => {
    do await store.claims.released(claimOf(file), options.client.signal);
    while (!(await fetchClaimed(file, options, meter)));
    onStored?.(file);
  });
  meter.report();
  return { files: missing.length, bytes };
}

function claimOf({ sha256 }: PackageFile): string {
  return `blob-${sha256}`;
}

/** Tells whether the file is in the store now; it isn't while somebody else is fetching it. */
async function fetchClaimed(file: PackageFile, options: FetchOptions, meter: Meter): Promise<boolean> {
  const claim = options.store.claims.take(claimOf(file));
  if (claim === undefined) return false;
  try {
    if (options.store.hasBlob(file.sha256)) meter.add(file.size);
    else await fetchOne(file, options, meter);
    return true;
  } finally {
    claim.release();
  }
}

/** Keeps the bytes that come from an address, or throws where they are not those of the file. */
type Take<File> = (file: File, url: string, bytes: AsyncIterable<Buffer>) => Promise<void>;

/** Downloads files whose hash nobody knows yet; what arrives is for `take` to check. */
export async function downloadFiles<File extends ArchiveFile>(
  files: readonly File[],
  options: DownloadOptions,
  take: Take<File>,
): Promise<void> {
  const meter = new Meter(
    files.reduce((sum, { size }) => sum + size, 0),
    options.progress,
  );
  const largestFirst = [...files].sort((a, b) => b.size - a.size);
  await mapParallel(largestFirst, AT_ONCE, (file) => download(file, options, meter, take));
  meter.report();
}

async function fetchOne(file: PackageFile, options: FetchOptions, meter: Meter): Promise<void> {
  const { store, kept } = options;
  if (kept !== undefined && (await takeKept(file, keptPath(kept, file.sha256), store))) return;
  await download(file, options, meter, async (_, url, bytes) => {
    await store.addBlob(bytes, file, (actual) => mismatch(url, file, actual));
  });
}

async function download<File extends ArchiveFile>(
  file: File,
  { client, addresses }: DownloadOptions,
  meter: Meter,
  take: Take<File>,
): Promise<void> {
  const failures: Failure[] = [];
  const urls = [...addresses(file)].sort((a, b) => Number(client.isUnwell(a)) - Number(client.isUnwell(b)));
  // Each twice: wrong bytes of the right size do come, often from a cache on the way, and rarely two times.
  for (const url of [...urls, ...urls]) {
    const counted = meter.start();
    try {
      await take(file, url, counted(client.stream(url)));
      return;
    } catch (error) {
      if (!(error instanceof Failure) || /^(canceled|store-)/.test(error.code)) throw error;
      failures.push(error);
      counted.undo();
    }
  }
  throw noneHasIt(file, failures);
}

function noneHasIt({ path, repository }: ArchiveFile, failures: readonly Failure[]): Failure {
  const [first] = failures;
  if (first === undefined) return new Failure('mirror-unreachable', `no server is known for ${repository}`);
  if (failures.some(({ code }) => code !== 'http-not-found'))
    return failures.find(({ code }) => code !== 'http-not-found')!;
  return new Failure('package-gone', `${path} of ${repository} can't be had any more`, {
    why: first.message,
    cause: first,
  });
}

/** Where a folder of kept packages has one of them. */
export function keptPath(folder: string, sha256: string): string {
  return join(folder, sha256.slice(0, 2), sha256);
}

/** A kept file with other bytes is as good as none, since the repository may still have the right ones. */
async function takeKept(file: PackageFile, path: string, store: Store): Promise<boolean> {
  if (!existsSync(path)) return false;
  const damaged = new Error();
  try {
    await store.addBlob(createReadStream(path) as AsyncIterable<Buffer>, file, () => damaged);
    return true;
  } catch (error) {
    if (error === damaged) return false;
    throw error;
  }
}

const REPORT_EVERY = 50;

/** Adds up what arrives over all downloads, and says so now and then. */
class Meter {
  #done = 0;
  #reported = 0;
  readonly #total: number;
  readonly #progress: DownloadProgress | undefined;

  constructor(total: number, progress: DownloadProgress | undefined) {
    this.#total = total;
    this.#progress = progress;
  }

  /** Counts one download; `undo` takes it back where it is thrown away. */
  start(): ((chunks: AsyncIterable<Buffer>) => AsyncGenerator<Buffer, void, void>) & { undo(): void } {
    let mine = 0;
    const add = (size: number) => {
      mine += size;
      this.add(size);
    };
    async function* count(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, void> {
      for await (const chunk of chunks) {
        add(chunk.length);
        yield chunk;
      }
    }
    return Object.assign(count, { undo: () => add(-mine) });
  }

  add(size: number): void {
    this.#done += size;
    if (performance.now() - this.#reported >= REPORT_EVERY) this.report();
  }

  report(): void {
    this.#reported = performance.now();
    const { emit, task } = this.#progress ?? {};
    if (emit === undefined || task === undefined || this.#total === 0) return;
    emit({ type: 'progress', task, done: this.#done, total: this.#total, unit: 'bytes' });
  }
}

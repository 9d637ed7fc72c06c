/**
 * A log of any length in parts, which threads search side by side. Where it is cut depends on the log alone, so it is
 * explained in the same way on every machine.
 */
import { availableParallelism } from 'node:os';
import type { Worker } from 'node:worker_threads';
import { askWorker } from '../base/ask-worker.ts';
import type { SearchedPart } from './log-search.ts';
import { newline } from './pattern/word-index.ts';

export type Log = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

interface Searcher {
  search(part: Uint8Array): SearchedPart;
  /** A thread that does the same; undefined where none may be started. */
  readonly startThread: (() => Worker) | undefined;
}

const partSize = 1 << 22;
/** Most logs need no more, and to make the place of a whole part takes longer than to search them. */
const shortLog = 1 << 16;
/** More than one core can feed, and each keeps the patterns in memory. */
const mostThreads = 4;
/** Of a log that has no more it would take longer to start threads. */
const partsHere = 2;
/** So many wait for each thread, that none ever does. */
const ahead = 2;

/** In the order of the log. */
export async function* searchedParts(log: Log, searcher: Searcher): AsyncGenerator<SearchedPart> {
  const { startThread } = searcher;
  const count = startThread === undefined ? 1 : Math.min(availableParallelism(), mostThreads);
  const most = count === 1 ? 0 : count * ahead;
  const threads: Thread[] = [];
  const searched: Promise<SearchedPart>[] = [];
  let at = 0;
  try {
    for await (const part of partsOf(log, most + 1)) {
      if (most === 0 || at < partsHere) yield searcher.search(part);
      else {
        const thread = (threads[at % count] ??= new Thread(startThread!()));
        searched.push(thread.search(part));
      }
      at++;
      if (searched.length > most) yield searched.shift()!;
    }
    yield* searched;
  } finally {
    await Promise.all(threads.map((thread) => thread.end()));
  }
}

class Thread {
  readonly #worker: Worker;
  #last: Promise<unknown> = Promise.resolve();

  constructor(worker: Worker) {
    this.#worker = worker;
  }

  search(part: Uint8Array): Promise<SearchedPart> {
    const searched = this.#last.then(() => askWorker<SearchedPart>(this.#worker, part));
    // It is told to whom the part is for, when its turn comes.
    this.#last = searched.catch(() => {});
    return searched;
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }
}

/**
 * Each ends where a line does, but for the last one, and for one in which none does. They lie in so many places in turn,
 * which threads share.
 */
async function* partsOf(log: Log, places: number): AsyncGenerator<Uint8Array> {
  const made: Uint8Array[] = [];
  let turn = 0;
  const nextPlace = () => (made[turn++ % places] ??= new Uint8Array(new SharedArrayBuffer(partSize)));
  let place: Uint8Array = new Uint8Array(shortLog);
  let length = 0;
  for await (const piece of log)
    for (let at = 0; at < piece.length;) {
      const taken = piece.subarray(at, at + partSize - length);
      if (length + taken.length > place.length) {
        const short = place.subarray(0, length);
        place = nextPlace();
        place.set(short);
      }
      place.set(taken, length);
      at += taken.length;
      length += taken.length;
      if (length < partSize) continue;
      const end = place.lastIndexOf(newline) + 1 || length;
      yield place.subarray(0, end);
      const rest = place.subarray(end);
      place = nextPlace();
      place.set(rest);
      length = rest.length;
    }
  if (length > 0) yield place.subarray(0, length);
}

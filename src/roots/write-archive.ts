import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { setImmediate as breathe } from 'node:timers/promises';
import { archiveRoot } from './archive-root.ts';
import type { RootTree } from './root-tree.ts';

/** How much is written at once, and between two looks at whether the user still wants it. */
const BATCH = 8 * 1024 * 1024;

export interface WrittenArchive {
  readonly sha256: string;
  readonly size: number;
}

/** A root as a tar, in a file that isn't there yet. */
export function writeArchive(tree: RootTree, path: string, signal: AbortSignal): Promise<WrittenArchive> {
  return writePieces(archiveRoot(tree), path, signal);
}

/** Bytes as they come, into a file that isn't there yet. */
export async function writePieces(
  pieces: Iterable<Uint8Array>,
  path: string,
  signal: AbortSignal,
): Promise<WrittenArchive> {
  const file = await open(path, 'wx');
  try {
    return await inBatches(pieces, signal, (bytes) => file.writeFile(bytes));
  } finally {
    await file.close();
  }
}

/** What they will be once they are written. */
export function measurePieces(pieces: Iterable<Uint8Array>, signal: AbortSignal): Promise<WrittenArchive> {
  return inBatches(pieces, signal, () => Promise.resolve());
}

async function inBatches(
  pieces: Iterable<Uint8Array>,
  signal: AbortSignal,
  take: (bytes: Uint8Array) => Promise<void>,
): Promise<WrittenArchive> {
  const hash = createHash('sha256');
  let size = 0;
  const batch: Uint8Array[] = [];
  let waiting = 0;
  const flush = async () => {
    const bytes = Buffer.concat(batch.splice(0), waiting);
    hash.update(bytes);
    await take(bytes);
    size += waiting;
    waiting = 0;
    await breathe();
    signal.throwIfAborted();
  };
  for (const piece of pieces) {
    batch.push(piece);
    waiting += piece.length;
    if (waiting >= BATCH) await flush();
  }
  await flush();
  return { sha256: hash.digest('hex'), size };
}

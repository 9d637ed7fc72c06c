import { closeSync, openSync, readSync } from 'node:fs';
import { hashOfStored } from '../store/store.ts';

/** The bytes are not those that the name in the store promises. */
export class DamagedBlob extends Error {}

/** The name in the store was right once; a disk that lost power may have kept the name alone. */
export function checkBlob(path: string, sha256: string): void {
  if (hashOfStored(path) !== sha256) throw new DamagedBlob();
}

/** Both: nothing of a blob is looked into before all of it was found right. */
export function readCheckedBlob(path: string, sha256: string): AsyncGenerator<Uint8Array, void, void> {
  checkBlob(path, sha256);
  return readBlob(path);
}

export async function* readBlob(path: string, start = 0): AsyncGenerator<Uint8Array, void, void> {
  yield* chunksOf(path, start);
}

const CHUNK = 1024 * 1024;

function* chunksOf(path: string, start: number): Generator<Uint8Array, void, void> {
  const file = openSync(path, 'r');
  try {
    for (let at = start; ;) {
      const chunk = Buffer.allocUnsafe(CHUNK);
      const size = readSync(file, chunk, 0, CHUNK, at);
      if (size === 0) return;
      at += size;
      yield chunk.subarray(0, size);
    }
  } finally {
    closeSync(file);
  }
}

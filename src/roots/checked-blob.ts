import { closeSync, openSync, readSync } from 'node:fs';
import { hashOfFile } from '../store/store.ts';

/** The bytes are not those that the name in the store promises. */
export class DamagedBlob extends Error {}

/**
 * The bytes of a blob, held against its name before the first of them is used. The name was right once; a disk that lost
 * power may have kept the name alone.
 */
export function readCheckedBlob(path: string, sha256: string): AsyncGenerator<Uint8Array, void, void> {
  if (hashOfFile(path) !== sha256) throw new DamagedBlob();
  return readFile(path);
}

async function* readFile(path: string): AsyncGenerator<Uint8Array, void, void> {
  yield* chunksOf(path);
}

const CHUNK = 1024 * 1024;

function* chunksOf(path: string): Generator<Uint8Array, void, void> {
  const file = openSync(path, 'r');
  try {
    for (;;) {
      const chunk = Buffer.allocUnsafe(CHUNK);
      const size = readSync(file, chunk);
      if (size === 0) return;
      yield chunk.subarray(0, size);
    }
  } finally {
    closeSync(file);
  }
}

import { closeSync, openSync, unlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { sourceOfBytes, sourceOfFile, type ByteSource } from '../../formats/elf/byte-source.ts';

const MOST_MEMORY = 64 * 1024 * 1024;

/**
 * Makes a stream readable at any place: in memory up to 64 MiB, past that in a file that has no name any more, so that
 * nothing is left behind however this process ends.
 */
export async function withSpooled<Result>(
  bytes: AsyncIterable<Uint8Array>,
  use: (source: ByteSource) => Result | Promise<Result>,
): Promise<Result> {
  let pieces: Uint8Array[] = [];
  let size = 0;
  let file: number | undefined;
  try {
    for await (const chunk of bytes) {
      size += chunk.length;
      if (file === undefined && size > MOST_MEMORY) {
        file = openUnnamed();
        for (const piece of pieces) writeAll(file, piece);
        pieces = [];
      }
      if (file === undefined) pieces.push(Uint8Array.from(chunk));
      else writeAll(file, chunk);
    }
    return await use(
      file === undefined ? sourceOfBytes(Buffer.concat(pieces, size)) : sourceOfFile(file, size),
    );
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function openUnnamed(): number {
  const path = join(tmpdir(), `targetry-audit-${randomBytes(8).toString('hex')}`);
  const file = openSync(path, 'wx+', 0o600);
  unlinkSync(path);
  return file;
}

function writeAll(file: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length;) {
    written += writeSync(file, bytes, written, bytes.length - written);
  }
}

export async function* streamOf(source: ByteSource): AsyncGenerator<Uint8Array, void, void> {
  for (let at = 0; at < source.size;) {
    const chunk = source.read(at, STREAM_CHUNK);
    if (chunk.length === 0) return;
    at += chunk.length;
    yield chunk;
  }
}

const STREAM_CHUNK = 256 * 1024;

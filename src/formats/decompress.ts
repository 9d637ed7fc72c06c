import { pipeline } from 'node:stream';
import * as zlib from 'node:zlib';
import { decompressBzip2 } from './bzip2.ts';
import { FormatError } from './format-error.ts';
import { peek } from './peek.ts';
import { decompressXz } from './xz.ts';
import { decompressZstd } from './zstd.ts';

export type Compression = 'gzip' | 'xz' | 'zstd' | 'bzip2';

const MAGIC: readonly (readonly [Compression, readonly number[]])[] = [
  ['gzip', [0x1f, 0x8b]],
  ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
  ['bzip2', [0x42, 0x5a, 0x68]],
];

const MOST_MAGIC = 6;

/** Judged by the first bytes, six of them at best; undefined where they are of no compressed file. */
export function sniffCompression(head: Uint8Array): Compression | undefined {
  return MAGIC.find(([, magic]) => magic.every((byte, index) => head[index] === byte))?.[0];
}

type Decompressor = (bytes: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;

export const DECOMPRESSORS: Readonly<Record<Compression, Decompressor>> = {
  gzip: (bytes) => throughZlib(bytes, zlib.createGunzip, 'gzip'),
  xz: decompressXz,
  zstd: decompressZstdSomehow,
  bzip2: decompressBzip2,
};

/**
 * Never holds more than a few chunks. What is wrong with the bytes is a `FormatError`; errors of the source stay as
 * they are.
 */
export function decompress(
  bytes: AsyncIterable<Uint8Array>,
  compression: Compression,
): AsyncIterable<Uint8Array> {
  return DECOMPRESSORS[compression](bytes);
}

/** Looks at the first bytes; what isn't compressed is handed on as it is. */
export async function* decompressIfCompressed(
  bytes: AsyncIterable<Uint8Array>,
  decompressors = DECOMPRESSORS,
): AsyncGenerator<Uint8Array, void, void> {
  const { head, whole } = await peek(bytes, MOST_MAGIC);
  const compression = sniffCompression(head);
  yield* compression === undefined ? whole : decompressors[compression](whole);
}

function decompressZstdSomehow(bytes: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  // Node has it from 22.15 on; its types here are those of the oldest Node that is served.
  const { createZstdDecompress } = zlib as { createZstdDecompress?: CreateDecoder };
  return createZstdDecompress === undefined
    ? decompressZstd(bytes)
    : throughZlib(bytes, createZstdDecompress, 'zstd');
}

type CreateDecoder = (options: zlib.ZlibOptions) => zlib.Gunzip | zlib.InflateRaw;

export async function* throughZlib(
  bytes: AsyncIterable<Uint8Array>,
  create: CreateDecoder,
  format: string,
): AsyncGenerator<Uint8Array, void, void> {
  // Of zlib's own pieces of 16 KiB, the handing on takes as long as the unpacking.
  const decoder = create({ chunkSize: 256 * 1024 });
  // Every error arrives at the loop below; what has to be awaited is that nobody reads from `bytes` any more.
  const fed = new Promise<void>((resolve) => pipeline(bytes, decoder, () => resolve()));
  try {
    for await (const chunk of decoder) yield chunk as Uint8Array;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'Z_BUF_ERROR') throw new FormatError(format, 'the file ends too early', undefined, error);
    if (code?.startsWith('Z_') === true || code?.startsWith('ZSTD_') === true) {
      throw new FormatError(format, message, undefined, error);
    }
    throw error;
  } finally {
    decoder.destroy();
    await fed;
  }
}

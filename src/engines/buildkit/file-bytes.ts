import { open } from 'node:fs/promises';

/** Bytes in one message: more make no difference, fewer cost time. */
export const pieceSize = 64 * 1024;

/** A part of a file, or all of it, in pieces. What the file lacks of the part doesn't come. */
export async function* fileBytes(path: string, from = 0, until = Infinity): AsyncGenerator<Uint8Array> {
  const file = await open(path);
  try {
    for (let at = from; at < until;) {
      const wanted = Math.min(pieceSize, until - at);
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(wanted), 0, wanted, at);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
      at += bytesRead;
    }
  } finally {
    await file.close();
  }
}

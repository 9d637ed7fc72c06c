import { createHash } from 'node:crypto';
import { closeSync, createReadStream, openSync, readSync } from 'node:fs';

const pieceSize = 1 << 20;
/** One for all files: each is read before another one is asked for, and one each costs more than most files are long. */
let shared: Buffer | undefined;

/** By pieces: node reads no file of 2 GiB at once. Who asks waits for it. */
export function sha256OfFile(path: string): string {
  const file = openSync(path, 'r');
  try {
    return sha256OfOpenFile(file);
  } finally {
    closeSync(file);
  }
}

/** From where it stands to its end; the caller closes it. */
export function sha256OfOpenFile(file: number): string {
  const hash = createHash('sha256');
  const piece = (shared ??= Buffer.allocUnsafeSlow(pieceSize));
  for (let length = readSync(file, piece); length > 0; length = readSync(file, piece))
    hash.update(piece.subarray(0, length));
  return hash.digest('hex');
}

/** The same for large files, while displays and other work go on. */
export async function sha256OfLargeFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

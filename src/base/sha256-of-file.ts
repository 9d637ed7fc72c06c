import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';

const pieceSize = 1 << 20;

/** By pieces: node reads no file of 2 GiB at once. */
export function sha256OfFile(path: string): string {
  const hash = createHash('sha256');
  const piece = Buffer.allocUnsafe(pieceSize);
  const file = openSync(path, 'r');
  try {
    for (;;) {
      const length = readSync(file, piece);
      if (length === 0) return hash.digest('hex');
      hash.update(piece.subarray(0, length));
    }
  } finally {
    closeSync(file);
  }
}

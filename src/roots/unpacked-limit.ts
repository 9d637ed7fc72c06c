/**
 * How much a package may unpack to, so that a few megabytes of packed zeros fill no disk. Images of firmware, mostly
 * empty, come to some 60 times their packed size; nothing that one would install comes near the limit.
 */
import { statSync } from 'node:fs';
import { FormatError } from '../formats/format-error.ts';

const ALWAYS = 1024 ** 3;
const TIMES = 200;

/** Bytes. */
export function mostUnpacked(blob: string): number {
  return Math.max(ALWAYS, TIMES * statSync(blob).size);
}

/** The same bytes, up to the limit. */
export async function* limitUnpacked(
  bytes: AsyncIterable<Uint8Array>,
  most: number,
  format: string,
): AsyncGenerator<Uint8Array, void, void> {
  let size = 0;
  for await (const chunk of bytes) {
    size += chunk.length;
    if (size > most) throw tooLarge(most, format);
    yield chunk;
  }
}

export function tooLarge(most: number, format: string): FormatError {
  return new FormatError(format, `it unpacks to more than ${most} bytes, which no package of its size does`);
}

/** The two entropy codes of zstd (RFC 8878, section 4): finite state entropy and Huffman, as look-up tables. */
import { FormatError } from './format-error.ts';

/** A state says which symbol it stands for, and how the next state is made: `base[state]` plus `bits[state]` bits. */
export interface FseTable {
  readonly accuracy: number;
  readonly symbol: Uint8Array;
  readonly bits: Uint8Array;
  readonly base: Uint16Array;
}

/** Looked up by the next `width` bits of the stream; `entry` is the symbol, and the code's length times 256. */
export interface HuffmanTable {
  readonly width: number;
  readonly entry: Uint16Array;
}

const MOST_HUFFMAN_BITS = 11;

export function corrupt(what: string): FormatError {
  return new FormatError('zstd', `corrupt data: ${what}`);
}

/**
 * Streams of codes are read from their end towards their start; the last byte's highest set bit marks the end. `bytes`
 * must have 4 readable bytes after `end`.
 */
export class BackwardBits {
  readonly #bytes: Uint8Array;
  readonly #start: number;
  /** Bits not yet read. */
  left: number;

  constructor(bytes: Uint8Array, start: number, end: number) {
    const last = bytes[end - 1] ?? 0;
    if (end <= start || last === 0) throw corrupt('a bit stream without its end mark');
    this.#bytes = bytes;
    this.#start = start;
    this.left = (end - start) * 8 - (Math.clz32(last) - 24) - 1;
  }

  /** Up to 25 bits. */
  read(count: number): number {
    const at = (this.left -= count);
    if (at < 0) throw corrupt('a bit stream that is too short');
    const bytes = this.#bytes;
    const index = this.#start + (at >> 3);
    const word =
      bytes[index]! | (bytes[index + 1]! << 8) | (bytes[index + 2]! << 16) | (bytes[index + 3]! << 24);
    return (word >>> (at & 7)) & ((1 << count) - 1);
  }
}

/** Reads the probabilities of a table (section 4.1.1). */
export function readFseTable(
  bytes: Uint8Array,
  start: number,
  end: number,
  mostAccuracy: number,
  mostSymbol: number,
): { table: FseTable; next: number } {
  let at = start * 8;
  const peek = (count: number): number => {
    const index = at >> 3;
    const word =
      bytes[index]! | (bytes[index + 1]! << 8) | (bytes[index + 2]! << 16) | (bytes[index + 3]! << 24);
    return (word >>> (at & 7)) & ((1 << count) - 1);
  };
  const accuracy = peek(4) + 5;
  at += 4;
  if (accuracy > mostAccuracy) throw corrupt('a table that is too large');
  let remaining = (1 << accuracy) + 1;
  let threshold = 1 << accuracy;
  let width = accuracy + 1;
  const counts: number[] = [];
  while (remaining > 1) {
    if (at >> 3 >= end) throw corrupt('a table that ends too early');
    const most = 2 * threshold - 1 - remaining;
    let count = peek(width - 1);
    if (count < most) {
      at += width - 1;
    } else {
      count = peek(width);
      if (count >= threshold) count -= most;
      at += width;
    }
    count--;
    remaining -= Math.abs(count);
    counts.push(count);
    for (let repeat = count === 0 ? 3 : 0; repeat === 3; at += 2) {
      repeat = peek(2);
      for (let zeros = repeat; zeros > 0; zeros--) counts.push(0);
      if (at >> 3 >= end) throw corrupt('a table that ends too early');
    }
    if (counts.length > mostSymbol + 1) throw corrupt('a table with too many symbols');
    while (remaining < threshold) {
      width--;
      threshold >>= 1;
    }
  }
  const next = (at + 7) >> 3;
  if (remaining !== 1 || next > end) throw corrupt('a table of wrong probabilities');
  return { table: fseTable(counts, accuracy), next };
}

/** Spreads the symbols over the states; a probability of -1 means "less than one" and gets one state at the end. */
export function fseTable(counts: readonly number[], accuracy: number): FseTable {
  const size = 1 << accuracy;
  const symbol = new Uint8Array(size);
  const next = new Uint16Array(counts.length);
  let high = size - 1;
  for (const [index, count] of counts.entries()) {
    next[index] = Math.abs(count);
    if (count === -1) symbol[high--] = index;
  }
  const step = (size >> 1) + (size >> 3) + 3;
  let position = 0;
  for (const [index, count] of counts.entries()) {
    for (let left = count; left > 0; left--) {
      symbol[position] = index;
      do position = (position + step) & (size - 1);
      while (position > high);
    }
  }
  const bits = new Uint8Array(size);
  const base = new Uint16Array(size);
  for (let state = 0; state < size; state++) {
    const value = next[symbol[state]!]!++;
    bits[state] = accuracy - (31 - Math.clz32(value));
    base[state] = (value << bits[state]!) - size;
  }
  return { accuracy, symbol, bits, base };
}

/** A table that always gives one symbol and takes no bits. */
export function constantTable(symbol: number): FseTable {
  return {
    accuracy: 0,
    symbol: Uint8Array.of(symbol),
    bits: new Uint8Array(1),
    base: new Uint16Array(1),
  };
}

/** Reads a Huffman tree (section 4.2.1): the weights of all symbols but the last one, whose weight follows. */
export function readHuffmanTable(
  bytes: Uint8Array,
  start: number,
  end: number,
): { table: HuffmanTable; next: number } {
  if (start >= end) throw corrupt('a Huffman tree that is missing');
  const header = bytes[start]!;
  const weights = new Uint8Array(256);
  const direct = header >= 128;
  const next = start + 1 + (direct ? (header - 126) >> 1 : header);
  if (next > end) throw corrupt('a Huffman tree that ends too early');
  let count = header - 127;
  if (direct) {
    for (let index = 0; index < count; index++) {
      const byte = bytes[start + 1 + (index >> 1)]!;
      weights[index] = index % 2 === 0 ? byte >> 4 : byte & 15;
    }
  } else {
    count = readWeights(bytes, start + 1, next, weights);
  }
  return { table: huffmanTable(weights, count), next };
}

/** Two interleaved states take turns until the bits run out (section 4.2.1.2). */
function readWeights(bytes: Uint8Array, start: number, end: number, weights: Uint8Array): number {
  const { table, next } = readFseTable(bytes, start, end, 6, 255);
  const stream = new BackwardBits(bytes, next, end);
  let state = stream.read(table.accuracy);
  let other = stream.read(table.accuracy);
  for (let count = 0; count < 254;) {
    weights[count++] = table.symbol[state]!;
    const width = table.bits[state]!;
    if (stream.left < width) {
      weights[count++] = table.symbol[other]!;
      return count;
    }
    const refilled = table.base[state]! + stream.read(width);
    state = other;
    other = refilled;
  }
  throw corrupt('a Huffman tree with too many symbols');
}

function huffmanTable(weights: Uint8Array, count: number): HuffmanTable {
  let sum = 0;
  for (let index = 0; index < count; index++) {
    if (weights[index]! > MOST_HUFFMAN_BITS) throw corrupt('a Huffman code that is too long');
    sum += (1 << weights[index]!) >> 1;
  }
  const width = 32 - Math.clz32(sum);
  const rest = (1 << width) - sum;
  if (sum === 0 || width > MOST_HUFFMAN_BITS || (rest & (rest - 1)) !== 0)
    throw corrupt('an incomplete Huffman tree');
  weights[count] = 32 - Math.clz32(rest);
  const entry = new Uint16Array(1 << width);
  let at = 0;
  for (let weight = 1; weight <= width; weight++) {
    const packed = (width + 1 - weight) * 256;
    for (let symbol = 0; symbol <= count; symbol++) {
      if (weights[symbol] !== weight) continue;
      const end = at + (1 << (weight - 1));
      entry.fill(packed + symbol, at, end);
      at = end;
    }
  }
  return { width, entry };
}

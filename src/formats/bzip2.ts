/**
 * bzip2, decompressed by hand: rare today, and no library reads it as a stream.
 *
 * A file is a row of streams; a stream is a row of blocks of at most 900 kB, which start at any bit. A block is sorted by
 * Burrows and Wheeler, moved to front, run-length coded and Huffman-coded with up to six tables that change every 50
 * symbols; undone here in the opposite order. Whole blocks are gathered before they are decoded, so that nothing below
 * has to wait for input: a block in its worst form is less than 3 MB.
 */
import { ByteReader } from './byte-reader.ts';
import { FormatError } from './format-error.ts';

const BLOCK_MAGIC = 0x314159265359;
const END_MAGIC = 0x177245385090;
const MOST_BLOCK_BYTES = 3 * 1024 * 1024;
const GROUP = 50;
const MOST_CODE = 20;
const OUTPUT_CHUNK = 64 * 1024;

export async function* decompressBzip2(
  bytes: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, void> {
  const reader = new ByteReader(bytes, 'bzip2');
  const input = new BitInput(reader);
  try {
    for (let streams = 0; ; streams++) {
      await input.fill();
      if (streams > 0 && input.isAtEnd()) return;
      if (input.bits(24) !== 0x425a68) throw input.corrupt('no bzip2 stream');
      const level = input.bits(8) - 0x30;
      if (level < 1 || level > 9) throw input.corrupt('an unknown block size');
      yield* readStream(input, level * 100_000);
    }
  } finally {
    await reader.close();
  }
}

async function* readStream(input: BitInput, blockSize: number): AsyncGenerator<Uint8Array, void, void> {
  let combined = 0;
  for (;;) {
    await input.fill();
    const magic = input.bits(24) * 2 ** 24 + input.bits(24);
    if (magic !== BLOCK_MAGIC && magic !== END_MAGIC) throw input.corrupt('no block');
    const expected = (input.bits(16) << 16) | input.bits(16);
    if (magic === END_MAGIC) {
      if (expected !== combined) throw input.corrupt('the checksum of the stream is wrong');
      input.alignToByte();
      return;
    }
    const crc = { value: -1 };
    yield* undoRuns(...decodeBlock(input, blockSize), crc);
    const actual = ~crc.value;
    if (actual !== expected) throw input.corrupt('the checksum of a block is wrong');
    combined = ((combined << 1) | (combined >>> 31)) ^ actual;
  }
}

/** Undoes Huffman, move-to-front and the sorting; what is left are runs. `links` walks the block in order. */
function decodeBlock(input: BitInput, blockSize: number): [links: Uint32Array, start: number, count: number] {
  if (input.bits(1) === 1) throw input.corrupt('a randomized block');
  const origin = input.bits(24);
  const { symbols, count: symbolCount } = readSymbolMap(input);
  if (symbolCount === 0) throw input.corrupt('a block without symbols');
  const { tables, selectors } = readTables(input, symbolCount + 2);
  const links = new Uint32Array(blockSize);
  const counts = new Uint32Array(256);
  const endOfBlock = symbolCount + 1;
  let count = 0;
  let run = 0;
  let runBit = 1;
  let selector = 0;
  let left = 0;
  let table = tables[0]!;
  for (;;) {
    if (left === 0) {
      if (selector >= selectors.length) throw input.corrupt('a block without an end');
      table = tables[selectors[selector++]!]!;
      left = GROUP;
    }
    left--;
    const symbol = input.symbol(table);
    if (symbol < 2) {
      run += runBit << symbol;
      runBit *= 2;
      if (run > blockSize) throw input.corrupt('a block that grows too large');
      continue;
    }
    if (run > 0) {
      const byte = symbols[0]!;
      if (count + run > blockSize) throw input.corrupt('a block that grows too large');
      links.fill(byte, count, count + run);
      counts[byte]! += run;
      count += run;
      run = 0;
      runBit = 1;
    }
    if (symbol === endOfBlock) break;
    if (count >= blockSize) throw input.corrupt('a block that grows too large');
    const position = symbol - 1;
    const byte = symbols[position]!;
    symbols.copyWithin(1, 0, position);
    symbols[0] = byte;
    counts[byte]!++;
    links[count++] = byte;
  }
  if (origin >= count) throw input.corrupt('a block without a start');
  return [links, sortedStart(links, counts, count, origin), count];
}

/** Each entry's low byte is a byte of the block; the rest is set to the entry that follows it. */
function sortedStart(links: Uint32Array, counts: Uint32Array, count: number, origin: number): number {
  let sum = 0;
  for (let byte = 0; byte < 256; byte++) {
    const own = counts[byte]!;
    counts[byte] = sum;
    sum += own;
  }
  for (let index = 0; index < count; index++) links[counts[links[index]! & 0xff]!++]! |= index << 8;
  return links[origin]! >>> 8;
}

/** The outermost code: four equal bytes are followed by how many more there are. */
function* undoRuns(
  links: Uint32Array,
  start: number,
  count: number,
  crc: { value: number },
): Generator<Uint8Array, void, void> {
  let chunk = new Uint8Array(OUTPUT_CHUNK);
  let filled = 0;
  let value = crc.value;
  let previous = -1;
  let same = 0;
  let at = start;
  for (let left = count; left > 0; left--) {
    const entry = links[at]!;
    const byte = entry & 0xff;
    at = entry >>> 8;
    let repeat = 1;
    if (same === 4) {
      repeat = byte;
      same = 0;
    } else {
      same = byte === previous ? same + 1 : 1;
      previous = byte;
    }
    for (; repeat > 0; repeat--) {
      chunk[filled++] = previous;
      value = (value << 8) ^ CRC[(value >>> 24) ^ previous]!;
    }
    if (filled > OUTPUT_CHUNK - 256) {
      yield chunk.subarray(0, filled);
      chunk = new Uint8Array(OUTPUT_CHUNK);
      filled = 0;
    }
  }
  crc.value = value;
  if (filled > 0) yield chunk.subarray(0, filled);
}

/** Two levels of bits say which of the 256 bytes occur at all. */
function readSymbolMap(input: BitInput): { symbols: Uint8Array; count: number } {
  const symbols = new Uint8Array(256);
  const ranges = input.bits(16);
  let count = 0;
  for (let range = 0; range < 16; range++) {
    if ((ranges & (0x8000 >> range)) === 0) continue;
    const used = input.bits(16);
    for (let bit = 0; bit < 16; bit++)
      if ((used & (0x8000 >> bit)) !== 0) symbols[count++] = range * 16 + bit;
  }
  return { symbols, count };
}

/** Canonical codes: per length, the last code of that length and what to add to a code to find its symbol. */
interface CodeTable {
  readonly shortest: number;
  readonly lastCode: Int32Array;
  readonly toIndex: Int32Array;
  readonly symbols: Uint16Array;
}

function readTables(input: BitInput, symbolCount: number): { tables: CodeTable[]; selectors: Uint8Array } {
  const tableCount = input.bits(3);
  const selectorCount = input.bits(15);
  if (tableCount < 2 || tableCount > 6 || selectorCount === 0)
    throw input.corrupt('an unknown number of tables');
  const selectors = new Uint8Array(selectorCount);
  const order = [0, 1, 2, 3, 4, 5];
  for (let index = 0; index < selectorCount; index++) {
    let position = 0;
    while (input.bits(1) === 1) if (++position >= tableCount) throw input.corrupt('an unknown table');
    const [table] = order.splice(position, 1);
    order.unshift(table!);
    selectors[index] = table!;
  }
  const tables: CodeTable[] = [];
  for (let index = 0; index < tableCount; index++) {
    const lengths = new Uint8Array(symbolCount);
    let length = input.bits(5);
    for (let symbol = 0; symbol < symbolCount; symbol++) {
      for (;;) {
        if (length < 1 || length > MOST_CODE) throw input.corrupt('a code of an impossible length');
        if (input.bits(1) === 0) break;
        length += input.bits(1) === 0 ? 1 : -1;
      }
      lengths[symbol] = length;
    }
    tables.push(codeTable(lengths));
  }
  return { tables, selectors };
}

function codeTable(lengths: Uint8Array): CodeTable {
  const symbols = new Uint16Array(lengths.length);
  const lastCode = new Int32Array(MOST_CODE + 2).fill(-1);
  const toIndex = new Int32Array(MOST_CODE + 2);
  let shortest = 0;
  let code = 0;
  let filled = 0;
  for (let length = 1; length <= MOST_CODE; length++) {
    toIndex[length] = filled - code;
    const before = filled;
    for (let symbol = 0; symbol < lengths.length; symbol++)
      if (lengths[symbol] === length) symbols[filled++] = symbol;
    if (filled > before && shortest === 0) shortest = length;
    code += filled - before;
    lastCode[length] = filled > before ? code - 1 : -1;
    code <<= 1;
  }
  return { shortest, lastCode, toIndex, symbols };
}

class BitInput {
  readonly #reader: ByteReader;
  #buffer = new Uint8Array(MOST_BLOCK_BYTES * 2);
  #start = 0;
  #end = 0;
  #ended = false;
  #word = 0;
  #wordBits = 0;

  constructor(reader: ByteReader) {
    this.#reader = reader;
  }

  /** Gathers enough for one block in its worst form, or all there is. */
  async fill(): Promise<void> {
    if (this.#end - this.#start >= MOST_BLOCK_BYTES || this.#ended) return;
    this.#buffer.copyWithin(0, this.#start, this.#end);
    this.#end -= this.#start;
    this.#start = 0;
    while (this.#end < MOST_BLOCK_BYTES) {
      const piece = await this.#reader.readSome(this.#buffer.length - this.#end);
      if (piece === undefined) {
        this.#ended = true;
        return;
      }
      this.#buffer.set(piece, this.#end);
      this.#end += piece.length;
    }
  }

  isAtEnd(): boolean {
    return this.#start >= this.#end && this.#wordBits === 0;
  }

  alignToByte(): void {
    this.#wordBits -= this.#wordBits % 8;
    while (this.#wordBits > 0) {
      this.#wordBits -= 8;
      this.#start--;
    }
    this.#word = 0;
  }

  /** Up to 24 of them. */
  bits(count: number): number {
    while (this.#wordBits < count) {
      if (this.#start >= this.#end) throw this.corrupt('the file ends too early');
      this.#word = (this.#word << 8) | this.#buffer[this.#start++]!;
      this.#wordBits += 8;
    }
    this.#wordBits -= count;
    return (this.#word >>> this.#wordBits) & ((1 << count) - 1);
  }

  symbol({ shortest, lastCode, toIndex, symbols }: CodeTable): number {
    let length = shortest;
    let code = this.bits(length);
    while (code > lastCode[length]!) {
      if (++length > MOST_CODE) throw this.corrupt('an unknown code');
      code = (code << 1) | this.bits(1);
    }
    const symbol = symbols[code + toIndex[length]!];
    if (symbol === undefined) throw this.corrupt('an unknown code');
    return symbol;
  }

  corrupt(what: string): FormatError {
    return new FormatError('bzip2', what, this.#reader.offset - (this.#end - this.#start));
  }
}

const CRC = Int32Array.from({ length: 256 }, (_, index) => {
  let value = index << 24;
  for (let bit = 0; bit < 8; bit++) value = (value << 1) ^ (value < 0 ? 0x04c11db7 : 0);
  return value;
});

/** The blocks of a zstd frame (RFC 8878, section 3.1.1.2): literals, sequences and the history they copy from. */
import {
  BackwardBits,
  constantTable,
  corrupt,
  fseTable,
  readFseTable,
  readHuffmanTable,
  type FseTable,
  type HuffmanTable,
} from './zstd-entropy.ts';

const BLOCK_RAW = 0;
export const BLOCK_REPEATED_BYTE = 1;
export const MOST_BLOCK = 128 * 1024;
/** Bit readers look at whole words, also at the end. */
const SLACK = 8;

/** What the codes of a sequence stand for: a base and a number of further bits (section 3.1.1.3.2.1). */
const LITERAL_LENGTH = codeTable(
  [
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 18, 20, 22, 24, 28, 32, 40, 48, 64, 128, 256,
    512,
  ],
  [
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14,
    15, 16,
  ],
);
const MATCH_LENGTH = codeTable(
  [
    ...Array.from({ length: 32 }, (_, code) => code + 3),
    35,
    37,
    39,
    41,
    43,
    47,
    51,
    59,
    67,
    83,
    99,
    131,
    259,
  ],
  [
    ...Array.from<number>({ length: 32 }).fill(0),
    1,
    1,
    1,
    1,
    2,
    2,
    3,
    3,
    4,
    4,
    5,
    7,
    8,
    9,
    10,
    11,
    12,
    13,
    14,
    15,
    16,
  ],
);

/** Past the listed ones, each base follows from the one before and its bits. */
function codeTable(
  bases: readonly number[],
  bits: readonly number[],
): { base: Uint32Array; bits: Uint8Array } {
  const base = new Uint32Array(bits.length);
  for (let code = 0; code < bits.length; code++) {
    base[code] = bases[code] ?? base[code - 1]! + 2 ** bits[code - 1]!;
  }
  return { base, bits: Uint8Array.from(bits) };
}

const DEFAULT_LITERAL_LENGTHS = fseTable(
  [
    4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 1, 1, -1, -1,
    -1, -1,
  ],
  6,
);
const DEFAULT_MATCH_LENGTHS = fseTable(
  [1, 4, 3, 2, 2, 2, 2, 2, 2, ...Array.from<number>({ length: 37 }).fill(1), -1, -1, -1, -1, -1, -1, -1],
  6,
);
const DEFAULT_OFFSETS = fseTable(
  [1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1],
  5,
);
/** Larger ones reach further back than any window that is allowed. */
const MOST_OFFSET_CODE = 27;

/** Decodes the blocks of one frame, in order. */
export class FrameDecoder {
  readonly #window: number;
  #history: Uint8Array;
  /** Where in `#history` the next byte goes. */
  #end = 0;
  readonly #input = new Uint8Array(MOST_BLOCK + SLACK);
  readonly #literals = new Uint8Array(MOST_BLOCK);
  #literalCount = 0;
  #huffman: HuffmanTable | undefined;
  #literalLengths: FseTable | undefined;
  #offsets: FseTable | undefined;
  #matchLengths: FseTable | undefined;
  /** The last three distances. */
  #last = 1;
  #second = 4;
  #third = 8;

  constructor(window: number) {
    this.#window = window;
    this.#history = new Uint8Array(Math.min(window, MOST_BLOCK) + MOST_BLOCK);
  }

  decode(type: number, size: number, block: Uint8Array): Uint8Array {
    this.#makeRoom();
    const start = this.#end;
    if (type === BLOCK_RAW) {
      this.#history.set(block, start);
      this.#end += size;
    } else if (type === BLOCK_REPEATED_BYTE) {
      this.#history.fill(block[0]!, start, start + size);
      this.#end += size;
    } else {
      this.#input.set(block);
      this.#input.fill(0, size, size + SLACK);
      const next = this.#readLiterals(size);
      this.#readSequences(next, size);
    }
    return this.#history.slice(start, this.#end);
  }

  /** For one more block: first by growing up to twice the window, then by dropping what no sequence may reach. */
  #makeRoom(): void {
    if (this.#end + MOST_BLOCK <= this.#history.length) return;
    const most = this.#window + Math.max(this.#window, MOST_BLOCK) + MOST_BLOCK;
    if (this.#history.length < most) {
      const larger = new Uint8Array(Math.min(most, this.#history.length * 2 + MOST_BLOCK));
      larger.set(this.#history.subarray(0, this.#end));
      this.#history = larger;
    } else {
      const keep = Math.min(this.#window, this.#end);
      this.#history.copyWithin(0, this.#end - keep, this.#end);
      this.#end = keep;
    }
  }

  #readLiterals(size: number): number {
    const input = this.#input;
    if (size < 2) throw corrupt('a block that is too short');
    const type = input[0]! & 3;
    const format = (input[0]! >> 2) & 3;
    const head = input[0]! + input[1]! * 256 + input[2]! * 2 ** 16 + input[3]! * 2 ** 24;
    if (type < 2) {
      const at = format === 1 ? 2 : format === 3 ? 3 : 1;
      const count = at === 1 ? input[0]! >> 3 : (head >>> 4) & (at === 2 ? 0xfff : 0xfffff);
      this.#setLiteralCount(count);
      const stored = type === 0 ? count : 1;
      if (at + stored > size) throw corrupt('literals that end too early');
      if (type === 0) this.#literals.set(input.subarray(at, at + count));
      else this.#literals.fill(input[at]!, 0, count);
      return at + stored;
    }
    const width = format < 2 ? 10 : format === 2 ? 14 : 18;
    const at = format < 2 ? 3 : format + 2;
    const mask = (1 << width) - 1;
    this.#setLiteralCount(Math.floor(head / 16) & mask);
    const high = Math.floor((head + input[4]! * 2 ** 32) / 2 ** (4 + width));
    const end = at + (high & mask);
    if (end > size) throw corrupt('literals that end too early');
    let start = at;
    if (type === 2) {
      const { table, next } = readHuffmanTable(input, at, end);
      this.#huffman = table;
      start = next;
    }
    if (this.#huffman === undefined) throw corrupt('literals without a Huffman tree');
    this.#readHuffmanStreams(this.#huffman, format === 0 ? 1 : 4, start, end);
    return end;
  }

  #setLiteralCount(count: number): void {
    if (count > MOST_BLOCK) throw corrupt('too many literals');
    this.#literalCount = count;
  }

  #readHuffmanStreams(table: HuffmanTable, streams: 1 | 4, start: number, end: number): void {
    const count = this.#literalCount;
    if (streams === 1) {
      this.#readHuffmanStream(table, start, end, 0, count);
      return;
    }
    const input = this.#input;
    let at = start + 6;
    const each = (count + 3) >> 2;
    if (at > end || each * 3 > count) throw corrupt('literals that end too early');
    for (let stream = 0; stream < 4; stream++) {
      const jump = start + stream * 2;
      const streamEnd = stream === 3 ? end : at + input[jump]! + input[jump + 1]! * 256;
      if (streamEnd > end) throw corrupt('literals that end too early');
      this.#readHuffmanStream(
        table,
        at,
        streamEnd,
        stream * each,
        stream === 3 ? count : (stream + 1) * each,
      );
      at = streamEnd;
    }
  }

  #readHuffmanStream(
    { width, entry }: HuffmanTable,
    start: number,
    end: number,
    from: number,
    to: number,
  ): void {
    const input = this.#input;
    const literals = this.#literals;
    let left = new BackwardBits(input, start, end).left;
    let out = from;
    const mask = (1 << width) - 1;
    // While two codes are certain to be there, one word serves both.
    for (; left >= 22 && out + 1 < to;) {
      const at = left - 22;
      const index = start + (at >> 3);
      const word =
        input[index]! | (input[index + 1]! << 8) | (input[index + 2]! << 16) | (input[index + 3]! << 24);
      const bits = (word >>> (at & 7)) & 0x3fffff;
      const first = entry[(bits >>> (22 - width)) & mask]!;
      const second = entry[(bits >>> (22 - width - (first >> 8))) & mask]!;
      literals[out++] = first;
      literals[out++] = second;
      left -= (first >> 8) + (second >> 8);
    }
    for (; out < to;) {
      const at = Math.max(0, left - width);
      const index = start + (at >> 3);
      const word =
        input[index]! | (input[index + 1]! << 8) | (input[index + 2]! << 16) | (input[index + 3]! << 24);
      const taken = left - at;
      const bits = ((word >>> (at & 7)) & ((1 << taken) - 1)) << (width - taken);
      const code = entry[bits]!;
      literals[out++] = code;
      left -= code >> 8;
      if (left < 0) throw corrupt('literals that end too early');
    }
    if (left !== 0) throw corrupt('literals that end too late');
  }

  #readSequences(start: number, size: number): void {
    const input = this.#input;
    if (start >= size) throw corrupt('sequences that are missing');
    let at = start;
    let count = input[at++]!;
    if (count === 255) {
      count = input[at]! + input[at + 1]! * 256 + 0x7f00;
      at += 2;
    } else if (count >= 128) {
      count = (count - 128) * 256 + input[at++]!;
    }
    if (count === 0) {
      if (at !== size) throw corrupt('bytes after the end of a block');
      this.#copyLiterals(0, this.#literalCount, this.#end + MOST_BLOCK);
      return;
    }
    const modes = input[at++]!;
    if ((modes & 3) !== 0) throw corrupt('a reserved bit is set');
    const table = (
      mode: number,
      byDefault: FseTable,
      last: FseTable | undefined,
      most: number,
      symbols: number,
    ) => {
      if (mode === 0) return byDefault;
      if (mode === 1) {
        const symbol = input[at++]!;
        if (symbol > symbols) throw corrupt('an unknown code');
        return constantTable(symbol);
      }
      if (mode === 3) {
        if (last === undefined) throw corrupt('a repeated table without a first one');
        return last;
      }
      const read = readFseTable(input, at, size, most, symbols);
      at = read.next;
      return read.table;
    };
    this.#literalLengths = table(modes >> 6, DEFAULT_LITERAL_LENGTHS, this.#literalLengths, 9, 35);
    this.#offsets = table((modes >> 4) & 3, DEFAULT_OFFSETS, this.#offsets, 8, 31);
    this.#matchLengths = table((modes >> 2) & 3, DEFAULT_MATCH_LENGTHS, this.#matchLengths, 9, 52);
    this.#runSequences(
      count,
      new BackwardBits(input, at, size),
      this.#literalLengths,
      this.#offsets,
      this.#matchLengths,
    );
  }

  #runSequences(
    count: number,
    stream: BackwardBits,
    literal: FseTable,
    offset: FseTable,
    match: FseTable,
  ): void {
    const limit = this.#end + MOST_BLOCK;
    let literalState = stream.read(literal.accuracy);
    let offsetState = stream.read(offset.accuracy);
    let matchState = stream.read(match.accuracy);
    let used = 0;
    for (let left = count; left > 0; left--) {
      const offsetCode = offset.symbol[offsetState]!;
      if (offsetCode > MOST_OFFSET_CODE) throw corrupt('a distance that is too large');
      // Split, because 25 bits are read at most.
      const upper = offsetCode > 16 ? stream.read(offsetCode - 16) * 0x10000 : 0;
      const distanceValue = 2 ** offsetCode + upper + stream.read(Math.min(16, offsetCode));
      const matchCode = match.symbol[matchState]!;
      const matchLength = MATCH_LENGTH.base[matchCode]! + stream.read(MATCH_LENGTH.bits[matchCode]!);
      const literalCode = literal.symbol[literalState]!;
      const literalLength =
        LITERAL_LENGTH.base[literalCode]! + stream.read(LITERAL_LENGTH.bits[literalCode]!);
      const distance = this.#distance(distanceValue, literalLength);
      if (left > 1) {
        literalState = literal.base[literalState]! + stream.read(literal.bits[literalState]!);
        matchState = match.base[matchState]! + stream.read(match.bits[matchState]!);
        offsetState = offset.base[offsetState]! + stream.read(offset.bits[offsetState]!);
      }
      this.#copyLiterals(used, literalLength, limit);
      used += literalLength;
      this.#copyMatch(distance, matchLength, limit);
    }
    if (stream.left !== 0) throw corrupt('sequences that end too late');
    this.#copyLiterals(used, this.#literalCount - used, limit);
  }

  /** Section 3.1.1.5: 1 to 3 name one of the last distances, shifted by one where no literal stands before. */
  #distance(value: number, literalLength: number): number {
    const index = value > 3 ? 3 : literalLength === 0 ? value : value - 1;
    if (index === 0) return this.#last;
    let distance = value - 3;
    if (index === 1) distance = this.#second;
    else if (index === 2) distance = this.#third;
    else if (value <= 3) distance = this.#last - 1;
    if (distance === 0) throw corrupt('a distance of zero');
    if (index !== 1) this.#third = this.#second;
    this.#second = this.#last;
    this.#last = distance;
    return distance;
  }

  #copyLiterals(from: number, count: number, limit: number): void {
    if (count < 0 || from + count > this.#literalCount) throw corrupt('more literals than there are');
    if (this.#end + count > limit) throw corrupt('a block that grows too large');
    const history = this.#history;
    const literals = this.#literals;
    const end = this.#end;
    if (count > 32) history.set(literals.subarray(from, from + count), end);
    else for (let index = 0; index < count; index++) history[end + index] = literals[from + index]!;
    this.#end = end + count;
  }

  #copyMatch(distance: number, count: number, limit: number): void {
    const history = this.#history;
    const end = this.#end;
    if (distance > end || distance > this.#window) throw corrupt('a distance that reaches before the start');
    if (end + count > limit) throw corrupt('a block that grows too large');
    if (count > 32 && distance >= count) history.copyWithin(end, end - distance, end - distance + count);
    else for (let index = 0; index < count; index++) history[end + index] = history[end + index - distance]!;
    this.#end = end + count;
  }
}

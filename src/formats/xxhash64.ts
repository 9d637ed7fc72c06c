/**
 * XXH64 with seed 0: the checksum of zstd frames. 64-bit numbers are held as two 32-bit halves, because with BigInt the
 * check would take longer than the decompression. Each lane is two entries of `#lanes`: low half, high half.
 */
const PRIME_1 = [0x85ebca87 | 0, 0x9e3779b1 | 0] as const;
const PRIME_2 = [0x27d4eb4f | 0, 0xc2b2ae3d | 0] as const;
const PRIME_3 = [0x9e3779f9 | 0, 0x165667b1 | 0] as const;
const PRIME_4 = [0xc2b2ae63 | 0, 0x85ebca77 | 0] as const;
const PRIME_5 = [0x165667c5 | 0, 0x27d4eb2f | 0] as const;

const STRIPE = 32;

export class XxHash64 {
  readonly #lanes = new Int32Array(8);
  readonly #pending = new Uint8Array(STRIPE);
  #pendingSize = 0;
  #total = 0;

  constructor() {
    const lanes = this.#lanes;
    set(lanes, 0, PRIME_1);
    add(lanes, 0, PRIME_2);
    set(lanes, 2, PRIME_2);
    lanes[6] = -PRIME_1[0];
    lanes[7] = ~PRIME_1[1];
  }

  update(bytes: Uint8Array): void {
    this.#total += bytes.length;
    let at = 0;
    if (this.#pendingSize > 0) {
      at = Math.min(STRIPE - this.#pendingSize, bytes.length);
      this.#pending.set(bytes.subarray(0, at), this.#pendingSize);
      this.#pendingSize += at;
      if (this.#pendingSize < STRIPE) return;
      this.#stripes(this.#pending, 0, STRIPE);
      this.#pendingSize = 0;
    }
    const end = bytes.length - ((bytes.length - at) % STRIPE);
    this.#stripes(bytes, at, end);
    this.#pending.set(bytes.subarray(end));
    this.#pendingSize = bytes.length - end;
  }

  /** The lower 32 bits, unsigned: all that a zstd frame keeps. */
  digestLow(): number {
    const hash = new Int32Array(2);
    if (this.#total >= STRIPE) this.#merge(hash);
    else set(hash, 0, PRIME_5);
    add(hash, 0, [this.#total | 0, Math.floor(this.#total / 2 ** 32)]);
    this.#rest(hash);
    shiftXor(hash, 33);
    multiply(hash, 0, PRIME_2);
    shiftXor(hash, 29);
    multiply(hash, 0, PRIME_3);
    shiftXor(hash, 32);
    return hash[0]! >>> 0;
  }

  #stripes(bytes: Uint8Array, from: number, end: number): void {
    const lanes = this.#lanes;
    for (let at = from; at < end; at += 8)
      round(lanes, ((at - from) >> 2) & 6, word(bytes, at), word(bytes, at + 4));
  }

  #merge(hash: Int32Array): void {
    const turned = new Int32Array(2);
    for (const [lane, turn] of [1, 7, 12, 18].entries()) {
      turned.set(this.#lanes.subarray(lane * 2, lane * 2 + 2));
      rotate(turned, turn);
      add(hash, 0, [turned[0]!, turned[1]!]);
    }
    for (let lane = 0; lane < 8; lane += 2) {
      const value = new Int32Array(2);
      round(value, 0, this.#lanes[lane]!, this.#lanes[lane + 1]!);
      hash[0]! ^= value[0]!;
      hash[1]! ^= value[1]!;
      multiply(hash, 0, PRIME_1);
      add(hash, 0, PRIME_4);
    }
  }

  #rest(hash: Int32Array): void {
    const bytes = this.#pending;
    let at = 0;
    for (; at + 8 <= this.#pendingSize; at += 8) {
      const value = new Int32Array(2);
      round(value, 0, word(bytes, at), word(bytes, at + 4));
      hash[0]! ^= value[0]!;
      hash[1]! ^= value[1]!;
      rotate(hash, 27);
      multiply(hash, 0, PRIME_1);
      add(hash, 0, PRIME_4);
    }
    if (at + 4 <= this.#pendingSize) {
      const value = new Int32Array([word(bytes, at), 0]);
      multiply(value, 0, PRIME_1);
      hash[0]! ^= value[0]!;
      hash[1]! ^= value[1]!;
      rotate(hash, 23);
      multiply(hash, 0, PRIME_2);
      add(hash, 0, PRIME_3);
      at += 4;
    }
    for (; at < this.#pendingSize; at++) {
      const value = new Int32Array([bytes[at]!, 0]);
      multiply(value, 0, PRIME_5);
      hash[0]! ^= value[0]!;
      hash[1]! ^= value[1]!;
      rotate(hash, 11);
      multiply(hash, 0, PRIME_1);
    }
  }
}

type Halves = readonly [low: number, high: number];

/** lane = rotate(lane + value * PRIME_2, 31) * PRIME_1 */
function round(lanes: Int32Array, at: number, low: number, high: number): void {
  const productLow = Math.imul(low, PRIME_2[0]);
  const productHigh = upperHalf(low, PRIME_2[0]) + Math.imul(low, PRIME_2[1]) + Math.imul(high, PRIME_2[0]);
  const sumLow = (lanes[at]! + productLow) | 0;
  const sumHigh = (lanes[at + 1]! + productHigh + (sumLow >>> 0 < productLow >>> 0 ? 1 : 0)) | 0;
  const turnedLow = (sumLow << 31) | (sumHigh >>> 1);
  const turnedHigh = (sumHigh << 31) | (sumLow >>> 1);
  lanes[at] = Math.imul(turnedLow, PRIME_1[0]);
  lanes[at + 1] =
    upperHalf(turnedLow, PRIME_1[0]) + Math.imul(turnedLow, PRIME_1[1]) + Math.imul(turnedHigh, PRIME_1[0]);
}

function word(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
}

/** Bits 32 to 63 of the product of two unsigned 32-bit numbers; no sum in here reaches 2 ** 32. */
function upperHalf(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = (Math.imul(aHigh, bLow) >>> 0) + (Math.imul(aLow, bLow) >>> 16);
  const cross = (Math.imul(aLow, bHigh) >>> 0) + (middle & 0xffff);
  return (Math.imul(aHigh, bHigh) + (middle >>> 16) + (cross >>> 16)) | 0;
}

function set(target: Int32Array, at: number, [low, high]: Halves): void {
  target[at] = low;
  target[at + 1] = high;
}

function add(target: Int32Array, at: number, [low, high]: Halves): void {
  const sum = (target[at]! + low) | 0;
  target[at] = sum;
  target[at + 1] = target[at + 1]! + high + (sum >>> 0 < low >>> 0 ? 1 : 0);
}

function multiply(target: Int32Array, at: number, [low, high]: Halves): void {
  const own = target[at]!;
  target[at + 1] = upperHalf(own, low) + Math.imul(own, high) + Math.imul(target[at + 1]!, low);
  target[at] = Math.imul(own, low);
}

/** To the left; `by` is less than 32. */
function rotate(value: Int32Array, by: number): void {
  const [low, high] = [value[0]!, value[1]!];
  value[0] = (low << by) | (high >>> (32 - by));
  value[1] = (high << by) | (low >>> (32 - by));
}

/** value ^= value >>> by, of 64 bits; `by` is 29, 32 or 33. */
function shiftXor(value: Int32Array, by: number): void {
  const [low, high] = [value[0]!, value[1]!];
  if (by < 32) {
    value[0] = low ^ ((low >>> by) | (high << (32 - by)));
    value[1] = high ^ (high >>> by);
  } else {
    value[0] = low ^ (high >>> (by - 32));
  }
}

/**
 * Writes protocol buffers as Go writes them when asked to be deterministic: scalars that hold their default are left
 * out, messages and items of lists are written even when empty, map entries are sorted by key and always complete.
 * The caller writes fields in the order they shall have.
 */
export class ProtobufWriter {
  #bytes = Buffer.allocUnsafe(1024);
  #length = 0;

  finish(): Uint8Array {
    return new Uint8Array(this.#bytes.subarray(0, this.#length));
  }

  /** A string that is not in a list: left out when empty. */
  string(field: number, value: string | undefined): this {
    return value === undefined || value === '' ? this : this.#text(field, value);
  }

  strings(field: number, values: readonly string[]): this {
    for (const value of values) this.#text(field, value);
    return this;
  }

  bytes(field: number, value: Uint8Array): this {
    return value.length === 0 ? this : this.#delimited(field, value);
  }

  /** int32, int64, uint32 and enums: all are the same varint, where negative numbers take ten bytes. */
  integer(field: number, value: number | bigint): this {
    if (value === 0 || value === 0n) return this;
    this.#tag(field, wireType.varint);
    this.#varint(value);
    return this;
  }

  bool(field: number, value: boolean): this {
    return this.integer(field, value ? 1 : 0);
  }

  /** An integer within a oneof: there even zero says something. */
  present(field: number, value: number): this {
    this.#tag(field, wireType.varint);
    this.#varint(value);
    return this;
  }

  /** In place, as a graph is thousands of small messages: what it holds then moves up to make room for its length. */
  message(field: number, write: (inner: ProtobufWriter) => void): this {
    this.#tag(field, wireType.delimited);
    const start = this.#length;
    write(this);
    const length = this.#length - start;
    const room = Math.ceil((32 - Math.clz32(length | 1)) / 7);
    this.#reserve(longestVarint);
    this.#bytes.copyWithin(start + room, start, this.#length);
    this.#length = start;
    this.#varint(length);
    this.#length += length;
    return this;
  }

  /** A message, or an item of `repeated bytes`, that is bytes already. */
  encoded(field: number, bytes: Uint8Array): this {
    return this.#delimited(field, bytes);
  }

  map<Value>(
    field: number,
    entries: Readonly<Record<string, Value>>,
    writeValue: (entry: ProtobufWriter, value: Value) => void,
  ): this {
    for (const key of Object.keys(entries).sort(compareUtf8)) {
      this.message(field, (entry) => {
        entry.strings(1, [key]);
        writeValue(entry, entries[key]!);
      });
    }
    return this;
  }

  #text(field: number, value: string): this {
    const length = Buffer.byteLength(value);
    this.#tag(field, wireType.delimited);
    this.#varint(length);
    this.#reserve(length);
    this.#bytes.write(value, this.#length);
    this.#length += length;
    return this;
  }

  #delimited(field: number, bytes: Uint8Array): this {
    this.#tag(field, wireType.delimited);
    this.#varint(bytes.length);
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
    return this;
  }

  #tag(field: number, type: number): void {
    this.#varint(field * 8 + type);
  }

  #varint(value: number | bigint): void {
    this.#reserve(longestVarint);
    if (typeof value === 'number' && value >= 0 && value <= 0x7fff_ffff) {
      let rest = value;
      for (; rest > 0x7f; rest >>>= 7) this.#bytes[this.#length++] = (rest & 0x7f) | 0x80;
      this.#bytes[this.#length++] = rest;
      return;
    }
    let rest = BigInt.asUintN(64, BigInt(value));
    for (; rest > 0x7fn; rest >>= 7n) this.#bytes[this.#length++] = Number(rest & 0x7fn) | 0x80;
    this.#bytes[this.#length++] = Number(rest);
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#length + more));
    this.#bytes.copy(grown, 0, 0, this.#length);
    this.#bytes = grown;
  }
}

/** Reads a message whole. What it doesn't know it keeps and never looks at; of a field that is not repeated the last counts. */
export class ProtobufMessage {
  readonly #fields = new Map<number, (bigint | Uint8Array)[]>();

  constructor(bytes: Uint8Array) {
    const reader = new Reader(bytes);
    while (!reader.ended) {
      const tag = Number(reader.varint());
      const field = tag >>> 3;
      const value = reader.value(tag & 7);
      const known = this.#fields.get(field);
      if (known === undefined) this.#fields.set(field, [value]);
      else known.push(value);
    }
  }

  has(field: number): boolean {
    return this.#fields.has(field);
  }

  bytes(field: number): Uint8Array {
    return this.allBytes(field).at(-1) ?? new Uint8Array();
  }

  allBytes(field: number): Uint8Array[] {
    return (this.#fields.get(field) ?? []).filter((value) => typeof value !== 'bigint');
  }

  string(field: number): string {
    return decode(this.bytes(field));
  }

  strings(field: number): string[] {
    return this.allBytes(field).map(decode);
  }

  /** An int64, of which JavaScript's numbers hold 53 bits exactly. */
  integer(field: number): number {
    return Number(this.bigint(field));
  }

  bigint(field: number): bigint {
    const value = this.#fields.get(field)?.at(-1);
    return typeof value === 'bigint' ? BigInt.asIntN(64, value) : 0n;
  }

  bool(field: number): boolean {
    return this.bigint(field) !== 0n;
  }

  message(field: number): ProtobufMessage | undefined {
    const bytes = this.allBytes(field).at(-1);
    return bytes === undefined ? undefined : new ProtobufMessage(bytes);
  }

  messages(field: number): ProtobufMessage[] {
    return this.allBytes(field).map((bytes) => new ProtobufMessage(bytes));
  }

  map<Value>(field: number, valueOf: (entry: ProtobufMessage) => Value): Map<string, Value> {
    return new Map(this.messages(field).map((entry) => [entry.string(1), valueOf(entry)]));
  }
}

class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get ended(): boolean {
    return this.#at >= this.#bytes.length;
  }

  varint(): bigint {
    let small = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.#next();
      small |= (byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt(small);
    }
    let value = BigInt(small);
    for (let shift = 28n; shift < 70n; shift += 7n) {
      const byte = this.#next();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw new RangeError('a protocol buffer holds a number of more than 64 bits');
  }

  value(type: number): bigint | Uint8Array {
    switch (type) {
      case wireType.varint:
        return this.varint();
      case wireType.fixed64:
        return this.#take(8);
      case wireType.delimited:
        return this.#take(Number(this.varint()));
      case wireType.fixed32:
        return this.#take(4);
      default:
        throw new RangeError(`a protocol buffer holds a field of the unknown type ${type}`);
    }
  }

  #next(): number {
    if (this.ended) throw cutShort();
    return this.#bytes[this.#at++]!;
  }

  #take(length: number): Uint8Array {
    const end = this.#at + length;
    if (end > this.#bytes.length) throw cutShort();
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }
}

function cutShort(): RangeError {
  return new RangeError('a protocol buffer ends in the middle of a field');
}

function decode(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}

const longestVarint = 10;
const wireType = { varint: 0, fixed64: 1, delimited: 2, fixed32: 5 } as const;

/** Orders strings as their UTF-8 bytes, which is Go's order; JavaScript's own differs above U+D7FF. */
export function compareUtf8(a: string, b: string): number {
  if (wide.test(a) || wide.test(b)) return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return a < b ? -1 : a > b ? 1 : 0;
}

const wide = /[\ud800-\uffff]/;

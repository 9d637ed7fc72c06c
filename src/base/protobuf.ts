/**
 * Writes protocol buffers as Go writes them when asked to be deterministic: scalars that hold their default are left
 * out, messages and items of lists are written even when empty, map entries are sorted by key and always complete.
 * The caller writes fields in the order they shall have.
 */
export class ProtobufWriter {
  #bytes = new Uint8Array(128);
  #length = 0;

  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  /** A string that is not in a list: left out when empty. */
  string(field: number, value: string | undefined): this {
    return value === undefined || value === '' ? this : this.#delimited(field, Buffer.from(value));
  }

  strings(field: number, values: readonly string[]): this {
    for (const value of values) this.#delimited(field, Buffer.from(value));
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

  message(field: number, write: (inner: ProtobufWriter) => void): this {
    const inner = new ProtobufWriter();
    write(inner);
    return this.encoded(field, inner.finish());
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
        entry.encoded(1, Buffer.from(key));
        writeValue(entry, entries[key]!);
      });
    }
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
    this.#reserve(10);
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
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + more));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }
}

const wireType = { varint: 0, delimited: 2 } as const;

/** Orders strings as their UTF-8 bytes, which is Go's order; JavaScript's own differs above U+D7FF. */
export function compareUtf8(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

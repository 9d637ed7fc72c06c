/** Numbers out of bytes in a file's own byte order and word size. Reading past the end is a RangeError: check first. */
export class ElfView {
  readonly bytes: Buffer;
  readonly little: boolean;
  /** 64-bit words. */
  readonly wide: boolean;
  readonly #data: DataView;

  constructor(bytes: Buffer, little: boolean, wide: boolean) {
    this.bytes = bytes;
    this.little = little;
    this.wide = wide;
    this.#data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get length(): number {
    return this.bytes.length;
  }

  u16(at: number): number {
    return this.#data.getUint16(at, this.little);
  }

  u32(at: number): number {
    return this.#data.getUint32(at, this.little);
  }

  /** Past 2^53 it is no longer exact, but then it is past the end of every file too. */
  u64(at: number): number {
    const first = this.#data.getUint32(at, this.little);
    const second = this.#data.getUint32(at + 4, this.little);
    return this.little ? second * 0x1_0000_0000 + first : first * 0x1_0000_0000 + second;
  }

  /** An address, offset or size. */
  word(at: number): number {
    return this.wide ? this.u64(at) : this.u32(at);
  }

  /** The string that starts at `at`; undefined where it has no end or starts outside. */
  string(at: number): string | undefined {
    if (at >= this.bytes.length) return undefined;
    const end = this.bytes.indexOf(0, at);
    return end < 0 ? undefined : this.bytes.toString('utf8', at, end);
  }
}

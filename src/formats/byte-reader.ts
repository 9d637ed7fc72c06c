import { FormatError } from './format-error.ts';

const NOTHING = new Uint8Array(0);

/** Reads a stream in exact pieces. Holds one chunk at a time; every "too short" is a `FormatError` with its offset. */
export class ByteReader {
  /** How many bytes were taken so far. */
  offset = 0;
  readonly #format: string;
  readonly #source: AsyncIterator<Uint8Array>;
  #chunk: Uint8Array = NOTHING;
  #ended = false;

  constructor(bytes: AsyncIterable<Uint8Array>, format: string) {
    this.#format = format;
    this.#source = bytes[Symbol.asyncIterator]();
  }

  /** Exactly `size` bytes, valid until the next call; undefined where the stream ends before the first of them. */
  async readOrEnd(size: number): Promise<Uint8Array | undefined> {
    if (this.#chunk.length >= size) return this.#take(size);
    if (!(await this.#fill())) return undefined;
    if (this.#chunk.length >= size) return this.#take(size);
    const whole = new Uint8Array(size);
    let filled = 0;
    while (filled < size) {
      if (!(await this.#fill())) throw this.tooShort();
      const piece = this.#take(Math.min(size - filled, this.#chunk.length));
      whole.set(piece, filled);
      filled += piece.length;
    }
    return whole;
  }

  async read(size: number): Promise<Uint8Array> {
    if (size === 0) return NOTHING;
    const bytes = await this.readOrEnd(size);
    if (bytes === undefined) throw this.tooShort();
    return bytes;
  }

  /** The next bytes, at least one and at most `most`; undefined at the end of the stream. */
  async readSome(most: number): Promise<Uint8Array | undefined> {
    if (!(await this.#fill())) return undefined;
    return this.#take(Math.min(most, this.#chunk.length));
  }

  async skip(size: number): Promise<void> {
    for (let left = size; left > 0;) {
      const piece = await this.readSome(left);
      if (piece === undefined) throw this.tooShort();
      left -= piece.length;
    }
  }

  /** Tells the source that no more is wanted, so that files and processes behind it are closed. */
  async close(): Promise<void> {
    this.#chunk = NOTHING;
    if (this.#ended) return;
    this.#ended = true;
    await this.#source.return?.();
  }

  tooShort(): FormatError {
    return new FormatError(this.#format, 'the file ends too early', this.offset);
  }

  #take(size: number): Uint8Array {
    const piece = this.#chunk.subarray(0, size);
    this.#chunk = this.#chunk.subarray(size);
    this.offset += size;
    return piece;
  }

  async #fill(): Promise<boolean> {
    while (this.#chunk.length === 0) {
      if (this.#ended) return false;
      const next = await this.#source.next();
      if (next.done === true) this.#ended = true;
      else this.#chunk = next.value;
    }
    return true;
  }
}

/**
 * The bytes of one member of an archive. Whoever goes on to the next member without having read this one skips it;
 * reading it afterwards is a mistake in the program.
 */
export class MemberBody implements AsyncIterable<Uint8Array> {
  readonly #reader: ByteReader;
  #left: number;
  #over = false;

  constructor(reader: ByteReader, size: number) {
    this.#reader = reader;
    this.#left = size;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, void> {
    if (this.#over)
      throw new Error('the body of an archive member was read after the next member was asked for');
    while (this.#left > 0) {
      const piece = await this.#reader.readSome(this.#left);
      if (piece === undefined) throw this.#reader.tooShort();
      this.#left -= piece.length;
      yield piece;
    }
  }

  async finish(): Promise<void> {
    this.#over = true;
    const left = this.#left;
    this.#left = 0;
    await this.#reader.skip(left);
  }
}

/** All of a stream in one array; past `most` bytes it is a `FormatError`. */
export async function readAll(
  bytes: AsyncIterable<Uint8Array>,
  most: number,
  format: string,
): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of bytes) {
    size += piece.length;
    if (size > most) throw new FormatError(format, `larger than the ${most} bytes that are read of it`);
    pieces.push(Uint8Array.from(piece));
  }
  return Buffer.concat(pieces, size);
}

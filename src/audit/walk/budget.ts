import { FormatError } from '../../formats/format-error.ts';

const FREE = 1024 ** 3;
/** gzip reaches a thousand; real archives of programs stay below ten. */
const MOST_RATIO = 200;
const MOST_MEMBERS = 1_000_000;

/** Thrown when an artifact unpacks to more than any real one does: reading it stops for good, at every level. */
export class BombError extends FormatError {}

/** What one artifact may cost, nested archives included: a bomb is an archive whose price has no relation to its size. */
export class Budget {
  #bytes: number;
  /** How many have begun. */
  members = 0;

  constructor(artifactSize: number) {
    this.#bytes = FREE + artifactSize * MOST_RATIO;
  }

  async *unpacked(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
    for await (const chunk of bytes) {
      this.spend(chunk.length);
      yield chunk;
    }
  }

  spend(bytes: number): void {
    this.#bytes -= bytes;
    if (this.#bytes < 0) throw new BombError('archive', `unpacks to more than ${MOST_RATIO} times its size`);
  }

  countMember(): void {
    if (++this.members > MOST_MEMBERS)
      throw new BombError('archive', `holds more than ${MOST_MEMBERS} members`);
  }
}

const newline = 10;
const carriageReturn = 13;

/** A step that writes this much without a line break gets one from us, so that memory stays bounded. */
const mostHeld = 64 * 1024;

/** Cuts a stream of bytes into lines, whatever the pieces it comes in; `\r` ends a line as well as `\n` and `\r\n`. */
export class LineSplitter {
  #held: Uint8Array[] = [];
  #heldLength = 0;
  #afterReturn = false;

  /** The lines that are complete now. */
  *push(data: Uint8Array): Generator<Uint8Array> {
    let start = this.#afterReturn && data[0] === newline ? 1 : 0;
    if (data.length > 0) this.#afterReturn = data.at(-1) === carriageReturn;
    for (let at = start; at < data.length; at++) {
      if (data[at] !== newline && data[at] !== carriageReturn) continue;
      yield this.#take(data.subarray(start, at));
      if (data[at] === carriageReturn && data[at + 1] === newline) at++;
      start = at + 1;
    }
    if (start === data.length) return;
    // The sender may use its buffer again.
    this.#held.push(data.slice(start));
    this.#heldLength += data.length - start;
    if (this.#heldLength > mostHeld) yield this.#take(new Uint8Array());
  }

  /** What came after the last line break, where there is any. */
  rest(): Uint8Array | undefined {
    return this.#heldLength > 0 ? this.#take(new Uint8Array()) : undefined;
  }

  #take(last: Uint8Array): Uint8Array {
    const line = Buffer.concat([...this.#held, last]);
    this.#held = [];
    this.#heldLength = 0;
    return line;
  }
}

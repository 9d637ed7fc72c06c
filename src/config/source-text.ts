import type { Location } from '../report/diagnostic.ts';

/** Half-open, in UTF-16 units from the start of the text. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** The text of one file, and where in it things are. */
export class SourceText {
  readonly file: string;
  readonly text: string;
  readonly #lineStarts: number[] = [0];

  constructor(file: string, text: string) {
    this.file = file;
    this.text = text;
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.#lineStarts.push(at + 1);
  }

  /** What goes on past the end of its first line is cut there: one line is what a message can underline. */
  locate(range: Range): Location {
    const line = this.#lineOf(range.start);
    const start = this.#lineStarts[line - 1]!;
    const text = this.text.slice(start, this.#lineStarts[line]).replace(/\r?\n$/, '');
    const column = Math.min(range.start - start, text.length) + 1;
    const length = Math.max(1, Math.min(range.end - start, text.length) - column + 1);
    return { file: this.file, line, column, length, text };
  }

  #lineOf(offset: number): number {
    let low = 0;
    let high = this.#lineStarts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.#lineStarts[middle]! <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  }
}

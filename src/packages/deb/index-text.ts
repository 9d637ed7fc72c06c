import { closeSync, openSync, readFileSync, readSync } from 'node:fs';

/** Of a Packages file, as Latin-1: one byte per character, so that places are those of the file. The fields that matter are ASCII. */
export interface IndexText {
  slice(start: number, end?: number): string;
  whole(): string;
}

/** Read where someone asks for it. */
export class IndexFile implements IndexText {
  readonly #path: string;
  #whole: string | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  slice(start: number, end?: number): string {
    if (this.#whole !== undefined || end === undefined) return this.whole().slice(start, end);
    const file = openSync(this.#path, 'r');
    try {
      const bytes = Buffer.allocUnsafe(end - start);
      return bytes.toString('latin1', 0, readSync(file, bytes, 0, bytes.length, start));
    } finally {
      closeSync(file);
    }
  }

  whole(): string {
    return (this.#whole ??= readFileSync(this.#path, 'latin1'));
  }
}

/**
 * `NAME NUMBER…` on each line, in the order of the names. They are looked up where they stand: a map of 60,000 takes longer to
 * make than all that is ever looked up in it.
 */
export class SortedLines {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  static of(numbers: ReadonlyMap<string, readonly number[]>): string {
    const names = [...numbers.keys()].sort();
    return names.map((name) => [name, ...numbers.get(name)!].join(' ')).join('\n');
  }

  find(name: string): number[] {
    const text = this.#text;
    let low = 0;
    let high = text.length;
    while (low < high) {
      const start = text.lastIndexOf('\n', ((low + high) >> 1) - 1) + 1;
      const newline = text.indexOf('\n', start);
      const end = newline < 0 ? text.length : newline;
      const nameEnd = text.indexOf(' ', start);
      const found = text.slice(start, nameEnd);
      if (found === name)
        return text
          .slice(nameEnd + 1, end)
          .split(' ')
          .map(Number);
      if (found < name) low = end + 1;
      else high = start;
    }
    return [];
  }

  *names(): Generator<string> {
    for (const [, name] of this.#text.matchAll(/^(\S+) /gm)) yield name!;
  }
}

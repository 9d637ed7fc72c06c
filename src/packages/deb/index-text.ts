/**
 * A Packages file is some 50 MB of text with 60,000 paragraphs, of which a lock looks at a few hundred. So it is not
 * parsed: one pass notes where each paragraph begins and which names are provided, and a paragraph is read when someone
 * asks for it. The text is kept as Latin-1, one byte per character, so that searching runs at the speed of memory; the
 * fields that matter are ASCII.
 */
import { DebPackage } from './package.ts';

export class PackageIndex {
  /** `debian bullseye main`: distro, suite and component. */
  readonly repository: string;
  readonly #text: string;
  /** Start of each paragraph, in order. */
  readonly #starts: number[] = [];
  /** Number(s) of the paragraphs of a name. */
  readonly #byName = new Map<string, number | number[]>();
  readonly #providers = new Map<string, number[]>();
  readonly #essential: number[];
  readonly #read = new Map<number, DebPackage>();

  constructor(text: string, repository: string) {
    this.#text = text;
    this.repository = repository;
    this.#scanNames();
    this.#scanProvides();
    this.#essential = [...this.#paragraphsWith('\nEssential: yes')];
  }

  get size(): number {
    return this.#starts.length;
  }

  names(): Iterable<string> {
    return this.#byName.keys();
  }

  versions(name: string): DebPackage[] {
    const found = this.#byName.get(name);
    if (found === undefined) return [];
    return typeof found === 'number' ? [this.#package(found)] : found.map((number) => this.#package(number));
  }

  providers(name: string): DebPackage[] {
    return (this.#providers.get(name) ?? []).map((number) => this.#package(number));
  }

  essential(): DebPackage[] {
    return this.#essential.map((number) => this.#package(number));
  }

  /** Where apt would meet the name first: in a paragraph of its own or in a field of another's. Infinity for never. */
  firstMention(name: string): number {
    const own = this.#byName.get(name);
    const limit =
      own === undefined ? this.#text.length : this.#starts[typeof own === 'number' ? own : own[0]!]!;
    for (let at = this.#text.indexOf(name); at >= 0 && at < limit; at = this.#text.indexOf(name, at + 1)) {
      if (!isWord(this.#text, at, name.length)) continue;
      const place = this.#mentionAt(at);
      if (place !== undefined) return this.#firstInParagraph(place, name);
    }
    return own === undefined ? Infinity : limit;
  }

  #scanNames(): void {
    const text = this.#text;
    for (let start = 0; start < text.length;) {
      const blank = text.indexOf('\n\n', start);
      const end = blank < 0 ? text.length : blank;
      // The name comes first in practice; nothing promises that.
      const field = text.startsWith('Package: ', start) ? start + 9 : text.indexOf('\nPackage: ', start) + 10;
      if (field > start && field < end) this.#note(text.slice(field, lineEnd(text, field)), start);
      start = end + 2;
      while (text.charCodeAt(start) === 0x0a) start++;
    }
  }

  #note(name: string, start: number): void {
    const number = this.#starts.push(start) - 1;
    const before = this.#byName.get(name);
    if (before === undefined) this.#byName.set(name, number);
    else if (typeof before === 'number') this.#byName.set(name, [before, number]);
    else before.push(number);
  }

  #scanProvides(): void {
    const text = this.#text;
    const mark = '\nProvides: ';
    let paragraph = 0;
    for (let at = text.indexOf(mark); at >= 0; at = text.indexOf(mark, at)) {
      while (paragraph + 1 < this.#starts.length && this.#starts[paragraph + 1]! < at) paragraph++;
      const start = at + mark.length;
      at = lineEnd(text, start);
      for (const item of text.slice(start, at).split(',')) {
        const name = /[^\s(:]+/.exec(item)?.[0];
        if (name === undefined) continue;
        const known = this.#providers.get(name);
        if (known === undefined) this.#providers.set(name, [paragraph]);
        else if (known.at(-1) !== paragraph) known.push(paragraph);
      }
    }
  }

  *#paragraphsWith(mark: string): Generator<number> {
    let at = this.#text.indexOf(mark);
    while (at >= 0) {
      yield this.#paragraphAt(at);
      at = this.#text.indexOf(mark, at + mark.length);
    }
  }

  #paragraphAt(offset: number): number {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #package(number: number): DebPackage {
    let found = this.#read.get(number);
    if (found === undefined) {
      found = new DebPackage(this.#paragraph(number), this.repository);
      this.#read.set(number, found);
    }
    return found;
  }

  #paragraph(number: number): string {
    const start = this.#starts[number]!;
    const end = this.#starts[number + 1] ?? this.#text.length;
    return this.#text.slice(start, end);
  }

  /** The paragraph whose field at this offset makes apt create the name; undefined for a description and the like. */
  #mentionAt(offset: number): number | undefined {
    const line = this.#text.lastIndexOf('\n', offset) + 1;
    const field = this.#text.slice(line, this.#text.indexOf(':', line));
    return MENTIONING.includes(field) ? this.#paragraphAt(offset) : undefined;
  }

  /** Within one paragraph apt reads the fields in its own order, not in the file's. */
  #firstInParagraph(number: number, name: string): number {
    const lines = this.#paragraph(number).split('\n');
    let before = 0;
    for (const field of MENTIONING) {
      const line = lines.find((one) => one.startsWith(`${field}: `));
      if (line === undefined) continue;
      for (let at = line.indexOf(name); at >= 0; at = line.indexOf(name, at + 1)) {
        if (isWord(line, at, name.length)) return this.#starts[number]! + (before + at) / 1e6;
      }
      before += line.length;
    }
    return this.#starts[number]!;
  }
}

/** The fields that name packages, in the order in which apt reads them. */
const MENTIONING = [
  'Package',
  'Pre-Depends',
  'Depends',
  'Conflicts',
  'Breaks',
  'Recommends',
  'Suggests',
  'Replaces',
  'Enhances',
  'Provides',
];

function lineEnd(text: string, start: number): number {
  const end = text.indexOf('\n', start);
  return end < 0 ? text.length : end;
}

/** `name:any` is a name of its own for apt, so a colon ends no word. */
function isWord(text: string, at: number, length: number): boolean {
  const before = text[at - 1];
  const after = text[at + length];
  return (
    (before === ' ' || before === ',' || before === '|') &&
    (after === undefined ||
      after === ' ' ||
      after === ',' ||
      after === '|' ||
      after === '\n' ||
      after === '(')
  );
}

/**
 * A Packages file is some 50 MB of text with 60,000 paragraphs, of which a lock looks at a few hundred. So it is not
 * parsed: one pass notes where each paragraph begins and which names are provided, and a paragraph is read when someone
 * asks for it. The text is kept as Latin-1, one byte per character, so that searching runs at the speed of memory; the
 * fields that matter are ASCII.
 */
import { FirstMentions, lineEnd, paragraphAt } from './first-mentions.ts';
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
  #mentions: FirstMentions | undefined;

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
    this.#mentions ??= new FirstMentions(this.#text, this.#starts);
    const own = this.#byName.get(name);
    return this.#mentions.find(name, typeof own === 'object' ? own[0] : own);
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
      yield paragraphAt(this.#starts, at);
      at = this.#text.indexOf(mark, at + mark.length);
    }
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
}

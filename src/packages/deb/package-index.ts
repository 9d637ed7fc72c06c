import { FirstMentions } from './first-mentions.ts';
import { outlineOf, type IndexOutline } from './index-outline.ts';
import type { IndexText } from './index-text.ts';
import { DebPackage } from './package.ts';
import { SortedLines } from './sorted-lines.ts';

/** What is known of an index from before. */
interface Known {
  readonly outline: IndexOutline;
  /** Answers of `firstMention`, which takes up new ones. */
  readonly mentions: Map<string, number>;
}

/** The packages of a Packages file, each read when someone asks for it. */
export class PackageIndex {
  /** `debian bullseye main`: distro, suite and component. */
  readonly repository: string;
  readonly #text: IndexText;
  readonly #outline: IndexOutline;
  readonly #named: SortedLines;
  readonly #provided: SortedLines;
  readonly #read = new Map<number, DebPackage>();
  readonly #mentions: Map<string, number>;
  #search: FirstMentions | undefined;

  constructor(text: string | IndexText, repository: string, known?: Known) {
    this.#text = typeof text === 'string' ? { slice: text.slice.bind(text), whole: () => text } : text;
    this.repository = repository;
    this.#outline = known?.outline ?? outlineOf(this.#text.whole());
    this.#mentions = known?.mentions ?? new Map<string, number>();
    this.#named = new SortedLines(this.#outline.named);
    this.#provided = new SortedLines(this.#outline.provided);
  }

  get size(): number {
    return this.#outline.starts.length;
  }

  names(): Iterable<string> {
    return this.#named.names();
  }

  versions(name: string): DebPackage[] {
    return this.#named.find(name).map((number) => this.#package(number));
  }

  providers(name: string): DebPackage[] {
    return this.#provided.find(name).map((number) => this.#package(number));
  }

  essential(): DebPackage[] {
    return this.#outline.essential.map((number) => this.#package(number));
  }

  /** Where apt would meet the name first: in a paragraph of its own or in a field of another's. Infinity for never. */
  firstMention(name: string): number {
    let place = this.#mentions.get(name);
    if (place === undefined) {
      this.#search ??= new FirstMentions(this.#text.whole(), this.#outline.starts);
      place = this.#search.find(name, this.#named.find(name)[0]);
      this.#mentions.set(name, place);
    }
    return place;
  }

  #package(number: number): DebPackage {
    let found = this.#read.get(number);
    if (found === undefined) {
      const { starts } = this.#outline;
      const paragraph = this.#text.slice(starts[number]!, starts[number + 1]);
      found = new DebPackage(paragraph, this.repository);
      this.#read.set(number, found);
    }
    return found;
  }
}

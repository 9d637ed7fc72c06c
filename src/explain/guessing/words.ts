/**
 * Words in the language that the head of `data/explain/words.txt` tells. A line is asked for thousands of phrases, of which it
 * holds a few: so it is searched for a piece of each first, and a pattern is made only of those that are there.
 */
import { Pattern } from '../pattern/pattern.ts';

export interface Place {
  readonly from: number;
  readonly to: number;
}

export class Words {
  readonly #phrases: readonly Phrase[];

  constructor(words: string) {
    this.#phrases = words.split(',').map((phrase) => phraseOf(phrase.trim()));
  }

  /** `small` is the line in small letters. */
  areIn(line: string, small: string): boolean {
    return this.#phrases.some((phrase) => phrase.placeIn(line, small) !== undefined);
  }

  /** The first of them. */
  placeIn(line: string, small: string): Place | undefined {
    return this.#phrases
      .flatMap((phrase) => phrase.placeIn(line, small) ?? [])
      .reduce<Place | undefined>((a, b) => (a === undefined || b.from < a.from ? b : a), undefined);
  }
}

class Phrase {
  readonly #words: readonly string[];
  /** The longest piece that each line with the phrase has. */
  readonly #piece: string;
  #pattern: Pattern | undefined;

  constructor(words: readonly string[]) {
    this.#words = words;
    const pieces = words.flatMap((word) => (word in kin || word === '..' ? [] : word.split(/[*#]/)));
    this.#piece = pieces.reduce((a, b) => (b.length > a.length ? b : a), '');
  }

  placeIn(line: string, small: string): Place | undefined {
    if (!small.includes(this.#piece)) return undefined;
    this.#pattern ??= new Pattern(phraseSource(this.#words));
    const bytes = Buffer.from(line);
    const found = this.#pattern.find(bytes);
    if (found === undefined) return undefined;
    const lettersTo = (at: number) => bytes.toString('utf8', 0, at).length;
    return { from: lettersTo(found.from), to: lettersTo(found.to) };
  }
}

/** Many are said of several failures. */
const phrases = new Map<string, Phrase>();

function phraseOf(words: string): Phrase {
  let phrase = phrases.get(words);
  if (phrase === undefined) phrases.set(words, (phrase = new Phrase(words.split(/\s+/))));
  return phrase;
}

const kin: Readonly<Record<string, string>> = {
  not: "(?:\\bnot|n't|\\bnever|\\bno longer)",
  cannot:
    "(?:\\bcan ?not|\\bcan't|\\bcould ?(?:n't|not)|\\bunable to|\\bfail(?:ed|s|ure|ing)?(?: to| on| in)?|\\b(?:not|n't)(?: be)? able to|\\b(?:did|does|do|was|were) ?(?:n't|not)|\\bimpossible to|\\berror while)",
};
const fewWords = '[^\\w\\s]*(?:\\s+\\S+){0,5}\\s+[^\\w\\s]*';
const blank = `[\\s_:'"-]+`;

function phraseSource(words: readonly string[]): string {
  const [first, last] = [words[0]!, words.at(-1)!];
  const between = words.map((word, at) => {
    if (word === '..') return fewWords;
    return (at === 0 || words[at - 1] === '..' ? '' : blank) + wordSource(word);
  });
  return edgeBefore(first) + between.join('') + (/[\w#]$/.test(last) ? '\\b' : '');
}

function wordSource(word: string): string {
  const escaped = word.replaceAll(/[.+?^${}()|[\]\\/]/g, '\\$&');
  return kin[word] ?? escaped.replaceAll('*', '[\\w.]*').replaceAll('#', '\\d+');
}

function edgeBefore(word: string): string {
  if (word in kin) return '';
  // An option's name, and no end of another word.
  if (word.startsWith('-')) return '(?:^|[^\\w-])';
  return /^[\w#]/.test(word) ? '\\b' : '';
}

/** The patterns that are looked for in a log, with the words by which they are looked for. */
import { dirtyBytes } from './log-line.ts';
import { neededWords } from './pattern/needed-words.ts';
import { Pattern } from './pattern/pattern.ts';
import { WordIndex } from './pattern/word-index.ts';
import type { WordsFound } from './words-found.ts';

/** The beginning of a word tells enough. */
const longestWord = 10;

export class PatternSet {
  readonly patterns: readonly Pattern[];
  /** By pattern: a line that it matches has one of them. */
  readonly words: readonly (readonly string[])[];
  /** Of the words; their owners are places in `patterns`. */
  readonly index: WordIndex;
  /** By pattern: it tells of what is around a line; also the last ones count then, and those near to others. */
  readonly around: readonly boolean[];

  constructor(
    asked: readonly { readonly source: string; readonly around: boolean }[],
    found: WordsFound = {},
  ) {
    this.patterns = asked.map(({ source }) => new Pattern(source));
    this.around = asked.map(({ around }) => around);
    this.words = this.patterns.map((pattern) => found[pattern.source] ?? wordsOf(pattern));
    this.index = new WordIndex(this.words, dirtyBytes);
  }
}

function wordsOf({ source, node }: Pattern): string[] {
  const needed = neededWords(node);
  if (needed === undefined) throw new SyntaxError(`the pattern /${source}/ has no word to look for`);
  return [...new Set(needed.map((word) => word.slice(0, longestWord)))];
}

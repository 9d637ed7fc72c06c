import { productText } from '../../base/product-file.ts';
import { Words } from './words.ts';

/** Which words together tell of which failure. */
export interface Guess {
  readonly class: string;
  /** Also taken where a compiler says it of a line of source. */
  readonly inSource: boolean;
  /** The line says a word of each, and of none of `not`. */
  readonly of: readonly Words[];
  readonly not: readonly Words[];
}

/** What `data/explain/words.txt` says, which tells its language. */
export function readGuesses(text = productText('data/explain/words.txt')): readonly Guess[] {
  const shared = new Map<string, string>();
  const whole = (words: string): string =>
    words.replaceAll(/<([^>]+)>/g, (_, name: string) => whole(shared.get(name)!));
  const guesses: Guess[] = [];
  for (const part of withoutComments(text).split(/\n\s*\n/)) {
    const paragraph = part.trim();
    const [, name, words] = /^<([^>]+)> =(.*)$/s.exec(paragraph) ?? [];
    if (name !== undefined) shared.set(name, words!);
    else if (paragraph !== '') guesses.push(guessOf(paragraph, whole));
  }
  return guesses;
}

function guessOf(paragraph: string, whole: (words: string) => string): Guess {
  const [title, ...rules] = paragraph.split(/\n {2}(?=[+-] )/);
  const after = (mark: string) =>
    rules.filter((rule) => rule.startsWith(mark)).map((rule) => new Words(whole(rule.slice(2))));
  const [, name, place] = /^([\w-]+)( \(in source too\))?$/.exec(title!)!;
  return { class: name!, inSource: place !== undefined, of: after('+ '), not: after('- ') };
}

function withoutComments(text: string): string {
  return text.replaceAll(/^#.*$/gm, '');
}

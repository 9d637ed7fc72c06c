import { nearest } from '../base/nearest.ts';

/** What may have been meant by a word that is none of `names`; undefined where nothing is near. */
export function didYouMean(word: string, names: Iterable<string>): string | undefined {
  const near = nearest(word, names);
  return near.length > 0 ? `did you mean ${oneOf(near.map((name) => `\`${name}\``))}?` : undefined;
}

/** The same; where nothing is near, `listed`. */
export function suggest(word: string, names: readonly string[], whatTheyAre: string, listed = names): string {
  const all = listed.length > 0 ? `${whatTheyAre}: ${listed.join(', ')}` : `there are no ${whatTheyAre}`;
  return didYouMean(word, names) ?? all;
}

/** `a, b or c`; of very many the first few. */
export function oneOf(names: readonly string[]): string {
  const most = 6;
  const shown = names.slice(0, most);
  if (names.length > most) return `${shown.join(', ')} and ${names.length - most} more`;
  const last = shown.pop();
  return shown.length === 0 ? `${last}` : `${shown.join(', ')} or ${last}`;
}

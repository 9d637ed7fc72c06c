import { nearest } from '../base/nearest.ts';

/** A hint for a word that is none of `names`: the ones that may have been meant, else `listed`. */
export function suggest(word: string, names: readonly string[], whatTheyAre: string, listed = names): string {
  const near = nearest(word, names);
  if (near.length > 0) return `did you mean ${near.map((name) => `\`${name}\``).join(' or ')}?`;
  return listed.length > 0 ? `${whatTheyAre}: ${listed.join(', ')}` : `there are no ${whatTheyAre}`;
}

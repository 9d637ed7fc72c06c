/**
 * By which words the known patterns are looked for. To find that out takes longer than to explain a short log, so the
 * bundle has a list of it beside this module, by pattern, made by `scripts/bundle.mjs`; beside the sources there is none.
 */
import { join } from 'node:path';
import { jsonIfAny } from '../base/if-any.ts';

export type WordsFound = Readonly<Record<string, readonly string[]>>;

export function wordsFound(): WordsFound {
  return (jsonIfAny(join(import.meta.dirname, 'explain-words.json')) ?? {}) as WordsFound;
}

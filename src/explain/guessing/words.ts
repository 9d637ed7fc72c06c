/** Words in the language that the head of `data/explain/words.txt` tells, as one expression. */
export function wordsPattern(words: string): RegExp {
  return new RegExp(
    words
      .split(',')
      .map((phrase) => phraseSource(phrase.trim().split(/\s+/)))
      .join('|'),
    'i',
  );
}

const kin: Readonly<Record<string, string>> = {
  not: "(?:\\bnot|n't|\\bnever|\\bno longer)",
  cannot:
    "(?:\\bcan ?not|\\bcan't|\\bcould ?(?:n't|not)|\\bunable to|\\bfail(?:ed|s|ure|ing)?(?: to| on| in)?|\\b(?:not|n't)(?: be)? able to|\\b(?:did|does|do|was|were) ?(?:n't|not)|\\bimpossible to|\\berror(?: while)?)",
};
/** Whether a byte is of a word or between words tells where each ends: there is one way to read a line. */
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
  if (word.startsWith('-')) return '(?<![\\w-])';
  return /^[\w#]/.test(word) ? '\\b' : '';
}

import type { Node } from './syntax.ts';

/** Texts of which one is in every line that the pattern matches; folded. Undefined where there are none worth looking for. */
export function neededWords(node: Node): readonly string[] | undefined {
  const words = bestOf(listsOf(wordsOf(node)));
  return words !== undefined && worth(words) > 0 ? words : undefined;
}

/** Shorter ones would be in too many lines. */
const leastLength = 2;
/** More ways of one word are not followed, nor more of one letter. */
const mostWays = 40;
const mostBytes = 4;

interface Words {
  /** All that the node can match, where that is a short list. */
  readonly whole: readonly string[] | undefined;
  /** Of each of these lists one is in whatever it matches. */
  readonly inside: readonly (readonly string[])[];
}

const nothing: Words = { whole: undefined, inside: [] };

function wordsOf(node: Node): Words {
  switch (node.kind) {
    case 'byte':
      return { whole: [String.fromCharCode(node.byte)], inside: [] };
    case 'set':
      return { whole: fewBytes(node.has), inside: [] };
    case 'edge':
      return { whole: [''], inside: [] };
    case 'named':
      return wordsOf(node.of);
    case 'choice':
      return ofChoice(node.of.map(wordsOf));
    case 'times':
      return ofTimes(node);
    case 'row':
      return ofRow(node.parts.map(wordsOf));
  }
}

function ofChoice(all: readonly Words[]): Words {
  const wholes = all.map(({ whole }) => whole);
  const whole = wholes.every((one) => one !== undefined) ? limited(wholes.flat()) : undefined;
  if (whole !== undefined) return { whole, inside: [] };
  const best = all.map((words) => bestOf(listsOf(words)));
  return { whole: undefined, inside: best.every((one) => one !== undefined) ? [best.flat()] : [] };
}

function ofTimes({ of, least, most }: Extract<Node, { kind: 'times' }>): Words {
  const words = wordsOf(of);
  if (least === 0) {
    if (most !== 1 || words.whole === undefined) return nothing;
    return { whole: limited(['', ...words.whole]), inside: [] };
  }
  return least === 1 && most === 1 ? words : { whole: undefined, inside: listsOf(words) };
}

/** Parts whose words are known are put together; where one isn't, what came before it is a list. */
function ofRow(parts: readonly Words[]): Words {
  const inside: (readonly string[])[] = [];
  let run: readonly string[] = [''];
  let unbroken = true;
  for (const { whole, inside: within } of parts) {
    const longer = whole === undefined ? undefined : together(run, whole);
    if (longer !== undefined) {
      run = longer;
      continue;
    }
    inside.push(run, ...within);
    unbroken = false;
    run = whole ?? [''];
  }
  return unbroken ? { whole: run, inside: [] } : { whole: undefined, inside: [...inside, run] };
}

function listsOf({ whole, inside }: Words): readonly (readonly string[])[] {
  return whole === undefined ? inside : [whole];
}

function bestOf(lists: readonly (readonly string[])[]): readonly string[] | undefined {
  return lists.reduce<readonly string[] | undefined>(
    (best, words) => (best === undefined || worth(words) > worth(best) ? words : best),
    undefined,
  );
}

function fewBytes(has: Uint8Array): readonly string[] | undefined {
  const bytes: string[] = [];
  for (let byte = has.indexOf(1); byte >= 0; byte = has.indexOf(1, byte + 1))
    if (bytes.push(String.fromCharCode(byte)) > mostBytes) return undefined;
  return bytes;
}

function together(starts: readonly string[], ends: readonly string[]): readonly string[] | undefined {
  const [end] = ends;
  if (ends.length === 1) return end === '' ? starts : starts.map((start) => start + end);
  return limited(starts.flatMap((start) => ends.map((other) => start + other)));
}

function limited(words: readonly string[]): readonly string[] | undefined {
  return words.length > mostWays ? undefined : [...new Set(words)];
}

/** Texts that are in so many lines of any log that it spares little to look for them, or for a part of them. */
const everyday = ['https://', ' package', ' warning: ', 'cache', 'registry'];
/** So many letters less such a word is worth. */
const everydayCosts = 5;

/** A long word is rare; of many words some are frequent. */
function worth(words: readonly string[]): number {
  if (shortest(words) < leastLength) return -Infinity;
  const isEveryday = words.some((word) => everyday.some((text) => text.includes(word)));
  return Math.min(shortest(words), 24) - (isEveryday ? everydayCosts : 0) + 8 - Math.log2(words.length);
}

function shortest(words: readonly string[]): number {
  return Math.min(...words.map(({ length }) => length));
}

import type { Node } from './syntax.ts';

/** Texts of which one is in every line that the pattern matches; folded. Undefined where there is none worth looking for. */
export function neededWords(node: Node): readonly string[] | undefined {
  const { whole, inside } = wordsOf(node);
  const best = better(whole, inside);
  return best === undefined || shortest(best) < leastLength ? undefined : best;
}

/** Shorter ones would be in too many lines. */
const leastLength = 2;
/** More ways of one word are not followed. */
const mostWays = 40;

interface Words {
  /** All that the node can match, where that is a short list. */
  readonly whole: readonly string[] | undefined;
  /** One of these is in whatever it matches. */
  readonly inside: readonly string[] | undefined;
}

const nothing: Words = { whole: undefined, inside: undefined };

function wordsOf(node: Node): Words {
  switch (node.kind) {
    case 'byte':
      return { whole: [String.fromCharCode(node.byte)], inside: undefined };
    case 'set':
      return { whole: fewBytes(node.has), inside: undefined };
    case 'edge':
      return { whole: [''], inside: undefined };
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
  if (whole !== undefined) return { whole, inside: undefined };
  const insides = all.map((words) => better(words.whole, words.inside));
  return {
    whole: undefined,
    inside: insides.every((one) => one !== undefined) ? insides.flat() : undefined,
  };
}

function ofTimes({ of, least, most }: Extract<Node, { kind: 'times' }>): Words {
  const words = wordsOf(of);
  if (least === 0) {
    if (most !== 1 || words.whole === undefined) return nothing;
    return { whole: limited(['', ...words.whole]), inside: undefined };
  }
  if (least === 1 && most === 1) return words;
  return { whole: undefined, inside: better(words.whole, words.inside) };
}

/** Parts whose words are known are put together; where one isn't, what came before it is a candidate. */
function ofRow(parts: readonly Words[]): Words {
  let inside: readonly string[] | undefined;
  let run: readonly string[] | undefined = [''];
  let unbroken = true;
  for (const { whole, inside: within } of parts) {
    const longer: string[] | undefined =
      whole === undefined ? undefined : limited(run.flatMap((start) => whole.map((end) => start + end)));
    if (longer !== undefined) {
      run = longer;
      continue;
    }
    inside = better(better(inside, run), within);
    unbroken = false;
    run = whole ?? [''];
  }
  return unbroken ? { whole: run, inside: undefined } : { whole: undefined, inside: better(inside, run) };
}

function fewBytes(has: Uint8Array): readonly string[] | undefined {
  const bytes = [...has.keys()].filter((byte) => has[byte] === 1);
  return bytes.length <= 4 ? bytes.map((byte) => String.fromCharCode(byte)) : undefined;
}

function limited(words: readonly string[]): string[] | undefined {
  return words.length > mostWays ? undefined : [...new Set(words)];
}

function better(a: readonly string[] | undefined, b: readonly string[] | undefined) {
  if (a === undefined || b === undefined) return a ?? b;
  return worth(a) >= worth(b) ? a : b;
}

/** A long word is rare; of many words some are frequent. */
function worth(words: readonly string[]): number {
  if (shortest(words) < leastLength) return -Infinity;
  return Math.min(shortest(words), 24) - Math.log2(words.length);
}

function shortest(words: readonly string[]): number {
  return Math.min(...words.map(({ length }) => length));
}

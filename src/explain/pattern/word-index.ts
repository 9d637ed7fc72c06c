/**
 * All words of all patterns in one automaton (Aho and Corasick's): a log goes through it once, two reads for each byte,
 * whatever the number of patterns. An end of a line is a word too, and so are the bytes for which a line has to be cleaned
 * first: one comparison tells of a byte that it says nothing, and nothing else looks at a line in which nothing was found.
 */
import { folded } from './syntax.ts';

export const newline = 10;

export class WordIndex {
  /** By byte: its kind, a small number. */
  readonly kinds: Uint8Array;
  /** By state, shifted by so many bits, and kind: the next state. */
  readonly next: Uint16Array;
  readonly shift: number;
  /** States from here on say something: a word ends in them. */
  readonly telling: number;
  /** Those from here on are of a marked byte, which may be in a word too. */
  readonly marked: number;
  readonly endOfLine: number;
  /** By state, less the first telling one: whose words end there. */
  readonly #owners: readonly (readonly number[])[];

  /** `words[i]` are those of owner i; all are folded. No line ends in one. */
  constructor(words: readonly (readonly string[])[], marked: readonly number[]) {
    this.kinds = kindsOf(words.flat(), marked);
    const [ofNewline, ofMarked] = [this.kinds[newline]!, this.kinds[marked[0]!]!];
    const tree = new WordTree(words.flat().join('').length + 2, Math.max(...this.kinds));
    words.forEach((list, owner) => {
      for (const word of list) {
        const kinds = Array.from(word, (letter) => this.kinds[letter.charCodeAt(0)]!);
        tree.add(kinds).push(owner);
      }
    });
    tree.add([ofNewline]);
    tree.add([ofMarked]);
    const nodes = tree.link();
    const { next, shift, owners } = tree;
    const endOfLine = next[ofNewline]!;
    const afterMarked = new Set(nodes.map((node) => next[(node << shift) + ofMarked]!));
    const rank = (node: number) =>
      afterMarked.has(node) ? 3 : node === endOfLine ? 2 : owners[node] === undefined ? 0 : 1;
    // In the order of their ranks, so that comparisons tell them apart.
    const order = [0, 1, 2, 3].flatMap((wanted) => nodes.filter((node) => rank(node) === wanted));
    const places = new Uint16Array(order.length);
    order.forEach((node, place) => (places[node] = place));
    this.shift = shift;
    this.next = new Uint16Array(order.length << shift);
    for (const node of order) {
      const [from, to] = [node << shift, places[node]! << shift];
      for (let kind = 0; kind < 1 << shift; kind++) this.next[to + kind] = places[next[from + kind]!]!;
    }
    this.telling = order.findIndex((node) => rank(node) > 0);
    this.endOfLine = places[endOfLine]!;
    this.marked = this.endOfLine + 1;
    this.#owners = order.slice(this.telling).map((node) => owners[node] ?? []);
  }

  ownersAt(state: number): readonly number[] {
    return this.#owners[state - this.telling]!;
  }
}

/** Node 0 is the root, which is nobody's child. */
class WordTree {
  /** By node, shifted by so many bits, and kind of byte: the child; once it is linked, the node that follows. */
  readonly next: Uint16Array;
  readonly shift: number;
  /** By node: whose words end there; undefined where none does. */
  readonly owners: (number[] | undefined)[] = [];
  #count = 1;

  constructor(letters: number, mostKinds: number) {
    this.shift = 32 - Math.clz32(mostKinds);
    this.next = new Uint16Array((letters + 1) << this.shift);
  }

  /** The owners of the word. */
  add(word: readonly number[]): number[] {
    let node = 0;
    for (const kind of word) {
      const place = (node << this.shift) + kind;
      if (this.next[place] === 0) this.next[place] = this.#count++;
      node = this.next[place]!;
    }
    // As many as two bytes can tell apart.
    if (this.#count > 1 << 16) throw new RangeError('the patterns have too many words');
    return (this.owners[node] ??= []);
  }

  /** Has every node go on by the longest other beginning of a word that ends in it; tells the nodes, from the root outwards. */
  link(): number[] {
    const { next, shift, owners } = this;
    const order = [0];
    const others = new Uint16Array(this.#count);
    for (const node of order) {
      const other = others[node]! << shift;
      for (let kind = 0; kind < 1 << shift; kind++) {
        const place = (node << shift) + kind;
        const after = node === 0 ? 0 : next[other + kind]!;
        const child = next[place]!;
        if (child === 0) next[place] = after;
        else {
          others[child] = after;
          if (owners[after] !== undefined)
            owners[child] = [...new Set([...(owners[child] ?? []), ...owners[after]])];
          order.push(child);
        }
      }
    }
    return order;
  }
}

/** Kind 0 is of bytes that no word has; the last two are of ends of lines and of marked bytes. */
function kindsOf(words: readonly string[], marked: readonly number[]): Uint8Array {
  const known = [...new Set(Buffer.from(words.join(''), 'latin1').map(plain))].sort((a, b) => a - b);
  const kinds = Uint8Array.from({ length: 256 }, (_, byte) => known.indexOf(plain(folded[byte]!)) + 1);
  kinds[newline] = known.length + 1;
  for (const byte of marked) kinds[byte] = known.length + 2;
  return kinds;
}

const brackets = new Map(Array.from('([{<)]}>', (bracket) => [bracket.charCodeAt(0), 0x28]));

/**
 * Brackets aren't told apart, nor bytes of letters beyond ASCII: a smaller table is worth more than the few lines that it
 * would spare.
 */
function plain(byte: number): number {
  return byte < 0x80 ? (brackets.get(byte) ?? byte) : 0x80;
}

/**
 * All words of all patterns in one automaton (Aho and Corasick's): a log goes through it once, two reads for each byte,
 * whatever the number of patterns. It also notices ends of lines and the bytes for which a line has to be cleaned first, so
 * that nothing else looks at a line in which nothing was found.
 */
import { folded } from './syntax.ts';

export const newline = 10;
/** As many as two bytes can tell apart. */
const mostStates = 1 << 16;

export class WordIndex {
  /** By byte: a small number for each byte that any word has; then the end of a line, then bytes that are marked. */
  readonly classes: Uint8Array;
  readonly endOfLine: number;
  /** By state times `width` and class: the next state. */
  readonly next: Uint16Array;
  readonly width: number;
  /** States from here on say something: in them a word ends. */
  readonly telling: number;
  /** By state, less the first telling one: whose words end there. */
  readonly owners: readonly (readonly number[])[];

  /** `words[i]` are those of owner i; all are folded. None has a byte that is marked. */
  constructor(words: readonly (readonly string[])[], marked: readonly number[]) {
    const tree = new WordTree();
    words.forEach((list, owner) => {
      for (const word of list) tree.add(word, owner);
    });
    const order = tree.linked();
    const { classes, width } = classesOf(words.flat(), marked);
    // Silent states come first, so that one comparison tells them from the others.
    const places = new Map([...order.filter(isSilent), ...order.filter(tells)].map((node, at) => [node, at]));
    this.width = width;
    this.endOfLine = width - 2;
    this.classes = classes;
    this.telling = order.filter(isSilent).length;
    this.owners = order.filter(tells).map(({ owners }) => [...owners]);
    if (order.length > mostStates) throw new RangeError('the patterns have too many words');
    this.next = new Uint16Array(order.length * width);
    for (const node of order) {
      const row = places.get(node)! * width;
      if (node.fail !== undefined)
        this.next.copyWithin(row, places.get(node.fail)! * width, places.get(node.fail)! * width + width);
      for (const [byte, child] of node.children) this.next[row + classes[byte]!] = places.get(child)!;
    }
  }

  ownersAt(state: number): readonly number[] {
    return this.owners[state - this.telling]!;
  }
}

interface TreeNode {
  readonly children: Map<number, TreeNode>;
  readonly owners: Set<number>;
  /** The longest other beginning of a word that ends here; none of the root. */
  fail: TreeNode | undefined;
}

class WordTree {
  readonly #root: TreeNode = newNode();

  add(word: string, owner: number): void {
    let node = this.#root;
    for (let at = 0; at < word.length; at++) {
      const byte = plain(word.charCodeAt(at));
      let child = node.children.get(byte);
      if (child === undefined) node.children.set(byte, (child = newNode()));
      node = child;
    }
    node.owners.add(owner);
  }

  /** Every node, from the root outwards, with its way back. */
  linked(): TreeNode[] {
    const order = [this.#root];
    for (const node of order) {
      for (const [byte, child] of node.children) {
        child.fail = this.#after(node.fail, byte);
        for (const owner of child.fail.owners) child.owners.add(owner);
        order.push(child);
      }
    }
    return order;
  }

  #after(from: TreeNode | undefined, byte: number): TreeNode {
    for (let node = from; node !== undefined; node = node.fail) {
      const child = node.children.get(byte);
      if (child !== undefined) return child;
    }
    return this.#root;
  }
}

/** Bytes of letters beyond ASCII aren't told apart: a smaller table is worth more than the few lines that it would spare. */
function plain(byte: number): number {
  return byte < 0x80 ? byte : 0x80;
}

function newNode(): TreeNode {
  return { children: new Map(), owners: new Set(), fail: undefined };
}

function isSilent({ owners }: TreeNode): boolean {
  return owners.size === 0;
}

function tells({ owners }: TreeNode): boolean {
  return owners.size > 0;
}

/** Class 0 is of bytes that no word has; the last two are of ends of lines and of marked bytes. */
function classesOf(
  words: readonly string[],
  marked: readonly number[],
): { classes: Uint8Array; width: number } {
  const known = new Set(Buffer.from(words.join(''), 'latin1').map(plain));
  const byByte = new Map([...known].sort((a, b) => a - b).map((byte, at) => [byte, at + 1]));
  const width = byByte.size + 3;
  const classes = Uint8Array.from({ length: 256 }, (_, byte) => byByte.get(plain(folded[byte]!)) ?? 0);
  classes[newline] = width - 2;
  for (const byte of marked) classes[byte] = width - 1;
  return { classes, width };
}

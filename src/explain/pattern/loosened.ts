import type { Node } from './syntax.ts';

/** A span of fewer lengths takes few states. */
const leastSpan = 8;

/**
 * A pattern that matches wherever the node does, and in more lines: a long span has no bound in it (`.*` for `.{0,60}`). A machine
 * has to count the bytes of a span that has one, by a state for each number of them and all that may have begun in it. Undefined
 * where the node has none.
 */
export function loosened(node: Node): Node | undefined {
  switch (node.kind) {
    case 'named':
      return loosened(node.of);
    case 'row': {
      const parts = allLoosened(node.parts);
      return parts && { kind: 'row', parts };
    }
    case 'choice': {
      const of = allLoosened(node.of);
      return of && { kind: 'choice', of };
    }
    case 'times': {
      const of = loosened(node.of);
      const isLong = node.most !== Infinity && node.most - node.least >= leastSpan;
      if (of === undefined && !isLong) return undefined;
      return { kind: 'times', of: of ?? node.of, least: node.least, most: isLong ? Infinity : node.most };
    }
    case 'byte':
    case 'set':
    case 'edge':
      return undefined;
  }
}

function allLoosened(nodes: readonly Node[]): readonly Node[] | undefined {
  const loose = nodes.map(loosened);
  return loose.every((node) => node === undefined) ? undefined : loose.map((node, at) => node ?? nodes[at]!);
}

import type { Edge, Node } from './syntax.ts';

/** One step of a program; the next one follows it unless it says otherwise. */
export type Instruction =
  | { readonly do: 'take'; readonly has: Uint8Array }
  /** Both ways, the first one rather. */
  | { readonly do: 'fork'; readonly first: number; readonly second: number }
  | { readonly do: 'edge'; readonly edge: Edge }
  | { readonly do: 'mark'; readonly slot: number }
  | { readonly do: 'accept' };

/** A pattern as a machine. Slots 0 and 1 hold where it matched, each name has two more. */
export interface Program {
  readonly steps: readonly Instruction[];
  readonly names: readonly string[];
}

/** Enough for any pattern that a person would write, and a bound on the work for each byte. */
const mostSteps = 6000;

export function compilePattern(source: string, node: Node): Program {
  const maker = new ProgramMaker();
  maker.add({ do: 'mark', slot: 0 });
  maker.node(node);
  maker.add({ do: 'mark', slot: 1 });
  maker.add({ do: 'accept' });
  if (maker.steps.length > mostSteps) throw new SyntaxError(`the pattern /${source}/ is too large`);
  return { steps: maker.steps, names: maker.names };
}

const ofOneByte = Array.from({ length: 256 }, (_, byte) => {
  const has = new Uint8Array(256);
  has[byte] = 1;
  return has;
});

class ProgramMaker {
  readonly steps: Instruction[] = [];
  readonly names: string[] = [];

  add(step: Instruction): number {
    if (this.steps.length > mostSteps) throw new SyntaxError('a pattern is too large');
    return this.steps.push(step) - 1;
  }

  node(node: Node): void {
    switch (node.kind) {
      case 'byte':
        this.add({ do: 'take', has: ofOneByte[node.byte]! });
        return;
      case 'set':
        this.add({ do: 'take', has: node.has });
        return;
      case 'edge':
        this.add({ do: 'edge', edge: node.edge });
        return;
      case 'row':
        for (const part of node.parts) this.node(part);
        return;
      case 'choice':
        this.#choice(node.of);
        return;
      case 'times':
        this.#times(node);
        return;
      case 'named':
        this.#named(node);
    }
  }

  #choice(of: readonly Node[]): void {
    const [first, ...rest] = of;
    if (rest.length === 0) {
      this.node(first!);
      return;
    }
    const fork = this.#hole();
    this.node(first!);
    const jump = this.#hole();
    const second = this.steps.length;
    this.#choice(rest);
    this.steps[fork] = { do: 'fork', first: fork + 1, second };
    this.steps[jump] = { do: 'fork', first: this.steps.length, second: this.steps.length };
  }

  #times({ of, least, most }: Extract<Node, { kind: 'times' }>): void {
    for (let count = 0; count < least; count++) this.node(of);
    if (most === Infinity) {
      const fork = this.#hole();
      this.node(of);
      this.add({ do: 'fork', first: fork, second: fork });
      this.steps[fork] = { do: 'fork', first: fork + 1, second: this.steps.length };
      return;
    }
    const forks: number[] = [];
    for (let count = least; count < most; count++) {
      forks.push(this.#hole());
      this.node(of);
    }
    for (const fork of forks) this.steps[fork] = { do: 'fork', first: fork + 1, second: this.steps.length };
  }

  #named({ name, of }: Extract<Node, { kind: 'named' }>): void {
    if (!this.names.includes(name)) this.names.push(name);
    const slot = 2 + 2 * this.names.indexOf(name);
    this.add({ do: 'mark', slot });
    this.node(of);
    this.add({ do: 'mark', slot: slot + 1 });
  }

  #hole(): number {
    return this.add({ do: 'accept' });
  }
}

/** What is around a place in a line. */
export interface Place {
  readonly atStart: boolean;
  readonly atEnd: boolean;
  readonly wordBefore: boolean;
  readonly wordAfter: boolean;
}

export function holds(edge: Edge, { atStart, atEnd, wordBefore, wordAfter }: Place): boolean {
  if (edge === 'start') return atStart;
  if (edge === 'end') return atEnd;
  return (wordBefore !== wordAfter) === (edge === 'word');
}

/**
 * A state is a stack of layers, the lowest first, and which ones it has follows from the graph alone. A step adds one to
 * each of its mounts that it may write to, a change of files adds one. A merge is the stacks of its inputs on each other,
 * and a difference is what the upper stack has above the lower one: neither costs anything. Only where the lower stack is
 * no beginning of the upper one has the difference to be made, as a layer of its own.
 */
import type { Graph, Op, Output, Vertex } from '../../graph/graph.ts';

/** What a source stands for, or what a vertex left in one of its outputs. Equal layers are the same object. */
export interface Layer {
  readonly vertex: Vertex;
  readonly index: number;
}

type Stack = readonly Layer[];

export class Stacks {
  readonly #ofVertices = new Map<Vertex, ReadonlyMap<number, Stack>>();
  readonly #made = new Map<Vertex, Stack>();

  constructor({ vertices }: Graph) {
    for (const vertex of vertices) {
      const made: Layer[] = [];
      const add = (index: number, below: Stack): Stack => {
        const layer = { vertex, index };
        made.push(layer);
        return [...below, layer];
      };
      this.#ofVertices.set(vertex, this.#outputsOf(vertex, add));
      this.#made.set(vertex, made);
    }
  }

  of({ vertex, index }: Output): Stack {
    const stack = this.#ofVertices.get(vertex)?.get(index);
    if (stack === undefined) throw new Error(`${vertex.name} has no output ${index}`);
    return stack;
  }

  /** The layers that the vertex itself has to leave. A step that keeps nothing leaves one that no state has. */
  madeBy(vertex: Vertex): Stack {
    return this.#made.get(vertex)!;
  }

  #outputsOf(vertex: Vertex, add: (index: number, below: Stack) => Stack): ReadonlyMap<number, Stack> {
    const { op, inputs } = vertex;
    const below = (input: number): Stack => (input === -1 ? [] : this.of(inputs[input]!));
    switch (op.type) {
      case 'source':
        return new Map([[0, add(0, [])]]);
      case 'exec': {
        const kept = keptMounts(op).map(({ output, input }) => [output, add(output, below(input))] as const);
        if (kept.length === 0) add(0, []);
        return new Map(kept);
      }
      case 'file':
        return new Map([[0, add(0, below(op.actions[0]!.input))]]);
      case 'merge':
        return new Map([[0, eachOnce(inputs.flatMap((input) => this.of(input)))]]);
      case 'diff': {
        const [lower, upper] = [below(op.lower), below(op.upper)];
        const lineal = lower.every((layer, index) => layer === upper[index]);
        return new Map([[0, lineal ? upper.slice(lower.length) : add(0, [])]]);
      }
      default:
        return op satisfies never;
    }
  }
}

/** The mounts of a step that become states. */
function keptMounts(op: Extract<Op, { type: 'exec' }>) {
  return op.mounts.filter(({ type, output }) => type === 'bind' && output !== -1);
}

/** The kernel takes no layer twice, and what an upper one holds hides the same one below. */
function eachOnce(stack: Stack): Stack {
  return stack.filter((layer, index) => stack.lastIndexOf(layer) === index);
}

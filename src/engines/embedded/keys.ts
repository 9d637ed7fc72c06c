import { sha256OfValue } from '../../base/sha256.ts';
import type { Graph, Output, SourceOp, Vertex } from '../../graph/graph.ts';
import type { Input } from '../engine.ts';

/** Raised when the same graph on the same inputs would leave other files behind than before. */
const version = 1;

/**
 * What each vertex's result is called in the store. A vertex's digest says what is done to which abstract inputs, and
 * the content keys say what these are; neither knows a clock, host or path.
 */
export class Keys {
  readonly #keys = new Map<string, string>();

  constructor(graph: Graph, inputs: ReadonlyMap<string, Input>) {
    for (const { digest, op, inputs: from } of graph.vertices) {
      const below =
        op.type === 'source'
          ? [inputFor(op, inputs).kind, inputFor(op, inputs).key]
          : from.map((output) => [output.index, this.of(output.vertex)]);
      this.#keys.set(digest, sha256OfValue(['embedded', version, digest, below]));
    }
  }

  of(vertex: Vertex): string {
    return this.#keys.get(vertex.digest)!;
  }

  /** The name of what `paths` bring out of a state. */
  ofExport(from: Output, paths: readonly string[]): string {
    return sha256OfValue(['export', version, from.index, this.of(from.vertex), paths]);
  }
}

export function inputFor(op: SourceOp, inputs: ReadonlyMap<string, Input>): Input {
  const input = inputs.get(op.identifier);
  if (input === undefined) throw new Error(`no input was given for ${op.identifier}`);
  return input;
}

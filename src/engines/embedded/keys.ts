import { sha256OfValue } from '../../base/sha256.ts';
import type { Graph, Output, SourceOp, Vertex } from '../../graph/graph.ts';
import type { Input } from '../engine.ts';
import { secretsOf } from '../asked-secrets.ts';

/** Raised when the same graph on the same inputs would leave other files behind than before. */
const version = 1;

export interface KeyParts {
  /** By the identifier of an abstract source. */
  readonly inputs: ReadonlyMap<string, Input>;
  /** What stands for the value of a secret, by its id. */
  readonly secrets: ReadonlyMap<string, string>;
}

/**
 * What each vertex's result is called in the store. A vertex's digest says what is done to which abstract inputs, and
 * the content keys say what these are; neither knows a clock, host, path or secret.
 */
export class Keys {
  readonly #keys = new Map<string, string>();

  constructor(graph: Graph, { inputs, secrets }: KeyParts) {
    for (const { digest, op, inputs: from } of graph.vertices) {
      const below =
        op.type === 'source'
          ? [inputFor(op, inputs).kind, inputFor(op, inputs).key]
          : from.map((output) => [output.index, this.of(output.vertex)]);
      const asked = op.type === 'exec' ? secretsOf(op).map(({ id }) => [id, secrets.get(id) ?? null]) : [];
      const parts = ['embedded', version, digest, below, ...(asked.length === 0 ? [] : [asked])];
      this.#keys.set(digest, sha256OfValue(parts));
    }
  }

  of(vertex: Vertex): string {
    return this.#keys.get(vertex.digest)!;
  }

  /** The name of one of the layers that a vertex leaves. */
  ofLayer({ vertex, index }: Output): string {
    return index === 0 ? this.of(vertex) : sha256OfValue(['layer', version, index, this.of(vertex)]);
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

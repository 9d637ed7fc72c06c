import type { Export } from '../engine.ts';
import type { Graph, Vertex } from '../../graph/graph.ts';

interface Known {
  /** Whether the vertex's layer is in the store. */
  readonly hasLayer: (vertex: Vertex) => boolean;
  /** Exports that can't be answered from records. */
  readonly open: readonly Export[];
}

/**
 * The vertices that must run: every step without a result; and whatever is missing below those and below the exports,
 * because a layer is of use only with all layers under it.
 */
export function wantedVertices(graph: Graph, { hasLayer, open }: Known): ReadonlySet<Vertex> {
  const wanted = new Set<Vertex>();
  const looked = new Set<Vertex>();
  const todo = [
    ...graph.vertices.filter((vertex) => vertex.op.type === 'exec' && !hasLayer(vertex)),
    ...open.map(({ from }) => from.vertex),
  ];
  for (let vertex = todo.pop(); vertex !== undefined; vertex = todo.pop()) {
    if (looked.has(vertex)) continue;
    looked.add(vertex);
    if (vertex.op.type !== 'source' && !hasLayer(vertex)) wanted.add(vertex);
    todo.push(...vertex.inputs.map((input) => input.vertex));
  }
  return wanted;
}

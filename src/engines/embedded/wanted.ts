import type { Export } from '../engine.ts';
import type { Graph, Output, Vertex } from '../../graph/graph.ts';
import type { Stacks } from './stacks.ts';

interface Known {
  readonly stacks: Stacks;
  /** Whether all layers that the vertex leaves are in the store. */
  readonly hasLayers: (vertex: Vertex) => boolean;
  /** Exports that can't be answered from records. */
  readonly open: readonly Export[];
}

/**
 * The vertices that must run: every step without a result; and whatever is missing of the states that those and the
 * exports start from, because a layer is of use only with all layers under it.
 */
export function wantedVertices(graph: Graph, { stacks, hasLayers, open }: Known): ReadonlySet<Vertex> {
  const wanted = new Set<Vertex>();
  const looked = new Set<Vertex>();
  const todo: Vertex[] = graph.vertices.filter(({ op }) => op.type === 'exec');
  const needState = (output: Output) => todo.push(...stacks.of(output).map(({ vertex }) => vertex));
  for (const { from } of open) needState(from);
  for (let vertex = todo.pop(); vertex !== undefined; vertex = todo.pop()) {
    if (looked.has(vertex)) continue;
    looked.add(vertex);
    if (vertex.op.type === 'source' || hasLayers(vertex)) continue;
    wanted.add(vertex);
    for (const input of vertex.inputs) needState(input);
  }
  return wanted;
}

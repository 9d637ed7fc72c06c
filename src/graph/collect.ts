import type { Graph, Output, Vertex } from './graph.ts';
import type { State } from './state.ts';

/**
 * All that the states need, as one graph: equal vertices become one, which keeps the name it got first and keeps its
 * target only where all agree on it. A state of the empty file system adds nothing and has no output.
 */
export function graphOf(states: readonly State[]): Graph {
  const vertices = new Map<string, Vertex>();
  const kept = ({ vertex, index }: Output): Output => ({ vertex: vertices.get(vertex.digest)!, index });
  const targets = new Map<string, string | undefined>();
  const asked = states.flatMap(({ output }) => (output === undefined ? [] : [output]));

  for (const vertex of allVertices(asked)) {
    const { digest, target } = vertex;
    if (targets.has(digest) && targets.get(digest) !== target) targets.set(digest, undefined);
    else targets.set(digest, target);
  }
  for (const vertex of allVertices(asked)) {
    const { digest, inputs } = vertex;
    if (vertices.has(digest)) continue;
    vertices.set(digest, { ...vertex, inputs: inputs.map(kept), target: targets.get(digest) });
  }
  return { vertices: [...vertices.values()], outputs: asked.map(kept) };
}

/** Every vertex object once, inputs first; a loop, as chains may be longer than the call stack. */
function* allVertices(outputs: readonly Output[]): Iterable<Vertex> {
  const seen = new Set<Vertex>();
  const stack = outputs.map(({ vertex }) => ({ vertex, next: 0 })).reverse();
  while (stack.length > 0) {
    const top = stack.at(-1)!;
    if (top.next === 0 && seen.has(top.vertex)) {
      stack.pop();
      continue;
    }
    const input = top.vertex.inputs[top.next++];
    if (input === undefined) {
      stack.pop();
      if (seen.has(top.vertex)) continue;
      seen.add(top.vertex);
      yield top.vertex;
    } else if (!seen.has(input.vertex)) stack.push({ vertex: input.vertex, next: 0 });
  }
}

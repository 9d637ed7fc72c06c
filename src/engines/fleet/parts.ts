/** A build in parts that can be done apart: each a target's last state, all that it stands on, and what comes out of it. */
import { capabilitiesOf } from '../../graph/definition.ts';
import type { Graph, Output, Vertex } from '../../graph/graph.ts';
import type { Export } from '../engine.ts';

export interface Part {
  /** For people: the target. */
  readonly name: string;
  readonly graph: Graph;
  readonly exports: readonly Export[];
  /** Those on which its steps run, as OCI calls them, without variants. */
  readonly cpus: ReadonlySet<string>;
  /** What it asks of a builder: capabilities by their names, CPUs as `linux/arm64`, and to take it at all, by its digest. */
  readonly needs: ReadonlySet<string>;
}

/** What several parts stand on is in each of them. An output on which another stands is no part of its own. */
export function partsOf(graph: Graph, exports: readonly Export[]): readonly Part[] {
  const asked = new Map<string, Output[]>();
  for (const output of [...graph.outputs, ...exports.map(({ from }) => from)]) {
    const { digest } = output.vertex;
    asked.set(digest, [...(asked.get(digest) ?? []), output]);
  }
  const below = new Map([...asked.keys()].map((digest) => [digest, verticesOf(graph, digest)]));
  const isTop = (digest: string) => ![...below].some(([other, held]) => other !== digest && held.has(digest));
  const holder = (digest: string) => [...below].find(([top, held]) => isTop(top) && held.has(digest))![0];
  return [...asked.keys()].filter(isTop).map((top) => {
    const vertices = [...below.get(top)!.values()];
    const own = (output: Output) => holder(output.vertex.digest) === top;
    const last = vertices.at(-1)!;
    const cpus = new Set(
      vertices.flatMap(({ op, platform }) =>
        op.type === 'exec' && platform !== undefined ? [platform.architecture] : [],
      ),
    );
    return {
      name: last.target ?? last.name,
      graph: { vertices, outputs: [...asked.values()].flat().filter(own) },
      exports: exports.filter(({ from }) => own(from)),
      cpus,
      needs: new Set([top, ...vertices.flatMap(({ op }) => capabilitiesOf(op)), ...platformsOf(cpus)]),
    };
  });
}

/** Several as one, for a builder that shares itself among them. */
export function joined(graph: Graph, parts: readonly Part[]): Part {
  const vertices = new Set(parts.flatMap((part) => part.graph.vertices));
  return {
    name: parts.map(({ name }) => name).join(', '),
    graph: {
      vertices: graph.vertices.filter((vertex) => vertices.has(vertex)),
      outputs: parts.flatMap((part) => part.graph.outputs),
    },
    exports: parts.flatMap((part) => part.exports),
    cpus: new Set(parts.flatMap(({ cpus }) => [...cpus])),
    needs: new Set(parts.flatMap(({ needs }) => [...needs])),
  };
}

/** As people say them. */
export function platformsOf(cpus: Iterable<string>): readonly string[] {
  return [...cpus].map((cpu) => `linux/${cpu}`);
}

/** By digest, inputs first. */
function verticesOf(graph: Graph, top: string): ReadonlyMap<string, Vertex> {
  const wanted = new Set([top]);
  const found = graph.vertices.toReversed().filter(({ digest, inputs }) => {
    if (!wanted.has(digest)) return false;
    for (const { vertex } of inputs) wanted.add(vertex.digest);
    return true;
  });
  return new Map(found.toReversed().map((vertex) => [vertex.digest, vertex]));
}

import type { Graph, Op } from './graph.ts';
import { vertexNumbers, vertexTitle } from './render.ts';

/** For Graphviz: `targetry graph --format dot | dot -Tsvg`. */
export function renderGraphDot(graph: Graph): string {
  const nodes = nodesOf(graph).map(
    ({ number, title, type }) => `  v${number} [label=${dotString(title)}, shape=${dotShapes[type]}];`,
  );
  const edges = edgesOf(graph).map(
    ({ from, to, label }) => `  v${from} -> v${to}${label === '' ? '' : ` [label=${dotString(label)}]`};`,
  );
  return ['digraph targetry {', '  rankdir=LR;', ...nodes, ...edges, '}', ''].join('\n');
}

/** For Markdown: GitHub and others draw it. */
export function renderGraphMermaid(graph: Graph): string {
  const nodes = nodesOf(graph).map(({ number, title, type }) => {
    const [open, close] = mermaidShapes[type];
    return `  v${number}${open}${mermaidString(title)}${close}`;
  });
  const edges = edgesOf(graph).map(
    ({ from, to, label }) => `  v${from} -->${label === '' ? '' : `|${mermaidString(label)}|`} v${to}`,
  );
  return ['flowchart LR', ...nodes, ...edges, ''].join('\n');
}

const dotShapes: Readonly<Record<Op['type'], string>> = {
  source: 'cylinder',
  exec: 'box',
  file: 'note',
  merge: 'trapezium',
  diff: 'invtrapezium',
};

const mermaidShapes: Readonly<Record<Op['type'], readonly [string, string]>> = {
  source: ['[(', ')]'],
  exec: ['[', ']'],
  file: ['(', ')'],
  merge: ['{{', '}}'],
  diff: ['{{', '}}'],
};

function nodesOf(graph: Graph) {
  return graph.vertices.map((vertex, index) => ({
    number: index + 1,
    title: vertexTitle(vertex),
    type: vertex.op.type,
  }));
}

function edgesOf(graph: Graph) {
  const numbers = vertexNumbers(graph);
  return graph.vertices.flatMap(({ op, digest, inputs }) =>
    inputs.map(({ vertex }, index) => ({
      from: numbers.get(vertex.digest)!,
      to: numbers.get(digest)!,
      label: placeOf(op, index),
    })),
  );
}

/** Where a step has an input mounted, unless it is the root. */
function placeOf(op: Op, input: number): string {
  if (op.type !== 'exec') return '';
  const mounts = op.mounts.filter((mount) => mount.input === input && mount.destination !== '/');
  return mounts.map(({ destination }) => destination).join(', ');
}

function dotString(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', String.raw`\"`)}"`;
}

function mermaidString(text: string): string {
  return `"${text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;')}"`;
}

import type { Output, Platform } from './graph.ts';
import { vertexOf } from './marshal.ts';
import { sortedByName, State, type Named } from './state.ts';

export interface SourceOptions extends Named {
  readonly attributes?: Readonly<Record<string, string>> | undefined;
  /** Where the content depends on it: it becomes part of the digest, and steps on this source run on it. */
  readonly platform?: Platform | undefined;
}

/** Files from outside the graph: `docker-image://…`, `local://…`, `git://…`, `https://…`, or a scheme of an engine. */
export function source(identifier: string, options: SourceOptions = {}): State {
  const { attributes = {}, platform, name = identifier } = options;
  const op = { type: 'source', identifier, attributes: sortedByName(attributes) } as const;
  const vertex = vertexOf(op, [], platform, { name, target: undefined });
  return new State({ vertex, index: 0 }, { platform, target: undefined });
}

/** The empty file system. */
export function scratch(platform?: Platform): State {
  return new State(undefined, { platform, target: undefined });
}

/** Lays file systems over each other, the last on top. Platform and target are those of the first. */
export function merge(states: readonly State[], { name = 'merge' }: Named = {}): State {
  const filled = states.filter(({ output }) => output !== undefined);
  const [first] = filled;
  if (first === undefined) return states[0] ?? scratch();
  if (filled.length === 1) return first;
  const inputs = filled.map(({ output }) => output as Output);
  const vertex = vertexOf({ type: 'merge' }, inputs, undefined, { name, target: first.targetName });
  return first.with({ vertex, index: 0 });
}

/** What `upper` has that `lower` has not, deletions too: made to be merged onto something else. */
export function diff(lower: State, upper: State, { name = 'diff' }: Named = {}): State {
  if (lower.output === undefined) return upper;
  const inputs = [lower.output, ...(upper.output === undefined ? [] : [upper.output])];
  const op = { type: 'diff', lower: 0, upper: upper.output === undefined ? -1 : 1 } as const;
  const vertex = vertexOf(op, inputs, undefined, { name, target: lower.targetName });
  return lower.with({ vertex, index: 0 });
}

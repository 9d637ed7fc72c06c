import { posix } from 'node:path';
import { graphOf } from '../../graph/collect.ts';
import { marshalDefinition } from '../../graph/definition.ts';
import type { Output } from '../../graph/graph.ts';
import { scratch } from '../../graph/sources.ts';
import type { State } from '../../graph/state.ts';
import type { Export } from '../engine.ts';
import { missingFailure } from '../missing-file.ts';
import type { StateFiles } from './find-files.ts';
import type { Gateway } from './gateway.ts';

/** What an export brings out: paths of files, as its patterns name them. */
export async function foundFiles({ paths, at }: Export, files: StateFiles): Promise<readonly string[]> {
  const found: string[] = [];
  for (const pattern of paths) {
    const matches = await files.find(pattern);
    if (matches.length === 0) throw missingFailure(await files.missing(pattern), at);
    found.push(...matches);
  }
  return [...new Set(found)];
}

export interface FoundExport {
  readonly from: Output;
  readonly files: readonly string[];
}

/** One state that holds all files, those of each export below its number, with links followed. */
export function gathered(exports: readonly FoundExport[]): State {
  return scratch().file(
    (change) =>
      exports.reduce(
        (all, { from, files }, index) =>
          files.reduce((before, path) => {
            const state = stateAt(from);
            const to = posix.join(`/${index}`, path);
            return before.copy(state, path, to, { followLinks: true, makeParents: true });
          }, all),
        change,
      ),
    { name: 'gather exports' },
  );
}

/** What the daemon calls it; undefined for the empty state. */
export async function solveOutput(gateway: Gateway, output: Output): Promise<string | undefined> {
  const state = await gateway.solve(marshalDefinition(graphOf([stateAt(output)])));
  // Older daemons do the work only when somebody looks.
  if (state !== undefined) await gateway.stat(state, '/');
  return state;
}

/** A state again, to build on. */
export function stateAt(output: Output): State {
  return scratch().with(output);
}

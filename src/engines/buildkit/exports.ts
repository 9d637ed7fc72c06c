import { posix } from 'node:path';
import type { Output } from '../../graph/graph.ts';
import { scratch } from '../../graph/sources.ts';
import type { State } from '../../graph/state.ts';
import type { Export } from '../engine.ts';
import { missingFailure } from '../missing-file.ts';
import type { StateFiles } from './find-files.ts';

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

/** A state again, to build on. */
export function stateAt(output: Output): State {
  return scratch().with(output);
}

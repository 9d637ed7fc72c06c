import { lstatSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../report/failure.ts';

/**
 * Undefined for what isn't there. Names that are no UTF-8 come from node in a form by which nothing is found: to leave such a
 * file out silently would build something else.
 */
export function statOfSource(folder: string, path: string): Stats | undefined {
  const stats = lstatSync(join(folder, path), { throwIfNoEntry: false });
  if (stats !== undefined || !path.includes('\uFFFD')) return stats;
  throw new Failure('source-unreadable', `the name of a source file is not in UTF-8: ${path}`, {
    hint: 'rename it, or leave it out with `source: { ignore: [...] }`',
  });
}

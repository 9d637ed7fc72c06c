/** What can't be told apart where letters and capitals are the same, as on most Macs: the kernel's headers have some. */
import { existsSync, mkdtempSync, rmdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { RootTree } from './root-tree.ts';

/** All but the first of those that differ only in case. */
export function caseClashes(tree: RootTree): readonly string[] {
  const seen = new Set<string>();
  return [...tree.nodes.keys()].sort().filter((path) => {
    const plain = path.toLowerCase();
    const clashes = seen.has(plain);
    seen.add(plain);
    return clashes;
  });
}

/** Of the file system on which a path is or will be. */
export function ignoresCase(path: string): boolean {
  const folder = dirname(path);
  if (!existsSync(folder)) return ignoresCase(folder);
  const made = mkdtempSync(join(folder, '.Targetry-'));
  try {
    return existsSync(join(folder, basename(made).toLowerCase()));
  } finally {
    rmdirSync(made);
  }
}

/** What commands that write a root say of it alike. */
import { relative } from 'node:path';
import type { RootForm } from '../roots/export-root.ts';

export const formWords: Readonly<Record<RootForm, string>> = {
  folder: 'a folder',
  tar: 'a tar',
  oci: 'an OCI image',
};

/** A path as short as it can be said where the user stands; in full where it leads out of there. */
export function nearPath(path: string, cwd: string): string {
  const near = relative(cwd, path);
  return near.startsWith('..') ? path : near || '.';
}

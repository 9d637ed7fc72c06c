import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A page or a folder of docs in the package that runs; as a short path where the user stands in it. */
export function pagePath(name: string): string {
  const path = fileURLToPath(new URL(`../../../docs/${name}`, import.meta.url));
  const near = relative(process.cwd(), path);
  return near.startsWith('..') ? path : near;
}

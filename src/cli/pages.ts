import { relative } from 'node:path';
import { productFile } from '../base/product-file.ts';

/** A page or a folder of docs in the package that runs; as a short path where the user stands in it. */
export function pagePath(name: string): string {
  const path = productFile(`docs/${name}`);
  const near = relative(process.cwd(), path);
  return near.startsWith('..') ? path : near;
}

/** Files that come with the program: facts that change, keys, pages, and what is compiled where it is used. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const root = packageAbove(import.meta.dirname);

/** Where a file or folder of the package lies: `productFile('data/distros')`. */
export function productFile(path: string): string {
  return join(root, path);
}

export function productJson(path: string): unknown {
  return JSON.parse(productText(path));
}

export function productText(path: string): string {
  return readFileSync(productFile(path), 'utf8');
}

/** Modules lie at other depths when they are bundled; the package has one manifest, at its root. */
function packageAbove(folder: string): string {
  if (existsSync(join(folder, 'package.json'))) return folder;
  if (dirname(folder) === folder) {
    throw new Error(`Targetry's package.json is not above ${import.meta.dirname}: install the package whole`);
  }
  return packageAbove(dirname(folder));
}

/** The command as users get it: bundled by `scripts/bundle.mjs`, with which `scripts/test.mjs` begins. */
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const bundle = fileURLToPath(new URL('../bundle/', import.meta.url));
const repository = join(bundle, '../..');

export const program = join(bundle, 'targetry.js');

/** A copy of it, to be changed, or for another user: the repository may be in a folder that only its owner may enter. */
export function copyOfProgram(folder: string): string {
  for (const name of ['package.json', 'build/bundle', 'data', 'native']) {
    cpSync(join(repository, name), join(folder, name), { recursive: true });
  }
  return join(folder, 'build/bundle/targetry.js');
}

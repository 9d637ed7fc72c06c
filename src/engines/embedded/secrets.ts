/**
 * A secret's value goes to the step and nowhere else. What stands for it in keys is a random word: the store keeps which
 * word belongs to a value under a hash with a salt of its own, so the same value finds its word again, another value
 * makes the step and what follows from it run anew, and none of it can be tried out without the store.
 */
import { createHmac, randomBytes } from 'node:crypto';
import { chmodSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from '../../base/error-code.ts';
import type { Graph } from '../../graph/graph.ts';
import type { Store } from '../../store/store.ts';
import { secretsOf } from '../asked-secrets.ts';

/** By the id of each secret that the graph asks for and that was given, the word that stands for its value. */
export async function wordsForSecrets(
  store: Store,
  { vertices }: Graph,
  values: ReadonlyMap<string, Uint8Array>,
): Promise<ReadonlyMap<string, string>> {
  const words = new Map<string, string>();
  for (const { op } of vertices) {
    if (op.type !== 'exec') continue;
    for (const { id } of secretsOf(op)) {
      const value = values.get(id);
      if (value !== undefined && !words.has(id)) words.set(id, await wordFor(store, id, value));
    }
  }
  return words;
}

async function wordFor(store: Store, id: string, value: Uint8Array): Promise<string> {
  const hash = createHmac('sha256', saltOf(store)).update(JSON.stringify(id)).update(value).digest('hex');
  const known = await store.readRecord<{ readonly word: string }>('secret', hash);
  if (known !== undefined) return known.word;
  const word = randomBytes(16).toString('hex');
  await store.writeRecord('secret', hash, { word });
  return word;
}

/** Made once for each store, and readable by its owner alone. */
function saltOf(store: Store): Buffer {
  const path = join(store.folder, 'secrets', 'salt');
  try {
    return readFileSync(path);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
  mkdirSync(join(store.folder, 'secrets'), { recursive: true, mode: 0o700 });
  const temporary = `${path}.${randomBytes(8).toString('hex')}`;
  writeFileSync(temporary, randomBytes(32), { flag: 'wx', mode: 0o600 });
  chmodSync(temporary, 0o600);
  try {
    linkSync(temporary, path);
  } catch (error) {
    // Another process was first, and its salt counts.
    if (errorCode(error) !== 'EEXIST') throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
  return readFileSync(path);
}

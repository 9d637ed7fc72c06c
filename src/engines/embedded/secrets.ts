/**
 * A secret's value goes to the step and nowhere else. What stands for it in keys is a random word: the store keeps which
 * word belongs to a value under a hash with a salt of its own, so the same value finds its word again, another value
 * makes the step and what follows from it run anew, and none of it can be tried out without the store.
 */
import { createHmac, randomBytes } from 'node:crypto';
import { chmodSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExecOp, Graph, Vertex } from '../../graph/graph.ts';
import { Failure } from '../../report/failure.ts';
import type { Store } from '../../store/store.ts';
import type { SolveRequest } from '../engine.ts';

export interface AskedSecret {
  readonly id: string;
  readonly optional: boolean;
}

/** The secrets that a step asks for, as files and as variables, each once. */
export function secretsOf(op: ExecOp): readonly AskedSecret[] {
  const asked = new Map<string, AskedSecret>();
  const files = op.mounts.filter((mount) => mount.type === 'secret');
  for (const { id, optional } of [...files, ...op.secretEnv]) {
    asked.set(id, { id, optional: optional && (asked.get(id)?.optional ?? true) });
  }
  return [...asked.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Says which secret is missing, before anything runs. */
export function requireSecrets(vertices: Iterable<Vertex>, { secrets, steps }: SolveRequest): void {
  for (const { op, name, digest } of vertices) {
    if (op.type !== 'exec') continue;
    for (const { id, optional } of secretsOf(op)) {
      if (optional || secrets?.has(id) === true) continue;
      const at = steps?.get(digest)?.at;
      throw new Failure('secret-missing', `step ${name} needs the secret ${id}, which was not given`, { at });
    }
    for (const { id } of op.secretEnv) {
      if (secrets?.get(id)?.includes(0) !== true) continue;
      const why = `the value of ${id} holds a zero byte, which no variable can`;
      throw new Failure('secret-not-text', `step ${name} can't get the secret ${id} as a variable`, { why });
    }
  }
}

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
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  mkdirSync(join(store.folder, 'secrets'), { recursive: true, mode: 0o700 });
  const temporary = `${path}.${randomBytes(8).toString('hex')}`;
  writeFileSync(temporary, randomBytes(32), { flag: 'wx', mode: 0o600 });
  chmodSync(temporary, 0o600);
  try {
    linkSync(temporary, path);
  } catch (error) {
    // Another process was first, and its salt counts.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
  return readFileSync(path);
}

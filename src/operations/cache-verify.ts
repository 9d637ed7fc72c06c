import { existsSync } from 'node:fs';
import type { Context } from '../report/context.ts';
import { checkTree } from '../roots/check-tree.ts';
import { takeInventory, type StoreEntry } from '../store/inventory.ts';
import { hashOfStored, Store } from '../store/store.ts';
import { knownProjects } from './known-projects.ts';
import { runTask } from './run-task.ts';

export interface VerifyReport {
  readonly folder: string;
  /** How many of each kind were looked at. */
  readonly checked: Readonly<Record<CheckedKind, number>>;
  readonly damaged: readonly DamagedEntry[];
}

export interface DamagedEntry {
  readonly kind: CheckedKind;
  readonly key: string;
  /** The packages of that name, or the environments with that root. */
  readonly names: readonly string[];
  readonly problems: readonly string[];
}

const KINDS = ['blobs', 'trees', 'roots'] as const;
type CheckedKind = (typeof KINDS)[number];

/**
 * Reads the whole store: blobs against their names, trees and roots against their manifests. What is damaged is removed,
 * and comes down or is made again when it is next needed. What steps left behind can't be checked: nothing else knows
 * what it has to be.
 */
export async function verifyCache(context: Context): Promise<VerifyReport> {
  const store = await Store.open(context.store);
  const entries = takeInventory(store);
  const names = await namesOfKeys(store);
  // Most files of a root are those of its trees.
  const hashes = new Map<string, string>();
  const damaged: DamagedEntry[] = [];
  const ofKind = (kind: CheckedKind) => entries.filter((one) => one.kind === kind);
  context.emit({ type: 'planned', tasks: KINDS.map((kind) => ({ id: kind, name: `check ${kind}` })) });
  for (const kind of KINDS) {
    await runTask(context, kind, async () => {
      const all = ofKind(kind);
      for (const [index, entry] of all.entries()) {
        context.signal.throwIfAborted();
        const problems = problemsOf(entry, hashes);
        if (problems.length > 0) {
          damaged.push({ kind, key: entry.key, names: names.get(entry.key) ?? [], problems });
          await (kind === 'blobs' ? store.dropBlob(entry.key) : store.dropFolder(kind, entry.key));
        }
        context.emit({ type: 'progress', task: kind, done: index + 1, total: all.length, unit: 'files' });
        // The checks are synchronous; displays and signals need their turn.
        await new Promise(setImmediate);
      }
      return { value: undefined, note: `${all.length} checked` };
    });
  }
  const [blobs, trees, roots] = KINDS.map((kind) => ofKind(kind).length);
  return {
    folder: store.folder,
    checked: { blobs: blobs!, trees: trees!, roots: roots! },
    damaged,
  };
}

function problemsOf({ kind, key, path }: StoreEntry, hashes: Map<string, string>): readonly string[] {
  let problems: readonly string[];
  try {
    problems = kind === 'blobs' ? checkBlob(path, key) : checkTree(path, hashes);
  } catch (error) {
    problems = [`it can't be read: ${(error as Error).message}`];
  }
  // Gone by a prune at the same time is not damaged.
  return existsSync(path) ? problems : [];
}

function checkBlob(path: string, key: string): readonly string[] {
  const actual = hashOfStored(path);
  return actual === key ? [] : [`its sha256 is ${actual}`];
}

async function namesOfKeys(store: Store): Promise<Map<string, string[]>> {
  const names = new Map<string, Set<string>>();
  const add = (key: string, name: string) => names.set(key, (names.get(key) ?? new Set()).add(name));
  for (const { environments } of await knownProjects(store)) {
    for (const { name, arch, root, parts } of environments) {
      add(root, `${name} ${arch}`);
      for (const { label, sha256 } of parts) add(sha256, label);
    }
  }
  return new Map([...names].map(([key, all]) => [key, [...all].sort()]));
}

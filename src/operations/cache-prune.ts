import { CacheKeeper } from '../engines/embedded/cache-keeper.ts';
import type { Context } from '../report/context.ts';
import { Failure } from '../report/failure.ts';
import { takeInventory, type StoreEntry } from '../store/inventory.ts';
import { choosePruned, removeUnused } from '../store/prune.ts';
import { Store } from '../store/store.ts';
import { knownProjects, neededBy } from './known-projects.ts';

export interface PruneCommand {
  /** Milliseconds. */
  readonly olderThan?: number | undefined;
  /** Bytes. */
  readonly maxSize?: number | undefined;
  readonly dryRun: boolean;
}

export interface PruneReport {
  readonly folder: string;
  readonly dryRun: boolean;
  /** What went, or would go. */
  readonly removed: readonly { readonly kind: string; readonly key: string; readonly usedAt: number }[];
  /** Bytes. */
  readonly freed: number;
  readonly left: number;
  /** Where it was asked for and what is in use doesn't fit. */
  readonly over: number | undefined;
}

/** Removes what was unused for long, and never what a lock in use or a running process needs. */
export async function pruneCache(
  context: Pick<Context, 'store' | 'signal' | 'env'>,
  { olderThan, maxSize, dryRun }: PruneCommand,
): Promise<PruneReport> {
  if (olderThan === undefined && maxSize === undefined) {
    throw new Failure('usage', 'nothing says what to prune', {
      hint: 'give an age, a size or both: `targetry cache prune --older-than 30d --max-size 20G`',
    });
  }
  const store = await Store.open(context.store);
  const { victims, freed, total } = choosePruned(takeInventory(store), {
    before: olderThan === undefined ? undefined : Date.now() - olderThan,
    most: maxSize,
    isNeeded: neededBy(await knownProjects(store)),
    busySince: store.oldestSession(),
  });
  const removed = [];
  for (const entry of victims) {
    context.signal.throwIfAborted();
    if (dryRun || (await removeEntry(store, entry, context))) removed.push(entry);
  }
  const left = total - freed;
  return {
    folder: store.folder,
    dryRun,
    removed: removed.map(({ kind, key, usedAt }) => ({ kind, key, usedAt })),
    freed,
    left,
    over: maxSize !== undefined && left > maxSize ? left - maxSize : undefined,
  };
}

/** What a step has right now can be told of caches alone: they have locks. */
async function removeEntry(store: Store, entry: StoreEntry, { env }: Pick<Context, 'env'>): Promise<boolean> {
  if (entry.kind !== 'cache-mounts') return removeUnused(store, entry);
  const keeper = new CacheKeeper(store, env);
  const cache = keeper.all().find(({ key }) => key === entry.key);
  return cache !== undefined && !(await keeper.isUsed(cache)) && keeper.clear(cache);
}

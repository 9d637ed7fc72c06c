/** What to remove so that a store keeps to an age and a size; and the removal, which gives way to whoever needs it yet. */
import { rename } from 'node:fs/promises';
import { errorCode } from '../base/error-code.ts';
import { lastUse, PRUNED_KINDS, sizeTogether, type StoreEntry } from './inventory.ts';
import { removeTree, type Store } from './store.ts';

export interface PruneLimits {
  /** Milliseconds since 1970: what was last used before goes. */
  readonly before?: number | undefined;
  /** Bytes: beyond them what was unused for longest goes, until the rest fits. */
  readonly most?: number | undefined;
  /** What is needed, whatever its age. */
  isNeeded(entry: StoreEntry): boolean;
  /** Since when running processes have been marking what they use; that is not touched. */
  readonly busySince?: number | undefined;
}

export interface Pruning {
  readonly victims: readonly StoreEntry[];
  /** Bytes that are free once all victims are gone. */
  readonly freed: number;
  /** Bytes of everything before. */
  readonly total: number;
}

export function choosePruned(entries: readonly StoreEntry[], limits: PruneLimits): Pruning {
  const { before = -Infinity, most = Infinity, busySince = Infinity } = limits;
  const kinds: readonly string[] = PRUNED_KINDS;
  const free = entries
    .filter((one) => kinds.includes(one.kind) && one.usedAt < busySince && !limits.isNeeded(one))
    .sort((a, b) => a.usedAt - b.usedAt);
  const total = sizeTogether(entries);
  const links = new LinkCount(entries);
  const victims: StoreEntry[] = [];
  let freed = 0;
  for (const entry of free) {
    if (entry.usedAt >= before && total - freed <= most) break;
    victims.push(entry);
    freed += links.remove(entry);
  }
  return { victims, freed, total };
}

/** A file takes its room until the last of its names is gone. */
class LinkCount {
  readonly #names = new Map<number, number>();

  constructor(entries: readonly StoreEntry[]) {
    for (const { linked } of entries)
      for (const inode of linked.keys()) this.#names.set(inode, (this.#names.get(inode) ?? 0) + 1);
  }

  remove({ own, linked }: StoreEntry): number {
    let freed = own;
    for (const [inode, bytes] of linked) {
      const left = this.#names.get(inode)! - 1;
      this.#names.set(inode, left);
      if (left === 0) freed += bytes;
    }
    return freed;
  }
}

/**
 * Takes an entry away unless it was used since it was chosen. It is moved aside first and looked at again there: who
 * marks it before it moves gets it back, who comes after that doesn't find it and makes it anew.
 */
export async function removeUnused(store: Store, { kind, path, usedAt }: StoreEntry): Promise<boolean> {
  const aside = store.temporaryPath();
  try {
    await rename(path, aside);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false;
    throw error;
  }
  if ((lastUse(kind, aside) ?? usedAt) > usedAt) {
    // Where somebody made it anew in that moment, theirs stays.
    await rename(aside, path).catch(() => removeTree(aside));
    return false;
  }
  // What holds files of other ids is left to the next worker.
  await removeTree(aside).catch(() => {});
  return true;
}

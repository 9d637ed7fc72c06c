import type { Context } from '../report/context.ts';
import { sizeTogether, takeInventory, type StoreEntry } from '../store/inventory.ts';
import { Store } from '../store/store.ts';
import { knownProjects, neededBy, type KnownProject } from './known-projects.ts';

interface Amount {
  readonly count: number;
  /** Bytes on the disk. */
  readonly size: number;
}

export interface CacheReport {
  readonly folder: string;
  readonly size: number;
  /** Of each folder in the store, in the order in which one thing is made from the other. */
  readonly kinds: readonly (Amount & { readonly kind: string })[];
  /** Used within so many days; undefined for everything older. Each entry counts once. */
  readonly ages: readonly (Amount & { readonly days: number | undefined })[];
  readonly environments: readonly CachedEnvironment[];
  /** What no lock in use needs, and a prune may take. */
  readonly unneeded: Amount;
}

export interface CachedEnvironment {
  readonly project: string;
  readonly folder: string;
  /** Whether the lock is still in that folder; what it needs is not pruned. */
  readonly inUse: boolean;
  readonly name: string;
  readonly arch: string;
  /** How many packages, tools and layers it is made from, and how many of them are here. */
  readonly parts: number;
  readonly stored: number;
  /** Whether its root is here. */
  readonly root: boolean;
  /** Bytes of all that is here of it; what environments share counts for each. */
  readonly size: number;
  /** Milliseconds since 1970; undefined where nothing of it is here. */
  readonly usedAt: number | undefined;
}

const ORDER = ['blobs', 'trees', 'roots', 'snapshots', 'logs', 'records'];
const AGES = [1, 7, 30, undefined] as const;
const DAY = 86_400_000;

/** What the store holds: by kind, by environment and by age. */
export async function showCache(context: Pick<Context, 'store'>): Promise<CacheReport> {
  const store = await Store.open(context.store);
  const entries = takeInventory(store).sort((a, b) => rank(a.kind) - rank(b.kind));
  const projects = await knownProjects(store);
  const isNeeded = neededBy(projects);
  return {
    folder: store.folder,
    size: sizeTogether(entries),
    kinds: amountsBy(entries, ({ kind }) => kind, [...new Set(entries.map(({ kind }) => kind))]).map(
      ({ by: kind, ...amount }) => ({ kind, ...amount }),
    ),
    ages: amountsBy(entries, ageOf, AGES).map(({ by: days, ...amount }) => ({ days, ...amount })),
    environments: environmentsOf(projects, entries),
    unneeded: amountOf(
      entries.filter((one) => ORDER.includes(one.kind) && !isNeeded(one)),
      new Set(entries.filter(isNeeded).flatMap(({ linked }) => [...linked.keys()])),
    ),
  };
}

function rank(kind: string): number {
  const place = ORDER.indexOf(kind);
  return place === -1 ? ORDER.length : place;
}

/** In the given order; a file that several have counts for the first. */
function amountsBy<By>(
  entries: readonly StoreEntry[],
  of: (entry: StoreEntry) => By,
  order: readonly By[],
): (Amount & { by: By })[] {
  const counted = new Set<number>();
  return order.map((by) => ({
    by,
    ...amountOf(
      entries.filter((one) => of(one) === by),
      counted,
    ),
  }));
}

function amountOf(entries: readonly StoreEntry[], counted: Set<number>): Amount {
  return { count: entries.length, size: sizeTogether(entries, counted) };
}

function ageOf({ usedAt }: StoreEntry): (typeof AGES)[number] {
  return AGES.find((days) => days === undefined || usedAt > Date.now() - days * DAY);
}

function environmentsOf(
  projects: readonly KnownProject[],
  entries: readonly StoreEntry[],
): CachedEnvironment[] {
  const byKey = new Map(entries.map((entry) => [`${entry.kind} ${entry.key}`, entry]));
  return projects.flatMap(({ name: project, folder, inUse, environments }) =>
    environments.map(({ name, arch, root, parts }) => {
      const [blobs, trees] = ['blobs', 'trees'].map((kind) =>
        parts.flatMap(({ sha256 }) => byKey.get(`${kind} ${sha256}`) ?? []),
      );
      const made = byKey.get(`roots ${root}`);
      const all = [...blobs!, ...trees!, ...(made === undefined ? [] : [made])];
      return {
        project,
        folder,
        inUse,
        name,
        arch,
        parts: parts.length,
        stored: new Set([...blobs!, ...trees!].map(({ key }) => key)).size,
        root: made !== undefined,
        size: sizeTogether(all),
        usedAt: all.length === 0 ? undefined : Math.max(...all.map(({ usedAt }) => usedAt)),
      };
    }),
  );
}

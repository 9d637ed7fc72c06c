import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { globToRegExp, isGlob } from '../../base/glob.ts';
import { CacheKeeper, type KeptCache } from '../../engines/embedded/cache-keeper.ts';
import type { Context } from '../../report/context.ts';
import { Failure } from '../../report/failure.ts';
import { didYouMean } from '../../report/suggest.ts';
import { sizeTogether, takeInventoryOf } from '../../store/inventory.ts';
import { Store } from '../../store/store.ts';

export interface CacheMountReport extends Pick<KeptCache, 'id' | 'keysItself' | 'about'> {
  /** Undefined where it was given up, and the next step starts a new one. */
  readonly generation: number | undefined;
  /** Whether a step has it right now. */
  readonly used: boolean;
  /** Bytes on the disk. */
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly usedAt: number;
}

/** What was done to a cache, and whether all of it is done. */
export interface CacheMountChange {
  readonly id: string;
  readonly whole: boolean;
}

type Asked = Pick<Context, 'store' | 'env' | 'cwd'>;

/** The caches of steps, those last used first. */
export async function listCacheMounts(context: Asked): Promise<CacheMountReport[]> {
  const store = await Store.open(context.store);
  const keeper = new CacheKeeper(store, context.env);
  const entries = new Map(takeInventoryOf(store, 'cache-mounts').map((entry) => [entry.key, entry]));
  const reports: CacheMountReport[] = [];
  for (const cache of keeper.all()) {
    const entry = entries.get(cache.key);
    if (entry === undefined) continue;
    const { id, keysItself, about, generation } = cache;
    const used = await keeper.isUsed(cache);
    reports.push({
      id,
      keysItself,
      about,
      generation,
      used,
      size: sizeTogether([entry]),
      usedAt: entry.usedAt,
    });
  }
  return reports.sort((a, b) => b.usedAt - a.usedAt || (a.id < b.id ? -1 : 1));
}

/** Has the next build start new ones. */
export async function condemnCacheMounts(
  context: Asked,
  names: readonly string[],
): Promise<CacheMountChange[]> {
  const keeper = await keeperOf(context);
  return chosen(keeper, names).map((cache) => {
    keeper.condemn(cache);
    return { id: cache.id, whole: true };
  });
}

/** The names of those of `ids` that there were to give up. */
export function condemnBlamed(store: Store, env: Context['env'], ids: readonly string[]): readonly string[] {
  const keeper = new CacheKeeper(store, env);
  const blamed = keeper.all().filter(({ id }) => ids.includes(id));
  for (const cache of blamed) keeper.condemn(cache);
  return blamed.map(({ id, about }) => about['name'] ?? id);
}

/** Frees the room that they take. What a running step has goes when it ends. */
export async function clearCacheMounts(
  context: Asked,
  names: readonly string[],
): Promise<CacheMountChange[]> {
  const keeper = await keeperOf(context);
  const changes: CacheMountChange[] = [];
  for (const cache of chosen(keeper, names)) changes.push({ id: cache.id, whole: await keeper.clear(cache) });
  return changes;
}

export async function exportCacheMount(
  context: Asked,
  name: string,
  file: string,
): Promise<CacheMountChange> {
  const keeper = await keeperOf(context);
  const [cache, ...others] = chosen(keeper, [name]);
  if (others.length > 0) {
    const ids = [cache!, ...others].map(({ id }) => id);
    const hint = 'name one by its id; `targetry cache mounts` tells them apart';
    throw new Failure('usage', `${ids.length} caches match ${name}: ${ids.join(', ')}`, { hint });
  }
  await keeper.pack(cache!, fresh(resolve(context.cwd, file)));
  return { id: cache!.id, whole: true };
}

export async function importCacheMount(context: Asked, file: string): Promise<CacheMountChange> {
  const keeper = await keeperOf(context);
  return { id: await keeper.unpack(existing(resolve(context.cwd, file))), whole: true };
}

async function keeperOf(context: Asked): Promise<CacheKeeper> {
  return new CacheKeeper(await Store.open(context.store), context.env);
}

/** By id, by name, or by a glob for either. */
function chosen(keeper: CacheKeeper, names: readonly string[]): KeptCache[] {
  const all = keeper.all();
  const found = names.flatMap((name) => {
    const fits = isGlob(name) ? globToRegExp(name) : undefined;
    const matches = all.filter(({ id, about }) =>
      [id, about['name'] ?? id].some((one) => fits?.test(one) ?? one === name),
    );
    if (matches.length === 0) throw unknown(name, all);
    return matches;
  });
  return [...new Set(found)];
}

function unknown(name: string, all: readonly KeptCache[]): Failure {
  const names = new Set(all.flatMap(({ id, about }) => [about['name'] ?? id, id]));
  return new Failure('cache-mount-unknown', `there is no cache ${name}`, { hint: didYouMean(name, names) });
}

function fresh(path: string): string {
  if (!existsSync(path)) return path;
  throw new Failure('usage', `${path} is there already`, { hint: 'name another file, or remove this one' });
}

function existing(path: string): string {
  if (existsSync(path)) return path;
  throw new Failure('cache-file-invalid', `there is no file ${path}`, { hint: 'correct the path' });
}

import type { ExecOp } from '../graph/graph.ts';
import type { SolveRequest } from './engine.ts';

/** The caches in which the step may have left half of an entry when it failed, by id, as people call them. */
export function spoiledCaches(
  { mounts }: ExecOp,
  { caches }: Pick<SolveRequest, 'caches'>,
): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const mount of mounts) {
    if (mount.type !== 'cache') continue;
    const known = caches?.get(mount.id);
    if (known?.keysItself !== true) names.set(mount.id, known?.about['name'] ?? mount.id);
  }
  return names;
}

/**
 * What a failed step wrote to a cache stays on the daemon, where nobody can take it back. So from then on this store calls the
 * cache by another name, and the next step begins with an empty one. The old one goes when the daemon prunes.
 */
import { sha256 } from '../../base/sha256.ts';
import type { ExecOp, Graph } from '../../graph/graph.ts';
import type { Store } from '../../store/store.ts';
import type { SolveRequest } from '../engine.ts';
import { spoiledCaches } from '../spoiled-caches.ts';

interface Note {
  /** How often it was given up. */
  readonly times: number;
}

const kind = 'daemon-cache';

/** By the id in the graph, for those that were given up. */
export async function cacheNames(store: Store, { vertices }: Graph): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>();
  for (const { op } of vertices) {
    if (op.type !== 'exec') continue;
    for (const mount of op.mounts) {
      if (mount.type !== 'cache' || names.has(mount.id)) continue;
      const times = await timesGivenUp(store, mount.id);
      if (times > 0) names.set(mount.id, `${mount.id}-${times}`);
    }
  }
  return names;
}

export async function giveUpCaches(store: Store, step: ExecOp, request: SolveRequest): Promise<void> {
  for (const id of spoiledCaches(step, request).keys()) {
    const note: Note = { times: (await timesGivenUp(store, id)) + 1 };
    await store.writeRecord(kind, sha256(id), note);
  }
}

async function timesGivenUp(store: Store, id: string): Promise<number> {
  return (await store.readRecord<Note>(kind, sha256(id)))?.times ?? 0;
}

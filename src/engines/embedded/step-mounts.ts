import type { ExecOp, Mount } from '../../graph/graph.ts';
import type { Store } from '../../store/store.ts';
import type { SolveRequest } from '../engine.ts';
import { cacheFolder, noteCache } from './cache-mounts.ts';
import type { StepMount, StepRequest } from './protocol.ts';

interface MountSources {
  /** The stacks of the vertex's inputs. */
  readonly inputs: readonly (readonly string[])[];
  readonly request: SolveRequest;
  readonly store: Store;
}

/** What a step gets besides its root, as the worker is asked for it. */
export function stepMounts(op: ExecOp, sources: MountSources): Pick<StepRequest, 'mounts' | 'secrets'> {
  const value = (id: string) => {
    const bytes = sources.request.secrets?.get(id);
    return bytes === undefined ? undefined : Buffer.from(bytes).toString('base64');
  };
  const variables = op.secretEnv.flatMap(({ name, id }) => {
    const given = value(id);
    return given === undefined ? [] : [[name, given] as const];
  });
  return {
    mounts: op.mounts
      .slice(1)
      .flatMap((mount, index) => mountFor(mount, `m${index + 1}`, sources, value) ?? []),
    secrets: Object.fromEntries(variables),
  };
}

/** Undefined for a secret that may be missing, and is. */
function mountFor(
  mount: Mount,
  name: string,
  { inputs, request, store }: MountSources,
  value: (id: string) => string | undefined,
): StepMount | undefined {
  const at = mount.destination;
  switch (mount.type) {
    case 'bind': {
      const { selector, readonly } = mount;
      return { type: 'state', at, name, layers: inputs[mount.input] ?? [], selector, readonly };
    }
    case 'cache': {
      const { id, sharing, input } = mount;
      const folder = cacheFolder(store.folder, id);
      noteCache(folder, id, request.caches?.get(id));
      const keysItself = request.caches?.get(id)?.keysItself ?? false;
      return { type: 'cache', at, folder, sharing, initial: inputs[input] ?? [], keysItself };
    }
    case 'tmpfs':
      return { type: 'memory', at, size: mount.size };
    case 'secret': {
      const { id, uid, gid, mode } = mount;
      const given = value(id);
      return given === undefined ? undefined : { type: 'secret', at, value: given, uid, gid, mode };
    }
    case 'ssh':
      // Refused before anything runs.
      return undefined;
    default:
      return mount satisfies never;
  }
}

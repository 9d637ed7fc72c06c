import { archHere, type Arch } from '../../abi/cpu.ts';
import type { Environment } from '../../config/project.ts';
import { selectEnvironment } from '../../config/select.ts';
import type { LockedEnvironment } from '../../lock/lock.ts';
import type { Context } from '../../report/context.ts';
import { planRoot } from '../../roots/compose.ts';
import type { PlannedRoot } from '../../roots/planned-root.ts';
import { Store } from '../../store/store.ts';
import { lockRequestOf } from '../locking/environment-request.ts';
import { keptFolder } from '../locking/keep-packages.ts';
import { lockSection } from '../lock.ts';
import { namedArches } from '../locking/named-arches.ts';
import { withTrees } from './make-root.ts';
import type { ServerOptions } from '../locking/package-sources.ts';
import { projectHere } from '../project-here.ts';
import { SourcesOnDemand } from '../locking/sources-on-demand.ts';

/** Which root a command is about. */
export interface RootRequest extends ServerOptions {
  readonly environment: string;
  /** By any of its names; that of this machine where there is none. */
  readonly arch?: string | undefined;
  readonly set?: readonly string[] | undefined;
}

export interface WantedRoot {
  readonly environment: Environment;
  readonly arch: Arch;
  readonly locked: LockedEnvironment;
  readonly planned: PlannedRoot;
}

/** Does something with a root that is decided and not written: locked first where it isn't, with its packages in the store. */
export async function withPlannedRoot<Result>(
  context: Context,
  request: RootRequest,
  work: (wanted: WantedRoot) => Promise<Result>,
): Promise<Result> {
  const [arch = archHere()] = namedArches(request.arch);
  const project = projectHere(context, request.set);
  const environment = selectEnvironment(project, request.environment);

  const store = await Store.open(context.store);
  const sources = new SourcesOnDemand(context, store, project, request);
  try {
    const wanted = lockRequestOf(environment, arch);
    const { lock, locked } = await lockSection(context, { project, request: wanted, sources });
    const kept = keptFolder(project, lock);
    return await withTrees(context, { locked, sources: await sources.open(), kept }, async () =>
      work({ environment, arch, locked, planned: await planRoot(locked, store) }),
    );
  } finally {
    await sources.close();
  }
}

import { archHere, type Arch } from '../abi/cpu.ts';
import type { Environment } from '../config/project.ts';
import { findProject, readProject } from '../config/read.ts';
import { archOf } from '../config/root-base.ts';
import { selectEnvironment } from '../config/select.ts';
import type { LockedEnvironment } from '../lock/lock.ts';
import type { Context } from '../report/context.ts';
import { planRoot } from '../roots/compose.ts';
import type { PlannedRoot } from '../roots/planned-root.ts';
import { Store } from '../store/store.ts';
import { keptFolder } from './keep-packages.ts';
import { lockRoots } from './lock.ts';
import { namedArches } from './named-arches.ts';
import { withTrees } from './make-root.ts';
import type { ServerOptions } from './package-sources.ts';
import { SourcesOnDemand } from './sources-on-demand.ts';

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
  const { project, warnings } = readProject(findProject(context.cwd), context.cwd, request.set);
  for (const diagnostic of warnings) context.emit({ type: 'noticed', diagnostic });
  const environment = selectEnvironment(project, request.environment);

  const store = await Store.open(context.store);
  const sources = new SourcesOnDemand(context, store, project, request);
  try {
    const roots = [{ environment, builder: arch }];
    const { lock } = await lockRoots(context, { project, roots, sources });
    const locked = lock.environments.find(
      (one) =>
        one.role === 'environment' &&
        one.name === environment.name &&
        one.arch === archOf(environment.base, arch),
    )!;
    const kept = keptFolder(project, lock);
    return await withTrees(context, { locked, sources: await sources.open(), kept }, async () =>
      work({ environment, arch, locked, planned: await planRoot(locked, store) }),
    );
  } finally {
    await sources.close();
  }
}

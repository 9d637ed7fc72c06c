import { archHere, cpus, ociCpu, type Arch } from '../../abi/cpu.ts';
import { hasProbe } from '../../doctor/probe-program.ts';
import { environmentsOf, type Patient } from '../../doctor/patient.ts';
import { isForeign } from '../../engines/embedded/foreign-cpus.ts';
import type { SolveRequest } from '../../engines/engine.ts';
import type { Context } from '../../report/context.ts';
import type { Failure } from '../../report/failure.ts';
import type { Store } from '../../store/store.ts';
import { emulatorRequests } from '../preparing/emulator-requests.ts';
import { emulatorsFor } from '../preparing/emulator.ts';
import { lockEnvironment } from '../locking/lock-environment.ts';
import { SourcesOnDemand } from '../locking/sources-on-demand.ts';

/** CPUs, as OCI calls them, that targets are built on and this machine has not; without a project, a usual one. */
export function foreignCpusOf(project: Patient['project']): readonly string[] {
  if (environmentsOf({ project }) === undefined) return [archHere() === 'arm64' ? 'amd64' : 'arm64'];
  const { targets } = project as Exclude<Patient['project'], Failure | undefined>;
  const builders = targets.map(({ builder }) => ociCpu(builder));
  return [...new Set(builders)].filter((cpu) => isForeign(cpu) && hasProbe(cpu));
}

/** Does something with the emulator that a build of such a target would have, downloaded where it isn't here. */
export async function withEmulator<Value>(
  context: Context,
  store: Store,
  cpu: string,
  work: (emulators: SolveRequest['emulators']) => Promise<Value>,
): Promise<Value> {
  const builders = [{ builder: archOf(cpu) }];
  const sources = new SourcesOnDemand(context, store, { environments: new Map() });
  try {
    const locked = emulatorRequests(builders).map(async (request) =>
      lockEnvironment(request, await sources.open()),
    );
    const environments = (await Promise.all(locked)).map((one) => one.locked);
    return await work(emulatorsFor(context, builders, { lock: { environments }, store, sources }));
  } finally {
    await sources.close();
  }
}

function archOf(cpu: string): Arch {
  return cpus.find(({ arch }) => ociCpu(arch) === cpu)!.arch;
}

/** Who may build a target when others than this machine do, as far as that is known while nobody is asked. */
import { ociCpu } from '../../abi/cpu.ts';
import type { Project, Target } from '../../config/project.ts';
import { showAddress } from '../../engines/buildkit/address.ts';
import { isForeign } from '../../engines/embedded/foreign-cpus.ts';
import type { Context } from '../../report/context.ts';
import { buildsHereToo, chosenBuilders } from './builders.ts';
import { chosenDaemon } from './choose-engine.ts';
import type { EngineChoice } from './engine-choice.ts';

export interface Machines {
  readonly daemons: readonly {
    readonly name: string;
    /** As OCI calls it; undefined where the daemon says it when the build begins. */
    readonly cpu: string | undefined;
  }[];
  /** What no daemon has the CPU for is built here. */
  readonly hereToo: boolean;
}

export interface BuilderPlace {
  /** `unknown` where it is the daemon's to say. */
  readonly has: 'own' | 'foreign' | 'unknown';
  /** For people, one of which it will be. */
  readonly on: readonly string[];
}

const here = 'this machine';

/** Undefined where this machine builds all. `auto` is this machine wherever it can. */
export function machinesOf(
  context: Context,
  choice: EngineChoice | undefined,
  project: Project,
): Machines | undefined {
  const builders = chosenBuilders(context, choice, project);
  if (builders.length > 0) return { daemons: builders, hereToo: buildsHereToo(choice, builders) };
  const daemon = choice?.name === 'auto' ? undefined : chosenDaemon(context, choice);
  return daemon && { daemons: [{ name: showAddress(daemon.address), cpu: undefined }], hereToo: false };
}

/** As a fleet chooses: a daemon of that CPU before this machine, and both before an emulator. */
export function placeOf({ builder }: Pick<Target, 'builder'>, { daemons, hereToo }: Machines): BuilderPlace {
  const cpu = ociCpu(builder);
  const own = daemons.filter((one) => one.cpu !== undefined && !isForeign(cpu, one.cpu));
  const unasked = daemons.filter((one) => one.cpu === undefined);
  const names = own.map(({ name }) => name);
  if (own.length > 0) {
    const others = unasked.map(({ name }) => `${name} (where it is of ${builder} too)`);
    return { has: 'own', on: [...names, ...others] };
  }
  if (unasked.length > 0) return { has: 'unknown', on: unasked.map(({ name }) => name) };
  if (hereToo && !isForeign(cpu)) return { has: 'own', on: [here] };
  const emulating = daemons.map(({ name }) => `${name} (where it has QEMU)`);
  return { has: 'foreign', on: [...emulating, ...(hereToo ? [here] : [])] };
}

export function placeHere({ builder }: Pick<Target, 'builder'>): BuilderPlace {
  return { has: isForeign(ociCpu(builder)) ? 'foreign' : 'own', on: [] };
}

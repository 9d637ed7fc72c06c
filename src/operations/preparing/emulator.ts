import { ociCpu } from '../../abi/cpu.ts';
import type { Target } from '../../config/project.ts';
import { isForeign } from '../../engines/embedded/foreign-cpus.ts';
import type { Emulator } from '../../engines/engine.ts';
import type { Context } from '../../report/context.ts';
import type { EmulatorSource } from './open-emulator.ts';

/** By OCI's name of the CPU: one for each that the targets' steps need and this machine hasn't. */
export function emulatorsFor(
  context: Context,
  targets: readonly Pick<Target, 'builder'>[],
  source: EmulatorSource,
): ReadonlyMap<string, Emulator> {
  const foreign = targets.map(({ builder }) => builder).filter((arch) => isForeign(ociCpu(arch)));
  return new Map(
    [...new Set(foreign)].map((arch) => [
      ociCpu(arch),
      {
        open: async () => {
          const { openEmulator } = await import('./open-emulator.ts');
          return openEmulator(context, arch, source);
        },
      },
    ]),
  );
}

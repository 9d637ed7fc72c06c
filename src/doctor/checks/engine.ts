import type { Check, Diagnosis } from '../check.ts';
import type { EngineName, ProbeRun } from '../patient.ts';
import { ownCpu } from '../../engines/embedded/foreign-cpus.ts';

interface Found extends ProbeRun {
  readonly name: EngineName;
}

export const engine: Check<Found> = {
  id: 'engine',
  group: 'engine',
  title: 'a step',
  proves:
    'A step runs, as the steps of a build do: in a sandbox of the engine that will be used, and to its end.',
  how: 'Runs a tiny program as a step, of which nothing is kept.',
  costs: 'Nothing can be built.',
  cure: 'The engine says which part of its sandbox was refused, and what allows it.',
  needs: ['kernel', 'tools', 'userns', 'namespaces', 'proc', 'ids', 'disk', 'store', 'overlay', 'buildkit'],
  async probe({ inStep, engine: name }) {
    return { ...(await inStep(ownCpu)), name };
  },
  judge({ name, answers, said, milliseconds = 0 }): Diagnosis {
    if (said !== undefined) {
      return {
        status: 'fail',
        found: `a step runs, and not to its end: ${said}`,
        cure: 'have the kernel say why: `dmesg | tail` on the host; filters of system calls and AppArmor write there',
      };
    }
    if (answers === undefined)
      return { status: 'skipped', found: `there is no program yet that tries it on ${ownCpu}` };
    return {
      status: 'ok',
      found: `the ${name === 'embedded' ? 'embedded engine' : 'daemon'} ran one in ${(milliseconds / 1000).toFixed(1)} s`,
    };
  },
};

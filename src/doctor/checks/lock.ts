import { noProject, type Check, type Diagnosis } from '../check.ts';
import type { LockHere } from '../patient.ts';

export const lock: Check<LockHere | undefined> = {
  id: 'lock',
  group: 'project',
  title: 'lock',
  proves: '`targetry.lock` is there, can be read and fits `targetry.yaml`.',
  how: 'Compares what each section was made from with the configuration of today, as `targetry lock --check` does.',
  costs: 'A build decides packages anew, so two machines may build with different ones.',
  cure: '`targetry lock`, and commit targetry.lock. `--fix` locks.',
  needs: ['config', 'disk', 'store'],
  probe: ({ lock: state }) => state(),
  judge(state): Diagnosis | readonly Diagnosis[] {
    if (state === undefined) return noProject;
    const cure = 'run `targetry lock`, and commit targetry.lock';
    const { exists, checked, outdated, unused } = state;
    if (!exists) {
      const found = 'there is no targetry.lock: each machine would decide the packages for itself';
      return { status: 'warn', found, cure, fix: 'lock' };
    }
    const old = outdated.map(({ name, arch, known }) =>
      known ? `${name} ${arch} has changed since it was locked` : `${name} ${arch} is not locked`,
    );
    if (old.length > 0) return { status: 'warn', found: old.join('; '), cure, fix: 'lock' };
    if (unused.length > 0) {
      const names = unused.map(({ name, arch }) => `${name} ${arch}`).join(', ');
      return {
        status: 'warn',
        found: `${names}: locked, and not in targetry.yaml any more`,
        cure,
        fix: 'lock',
      };
    }
    return { status: 'ok', found: checked === 1 ? 'it fits' : `all ${checked} sections fit` };
  },
};

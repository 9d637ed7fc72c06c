import type { Failure } from '../../report/failure.ts';
import { noProject, type Check, type Diagnosis } from '../check.ts';
import { diagnosisOf } from '../examine.ts';
import type { Unchosen } from '../patient.ts';

export const packages: Check<Unchosen | undefined> = {
  id: 'packages',
  group: 'project',
  title: 'packages',
  proves: 'The packages that environments ask for exist and can be installed together.',
  how: 'Chooses those of environments that are not locked, from the indexes of today; the locked ones were chosen before.',
  costs: 'Locking stops.',
  cure: 'The nearest names are told.',
  needs: ['config', 'lock'],
  probe: ({ unchosen }) => unchosen(),
  judge(found): Diagnosis | readonly Diagnosis[] {
    if (found === undefined) return noProject;
    const { failures, late } = found;
    const told = failures.filter(({ code }) => /^(package|tool|arch)/.test(code)).flatMap(diagnosesOf);
    if (told.length > 0) return told;
    if (failures.length > 0) return { status: 'skipped', found: 'not all indexes can be had: see `mirrors`' };
    if (late.length > 0) {
      const found = `the indexes for ${late.join(', ')} are slow to come; \`targetry lock\` waits for them`;
      return { status: 'skipped', found };
    }
    return { status: 'ok', found: 'all can be had' };
  },
};

function diagnosesOf(failure: Failure): readonly Diagnosis[] {
  if (failure.diagnostics.length === 0) return [diagnosisOf(failure)];
  return failure.diagnostics.map(({ message, hint, at }) => ({
    status: 'fail',
    found: message,
    cure: hint,
    at,
  }));
}

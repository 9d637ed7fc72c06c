import { endOfLifeWarnings } from '../../config/end-of-life.ts';
import type { Diagnostic } from '../../report/diagnostic.ts';
import { noProject, type Check, type Diagnosis } from '../check.ts';
import { environmentsOf } from '../patient.ts';

export const endsOfReleases: Check<readonly Diagnostic[] | undefined> = {
  id: 'end-of-life',
  group: 'project',
  title: 'ends of releases',
  proves: 'The releases of the environments still get security updates.',
  how: 'Compares the day with the table of releases that comes with Targetry.',
  costs:
    'Known holes stay open in what is linked in; later the mirrors drop the release, or its index expires.',
  cure: 'Keep it where its old libc is what you build for; otherwise move to a newer release.',
  needs: ['config'],
  probe(patient) {
    const environments = environmentsOf(patient);
    return environments && endOfLifeWarnings(environments, new Date());
  },
  judge(warnings): Diagnosis | readonly Diagnosis[] {
    if (warnings === undefined) return noProject;
    if (warnings.length === 0) return { status: 'ok', found: 'none has ended' };
    return warnings.map(({ message, hint, at }) => ({ status: 'warn', found: message, cure: hint, at }));
  },
};

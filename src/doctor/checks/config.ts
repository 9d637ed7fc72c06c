import { counted } from '../../base/units.ts';
import { Failure } from '../../report/failure.ts';
import type { Diagnostic } from '../../report/diagnostic.ts';
import type { Check, Diagnosis } from '../check.ts';
import { diagnosisOf } from '../examine.ts';
import type { Patient } from '../patient.ts';

type Found = Patient['project'];

export const config: Check<Found> = {
  id: 'config',
  group: 'project',
  title: 'configuration',
  proves: '`targetry.yaml` is right: every key has a meaning, every name resolves.',
  how: 'Reads it, as every command does.',
  costs: 'No command of the project runs.',
  cure: 'Each mistake is told with its line.',
  probe: ({ project }) => project,
  judge(here): Diagnosis | readonly Diagnosis[] {
    if (here === undefined)
      return { status: 'skipped', found: 'there is no targetry.yaml in this folder or above' };
    if (here instanceof Failure)
      return here.diagnostics.length === 0 ? diagnosisOf(here) : here.diagnostics.map(ofDiagnostic);
    const { project, warnings } = here;
    if (warnings.length > 0) return warnings.map(ofDiagnostic);
    const counts = `${counted(project.targets.length, 'target')}, ${counted(project.environments.size, 'environment')}`;
    return { status: 'ok', found: `${project.file}: ${counts}` };
  },
};

function ofDiagnostic({ severity, message, hint, at }: Diagnostic): Diagnosis {
  return { status: severity === 'error' ? 'fail' : 'warn', found: message, cure: hint, at };
}

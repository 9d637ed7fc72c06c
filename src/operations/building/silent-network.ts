import type { Project, Target } from '../../config/project.ts';
import type { BuildPlan } from '../../plan/plan.ts';
import {
  extraCertificates,
  giveCertificates,
  stepsWithoutCertificates,
} from '../../config/step-certificates.ts';
import type { Context } from '../../report/context.ts';
import type { Emit } from '../../report/event.ts';

interface Built {
  readonly project: Project;
  readonly targets: readonly Target[];
  readonly plan: Pick<BuildPlan, 'steps'>;
}

/**
 * Passes events on, and says of the first silent step what may be behind it: npm tries again for minutes, without a word,
 * where it doesn't know the certificate of a proxy.
 */
export function tellingOfSilentNetwork(
  { env, emit }: Pick<Context, 'env' | 'emit'>,
  { project, targets, plan }: Built,
): Emit {
  if ((env[extraCertificates] ?? '') === '') return emit;
  let steps = stepsWithoutCertificates(project, targets);
  return (event) => {
    emit(event);
    const at = event.type === 'silent' ? plan.steps.get(event.task)?.at : undefined;
    const step = steps.find((one) => one.at.line === at?.line && one.at.column === at.column);
    if (step === undefined) return;
    steps = [];
    const message = `step \`${step.name}\` may wait for a server whose certificate it doesn't know: this machine trusts more of them, by ${extraCertificates}`;
    const hint = `where a proxy opens TLS, ${giveCertificates}`;
    emit({
      type: 'noticed',
      diagnostic: { code: 'certificates-unknown', severity: 'warning', message, hint, at },
    });
  };
}

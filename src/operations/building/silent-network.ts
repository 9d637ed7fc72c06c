import type { Project, Target } from '../../config/project.ts';
import type { BuildPlan } from '../../plan/plan.ts';
import {
  extraCertificates,
  giveCertificates,
  stepsWithoutCertificates,
} from '../../plan/step-certificates.ts';
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
  const steps = new Map(stepsWithoutCertificates(project, targets).map((step) => [step.at.line, step.name]));
  return (event) => {
    emit(event);
    const at = event.type === 'silent' ? plan.steps.get(event.task)?.at : undefined;
    const name = steps.get(at?.line ?? 0);
    if (name === undefined) return;
    steps.clear();
    const message = `step \`${name}\` may wait for a server whose certificate it doesn't know: this machine trusts more of them, by ${extraCertificates}`;
    const hint = `where a proxy opens TLS, ${giveCertificates}`;
    emit({
      type: 'noticed',
      diagnostic: { code: 'certificates-unknown', severity: 'warning', message, hint, at },
    });
  };
}

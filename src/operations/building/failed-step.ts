import type { Engine, SolveRequest } from '../../engines/engine.ts';
import type { BuildPlan } from '../../plan/plan.ts';
import { fileOfStep } from '../diagnosing/ask-file.ts';
import type { OfProject, StepThatFailed } from '../explain.ts';
import type { Diagnostic } from '../../report/diagnostic.ts';
import { Failure } from '../../report/failure.ts';
import type { Trace } from './trace.ts';

interface FailedBuild {
  readonly plan: BuildPlan;
  readonly trace: Trace;
  readonly engine: Engine;
  readonly work: SolveRequest;
  /** What its steps may have missed. */
  readonly notices: readonly Diagnostic[];
}

/** The failure of a build with what is known of its cause. */
export async function withAllKnown(error: unknown, build: FailedBuild, place: OfProject): Promise<unknown> {
  // A hundred classes of failures, which a build that goes well needn't know.
  const { withKnownCause } = await import('../explain.ts');
  return withNotices(await withKnownCause(error, failedStep(build), place), build.notices);
}

/** The step of a build that failed, where one did and left a log. */
function failedStep({ plan, trace, engine, work }: FailedBuild): StepThatFailed | undefined {
  const { targets, graph } = plan;
  const failed = trace.failed;
  const log = failed === undefined ? undefined : trace.of(failed)?.log;
  for (const { target, tasks } of targets) {
    const task = tasks.find(({ id }) => id === failed);
    if (task === undefined || log === undefined) continue;
    const files = fileOfStep(task.id, target.builder, { engine, plan, work });
    const { base, sysroot } = target.environment;
    const op = graph.vertices.find(({ digest }) => digest === failed)?.op;
    const mounts = op?.type === 'exec' ? op.mounts : [];
    const caches = mounts.flatMap((mount) => (mount.type === 'cache' ? [mount.id] : []));
    const name = `${task.name} of ${target.name}`;
    return { log, name, distro: base.distro, sysroot: sysroot?.base.distro, caches, files };
  }
  return undefined;
}

/** They were told before the first step, far above in a long log. */
export function withNotices(error: unknown, notices: readonly Diagnostic[]): unknown {
  if (!(error instanceof Failure) || error.exit !== 1 || notices.length === 0) return error;
  return error.with({ diagnostics: [...notices, ...error.diagnostics] });
}

import type { Engine, SolveRequest } from '../../engines/engine.ts';
import type { BuildPlan } from '../../plan/plan.ts';
import { fileOfStep } from '../diagnosing/ask-file.ts';
import type { StepThatFailed } from '../explain.ts';
import type { Diagnostic } from '../../report/diagnostic.ts';
import { Failure } from '../../report/failure.ts';
import type { Trace } from './trace.ts';

interface FailedBuild {
  readonly plan: BuildPlan;
  readonly trace: Trace;
  readonly engine: Engine;
  readonly work: SolveRequest;
}

/** The step of a build that failed, where one did and left a log. */
export function failedStep({ plan, trace, engine, work }: FailedBuild): StepThatFailed | undefined {
  const { targets, graph } = plan;
  const failed = trace.failed;
  const log = failed === undefined ? undefined : trace.of(failed)?.log;
  for (const { target, tasks } of targets) {
    const task = tasks.find(({ id }) => id === failed);
    if (task === undefined || log === undefined) continue;
    const files = fileOfStep(task.id, target.builder, { engine, plan, work });
    const { distro } = target.environment.base;
    const op = graph.vertices.find(({ digest }) => digest === failed)?.op;
    const mounts = op?.type === 'exec' ? op.mounts : [];
    const caches = mounts.flatMap((mount) => (mount.type === 'cache' ? [mount.id] : []));
    return { log, name: `${task.name} of ${target.name}`, distro, caches, files };
  }
  return undefined;
}

/** What a step that failed may have missed was told before the first of them, far above in a long log. */
export function withNotices(error: unknown, notices: readonly Diagnostic[]): unknown {
  if (!(error instanceof Failure) || error.exit !== 1 || notices.length === 0) return error;
  return error.with({ diagnostics: [...notices, ...error.diagnostics] });
}

import type { Project, Target } from '../../config/project.ts';
import type { Input, SolveRequest } from '../../engines/engine.ts';
import type { Lock } from '../../lock/lock.ts';
import type { BuildPlan } from '../../plan/plan.ts';
import type { Context } from '../../report/context.ts';
import type { Diagnostic } from '../../report/diagnostic.ts';
import type { Store } from '../../store/store.ts';
import { emulatorsFor } from '../preparing/emulator.ts';
import { keptFolder } from '../locking/keep-packages.ts';
import { rootInput } from '../preparing/open-root.ts';
import { sourceInputs } from './read-source.ts';
import type { SourcesOnDemand } from '../locking/sources-on-demand.ts';

interface PlannedWork {
  readonly project: Project;
  readonly targets: readonly Target[];
  readonly plan: BuildPlan;
  readonly lock: Lock;
  readonly store: Store;
  readonly sources: SourcesOnDemand;
}

interface GivenWork extends Pick<SolveRequest, 'inputs' | 'emulators' | 'steps' | 'caches' | 'signal'> {
  /** What steps may miss in the source, which was told already. */
  readonly notices: readonly Diagnostic[];
}

/** What is done with the graph of a plan, and what its abstract sources stand for: named by content, made when a step first needs it. */
export function engineInputs(
  context: Context,
  { project, targets, plan, lock, store, sources }: PlannedWork,
): GivenWork {
  const { notices, ...source } = sourceInputs(project, plan.sources, lock.kept);
  for (const diagnostic of notices) context.emit({ type: 'noticed', diagnostic });
  const inputs = new Map<string, Input>(source.inputs);
  const kept = keptFolder(project, lock);
  for (const [identifier, locked] of plan.roots) {
    inputs.set(identifier, rootInput(context, { locked, sources, kept }));
  }
  const emulators = emulatorsFor(context, targets, { lock, store, sources, kept });
  return { inputs, emulators, steps: plan.steps, caches: plan.caches, signal: context.signal, notices };
}

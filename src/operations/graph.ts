import { refuseNothingToBuild } from '../config/buildable.ts';
import type { Project, Target } from '../config/project.ts';
import { selectTargets } from '../config/select.ts';
import { renderGraphDot, renderGraphMermaid } from '../graph/draw.ts';
import type { Graph } from '../graph/graph.ts';
import { renderGraphJson, renderGraphText } from '../graph/render.ts';
import type { Lock } from '../lock/lock.ts';
import { planBuild, type BuildPlan } from '../plan/plan.ts';
import type { Context } from '../report/context.ts';
import { rootKey } from '../roots/known-root.ts';
import { Store } from '../store/store.ts';
import { SourcesOnDemand } from './locking/sources-on-demand.ts';
import { lockTargets } from './lock.ts';
import { projectHere } from './project-here.ts';

const pictures = {
  text: renderGraphText,
  json: renderGraphJson,
  dot: renderGraphDot,
  mermaid: renderGraphMermaid,
} satisfies Record<string, (graph: Graph) => string>;

export interface GraphRequest {
  readonly targets: readonly string[];
  readonly set?: readonly string[] | undefined;
}

/** What `build` would run, for people and programs that read it. */
export function drawGraph(
  context: Context,
  request: GraphRequest & { readonly format: keyof typeof pictures },
): Promise<string> {
  return withPlan(context, request, ({ plan }) => pictures[request.format](plan.graph));
}

interface Planned {
  readonly project: Project;
  readonly targets: readonly Target[];
  readonly lock: Lock;
  readonly plan: BuildPlan;
  readonly store: Store;
  readonly sources: SourcesOnDemand;
}

/** It locks what isn't locked yet, since a graph names its roots by what is in them. */
export async function withPlan<Result>(
  context: Context,
  request: GraphRequest,
  work: (planned: Planned) => Result | Promise<Result>,
): Promise<Result> {
  const project = projectHere(context, request.set);
  refuseNothingToBuild(project);
  const targets = selectTargets(project, request.targets);
  const store = await Store.open(context.store);
  const sources = new SourcesOnDemand(context, store, project);
  try {
    const { lock } = await lockTargets(context, { project, targets, sources });
    const plan = planBuild({ project, targets, lock, rootKeyOf: rootKey });
    return await work({ project, targets, lock, plan, store, sources });
  } finally {
    await sources.close();
  }
}

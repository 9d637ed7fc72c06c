import { refuseNothingToBuild } from '../config/buildable.ts';
import { selectTargets } from '../config/select.ts';
import { marshalDefinition } from '../graph/definition.ts';
import { renderGraphDot, renderGraphMermaid } from '../graph/draw.ts';
import type { Graph } from '../graph/graph.ts';
import { renderGraphJson, renderGraphText } from '../graph/render.ts';
import { planBuild } from '../plan/plan.ts';
import type { Context } from '../report/context.ts';
import { rootKey } from '../roots/known-root.ts';
import { Store } from '../store/store.ts';
import { SourcesOnDemand } from './sources-on-demand.ts';
import { lockTargets } from './lock.ts';
import { projectHere } from './project-here.ts';

const renderings = {
  text: renderGraphText,
  json: renderGraphJson,
  dot: renderGraphDot,
  mermaid: renderGraphMermaid,
  pb: marshalDefinition,
} satisfies Record<string, (graph: Graph) => string | Uint8Array>;

export interface GraphRequest {
  readonly targets: readonly string[];
  readonly set?: readonly string[] | undefined;
  readonly format: keyof typeof renderings;
}

/** What `build` would run. It locks what isn't locked yet, since a graph names its roots by what is in them. */
export async function graphTargets(context: Context, request: GraphRequest): Promise<string | Uint8Array> {
  const project = projectHere(context, request.set);
  refuseNothingToBuild(project);
  const targets = selectTargets(project, request.targets);
  const sources = new SourcesOnDemand(context, await Store.open(context.store), project);
  try {
    const { lock } = await lockTargets(context, { project, targets, sources });
    return renderings[request.format](planBuild({ project, targets, lock, rootKeyOf: rootKey }).graph);
  } finally {
    await sources.close();
  }
}

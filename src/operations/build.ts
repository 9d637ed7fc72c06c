import { join } from 'node:path';
import { placeArtifacts } from '../artifacts/place.ts';
import { refuseNothingToBuild } from '../config/buildable.ts';
import { selectTargets } from '../config/select.ts';
import { hopelessPromises, refuseHopelessPromises } from '../plan/hopeless-promises.ts';
import { planBuild } from '../plan/plan.ts';
import type { Context } from '../report/context.ts';
import { rootKey } from '../roots/known-root.ts';
import { removeTree, Store } from '../store/store.ts';
import {
  auditBuilt,
  refuseBrokenPromises,
  refuseOtherCpus,
  type BuiltArtifact,
} from './building/audit-built.ts';
import { recordBuild } from './building/build-record.ts';
import { chooseEngine } from './building/choose-engine.ts';
import { collectArtifacts, exportsInto } from './building/collect-artifacts.ts';
import type { EngineChoice } from './building/engine-choice.ts';
import type { ServerOptions } from './locking/package-sources.ts';
import { engineInputs } from './building/engine-inputs.ts';
import type { BuiltImage, ImageWork } from './building/images.ts';
import { withAllKnown } from './building/failed-step.ts';
import { withObjectsNamed } from './building/name-objects.ts';
import { lockTargets } from './lock.ts';
import { removeOutdated } from './building/outdated.ts';
import { projectHere } from './project-here.ts';
import { readSecrets, type SecretPlace } from './building/read-secrets.ts';
import { savingFailed } from './building/save-failed.ts';
import { tellingOfSilentNetwork } from './building/silent-network.ts';
import { SourcesOnDemand } from './locking/sources-on-demand.ts';
import { countSteps, sharesOf, Trace, type BuilderShare, type StepCount } from './building/trace.ts';
import { starterFinder } from './preparing/starter.ts';

export interface BuildRequest extends ServerOptions {
  /** Names or globs; every target where there is none. */
  readonly targets: readonly string[];
  /** Values that win over those of the file, as `PATH=VALUE`. */
  readonly set?: readonly string[] | undefined;
  /** Where secrets are that aren't in the variables of their names. */
  readonly secrets?: readonly SecretPlace[] | undefined;
  /** Where to keep what a step that fails leaves behind. */
  readonly saveFailed?: string | undefined;
  /** The embedded one where it isn't given. */
  readonly engine?: EngineChoice | undefined;
}

export interface BuildResult {
  readonly project: string;
  readonly version: string | undefined;
  /** Where the artifacts are. */
  readonly dist: string;
  readonly artifacts: readonly BuiltArtifact[];
  readonly images: readonly BuiltImage[];
  readonly targets: number;
  /** Those that the project names; what several targets share counts once. */
  readonly steps: StepCount;
  /** Who built them, where several did. */
  readonly builders: readonly BuilderShare[];
  /** Of all of it, once the file is read. */
  readonly milliseconds: number;
}

/** From `targetry.yaml` to files in `dist/` that are measured and keep their promises. */
export async function build(
  context: Context,
  request: BuildRequest,
  project = projectHere(context, request.set),
): Promise<BuildResult> {
  const began = performance.now();
  refuseNothingToBuild(project);
  const targets = selectTargets(project, request.targets);
  const secrets = readSecrets(context, project, targets, request.secrets ?? []);
  const onFailed = request.saveFailed === undefined ? undefined : savingFailed(context, request.saveFailed);
  // The file is right: every name in it resolves.

  const store = await Store.open(context.store);
  const sources = new SourcesOnDemand(context, store, project, request);
  const staged = await store.temporaryFolder();
  try {
    const { lock } = await lockTargets(context, { project, targets, sources });
    // Every package is decided, by version and hash.
    refuseHopelessPromises(hopelessPromises(project, targets, lock));
    // No promise is broken yet.

    const plan = planBuild({ project, targets, lock, rootKeyOf: rootKey });
    const { notices, ...given } = engineInputs(context, { project, targets, plan, lock, store, sources });
    // What will run is one graph; what it starts from is named by content.

    const findStarter = starterFinder(context, sources);
    const engine = await chooseEngine(context, request.engine, { store, findStarter, project });
    const exports = exportsInto(staged, plan);
    context.emit({ type: 'planned', tasks: [...plan.tasks, ...exports.tasks] });
    const work = { ...given, secrets, results: project.results, exports: exports.list, onFailed };
    const trace = new Trace();
    try {
      const emit = tellingOfSilentNetwork(context, { project, targets, plan });
      await trace.followAll(engine.solve(plan.graph, work), emit);
    } catch (error) {
      const place = { context, store, project: project.folder, engine: request.engine };
      throw await withAllKnown(error, { plan, trace, engine, work, notices }, place);
    }
    // Every step has run, or had run before with the same inputs.

    const built = await auditBuilt(collectArtifacts(staged, project, plan));
    refuseOtherCpus(built);
    refuseBrokenPromises(await withObjectsNamed(built, { engine, plan, work, staged }));
    // Every file is measured, is for its CPU and keeps its promise.

    const dist = join(project.folder, 'dist');
    const images = await imagesOf(context, { project, targets, lock, sources, built, staged, dist });
    // Every image has all that what is in it needs; only now does `dist/` change.

    const { record, outdated } = await recordBuild({ project, plan, built, images, trace }, staged);
    await placeArtifacts(dist, [...built, ...images.filter(({ isNew }) => isNew), ...record]);
    await removeOutdated(dist, outdated, record);
    return {
      project: project.name,
      version: project.version,
      dist,
      artifacts: built,
      images,
      targets: targets.length,
      steps: countSteps(plan, trace),
      builders: sharesOf(plan, trace),
      milliseconds: performance.now() - began,
    };
  } finally {
    await removeTree(staged);
    await sources.close();
  }
}

/** What makes images is loaded where there are some. */
async function imagesOf(context: Context, work: ImageWork): Promise<readonly BuiltImage[]> {
  if (work.project.images.length === 0) return [];
  const { makeImages } = await import('./building/images.ts');
  return makeImages(context, work);
}

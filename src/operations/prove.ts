import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { placeArtifacts } from '../artifacts/place.ts';
import { jsonText } from '../base/json-text.ts';
import { sha256OfValue } from '../base/sha256.ts';
import type { Project, ProofRule } from '../config/project.ts';
import { releaseIds } from '../config/proof-environment.ts';
import { findProjectIfAny } from '../config/read.ts';
import type { Engine, Input, SolveRequest } from '../engines/engine.ts';
import { findLocked, type LockRequest } from '../lock/request.ts';
import { judgeRun, type Proven, type RunResult } from '../proof/judge-run.ts';
import { rulesAtEnds } from '../proof/promise-ends.ts';
import { proofCases, type ProofCase } from '../proof/proof-case.ts';
import { fileName, planProof, resultFolder, type ProofPlan } from '../proof/proof-plan.ts';
import type { Provable } from '../proof/provable.ts';
import { proofStatement } from '../proof/statement.ts';
import type { Context } from '../report/context.ts';
import { Failure } from '../report/failure.ts';
import { suggest } from '../report/suggest.ts';
import { rootKey } from '../roots/known-root.ts';
import { removeTree, Store } from '../store/store.ts';
import { build } from './build.ts';
import { chooseEngine } from './building/choose-engine.ts';
import type { EngineChoice } from './building/engine-choice.ts';
import { emulatorsFor } from './preparing/emulator.ts';
import { keptFolder } from './locking/keep-packages.ts';
import { lockProof } from './lock.ts';
import { lockRequestOf } from './locking/environment-request.ts';
import { rootInput } from './preparing/open-root.ts';
import type { ServerOptions } from './locking/package-sources.ts';
import { projectHere } from './project-here.ts';
import { SourcesOnDemand } from './locking/sources-on-demand.ts';
import { withHints } from './proving/prove-hints.ts';
import { provableArtifacts, provableFiles } from './proving/provable-files.ts';
import type { SecretPlace } from './building/read-secrets.ts';
import { starterFinder } from './preparing/starter.ts';

export interface ProveRequest extends ServerOptions {
  /** Targets to build and prove, or files as they are; every target where there is none. */
  readonly subjects: readonly string[];
  /** Instead of those of `proof:`. */
  readonly places: readonly string[];
  /** The releases at the ends of each promise, instead of those of `proof:`. */
  readonly oldest: boolean;
  readonly newest: boolean;
  /** The command, with `places` or ends. */
  readonly run: string | undefined;
  readonly set?: readonly string[] | undefined;
  readonly secrets?: readonly SecretPlace[] | undefined;
  /** What builds, and what the artifacts run on. */
  readonly engine?: EngineChoice | undefined;
  /** Pages for people, by their names under `dist/`. */
  readonly pages: (title: string, proven: readonly Proven[]) => ReadonlyMap<string, string>;
}

export interface ProveResult {
  readonly proven: readonly Proven[];
  /** Whether everything happened as computed. */
  readonly fine: boolean;
  /** Where the statement is; undefined for files that no project built. */
  readonly dist: string | undefined;
  /** The statement, the document of `--format json` too. */
  readonly statement: object;
}

/** `targetry prove`: artifacts run in fresh roots of the systems that users have, and what happens is held against the audit. */
export async function prove(context: Context, request: ProveRequest): Promise<ProveResult> {
  const files = request.subjects.filter((word) => existsSync(resolve(context.cwd, word)));
  const ofFiles = files.length > 0 && files.length === request.subjects.length;
  const project = await projectFor(context, request, ofFiles);
  const rules = rulesFor(project, request, ofFiles);
  const built = ofFiles
    ? undefined
    : await build(context, { ...request, targets: request.subjects }, project);
  const artifacts =
    built === undefined ? await provableFiles(context, files) : await provableArtifacts(context, built);
  const { oldest, newest, run } = request;
  const cases = artifacts.flatMap((artifact) => {
    const ends = rulesAtEnds(artifact, { oldest, newest }, { rules: project.proof, run });
    return [
      ...proofCases([artifact], ends, unbuiltIn(project)),
      ...proofCases([artifact], rules, project.environments),
    ];
  });
  refuseNothingToProve(cases, artifacts, request);
  // Each file, each place and what to run there.

  const store = await Store.open(context.store);
  const sources = new SourcesOnDemand(context, store, project, request);
  const staged = await store.temporaryFolder();
  try {
    const requests = cases.map(requestFor);
    const arches = [...new Set(artifacts.map(({ arch }) => arch))];
    const { lock } = await lockProof(context, { project, requests, arches, sources });
    const located = cases.map((one, index) => {
      const locked = findLocked(lock, requests[index]!)!;
      return { one, locked, rootKey: rootKey(locked) };
    });
    // Every root is decided.

    const plan = planProof(located);
    const kept = keptFolder(project, lock);
    const builders = arches.map((builder) => ({ builder }));
    const findStarter = starterFinder(context, sources);
    const runs = await runAll(context, {
      plan,
      staged,
      engine: await chooseEngine(context, request.engine, { store, findStarter, project }),
      inputs: inputsOf(context, plan, { sources, kept }),
      emulators: emulatorsFor(context, builders, { lock, store, sources, kept }),
    });
    const judged = cases.map((one, index) => judgeRun(one, runs[index]!));
    const proven = await withHints(judged, requests, sources);
    const statement = proofStatement(
      proven,
      located.map(({ locked }) => locked),
    );
    if (built !== undefined) {
      const title = [built.project, built.version].filter(Boolean).join(' ');
      const pages = request.pages(title, proven);
      await placeDocuments(built.dist, staged, new Map([['proof.json', jsonText(statement)], ...pages]));
    }
    return { proven, fine: proven.every(({ agrees }) => agrees), dist: built?.dist, statement };
  } finally {
    await removeTree(staged);
    await sources.close();
  }
}

/** Files need no project: the lock of their roots is then kept in the store. */
async function projectFor(context: Context, request: ProveRequest, ofFiles: boolean): Promise<Project> {
  if (!ofFiles || findProjectIfAny(context.cwd) !== undefined) return projectHere(context, request.set);
  const folder = join(context.store, 'proof');
  await mkdir(folder, { recursive: true });
  const none = {
    source: { ignore: [] },
    builders: [],
    results: { from: [], to: [] },
    environments: new Map(),
    targets: [],
    steps: [],
    artifacts: [],
    proof: [],
    images: [],
  };
  return { folder, file: 'targetry.yaml', name: 'files', version: undefined, ...none };
}

/** Those in which no target is built: at an end of a promise a release is meant, and not what compiles there. */
function unbuiltIn({ environments, targets }: Project): Project['environments'] {
  const building = new Set(targets.map(({ environment }) => environment.name));
  return new Map([...environments].filter(([name]) => !building.has(name)));
}

function rulesFor(project: Project, request: ProveRequest, ofFiles: boolean): readonly ProofRule[] {
  const { places, run } = request;
  if (places.length === 0) {
    if (request.oldest || request.newest) return [];
    if (!ofFiles && project.proof.length > 0) return project.proof;
    throw new Failure('usage', 'nothing says where to prove', {
      hint: ofFiles
        ? 'name the systems: `targetry prove FILE --in debian-11,debian-12`, or take `--oldest --newest`'
        : 'add `proof:` to targetry.yaml, or name the systems: `--in debian-11,debian-12`, or `--oldest --newest`',
    });
  }
  const known = [...project.environments.keys(), ...releaseIds()];
  const text = places.join(',');
  const named = places.map((name) => {
    if (!known.includes(name)) {
      throw new Failure(
        'usage',
        `\`${name}\` is no environment, and no release that Targetry can make a root of`,
        {
          hint: suggest(name, known, 'the environments are', [...project.environments.keys()]),
        },
      );
    }
    const at = { file: '--in', line: 1, column: text.indexOf(name) + 1, length: name.length, text };
    return { name, at };
  });
  return [{ only: undefined, except: undefined, in: named, run, at: named[0]!.at }];
}

function refuseNothingToProve(
  cases: readonly ProofCase[],
  artifacts: readonly Provable[],
  { oldest, newest }: ProveRequest,
): void {
  if (cases.length > 0) return;
  throw new Failure('prove-unfit', 'there is nothing to prove', {
    why:
      artifacts.length === 0
        ? 'no artifact has a native file, and nothing else differs from system to system'
        : oldest || newest
          ? 'no release that Targetry can make a root of is covered by what is promised'
          : 'no rule of `proof:` is for any of the artifacts',
  });
}

function requestFor({ environment, declared, artifact }: ProofCase): LockRequest {
  const request = lockRequestOf(environment, artifact.arch);
  return declared ? request : { ...request, role: 'proof' };
}

function inputsOf(
  context: Context,
  { roots, artifacts }: ProofPlan,
  source: { readonly sources: SourcesOnDemand; readonly kept: string | undefined },
): ReadonlyMap<string, Input> {
  const inputs = new Map<string, Input>();
  for (const [identifier, locked] of roots) inputs.set(identifier, rootInput(context, { locked, ...source }));
  for (const [identifier, artifact] of artifacts) inputs.set(identifier, fileInput(artifact));
  return inputs;
}

/** One file as a folder. */
function fileInput(artifact: Provable): Input {
  const { from, sha256, kind } = artifact;
  const entry = { type: 'file', path: fileName(artifact), executable: kind !== 'wheel', sha256 } as const;
  return { kind: 'folder', key: sha256OfValue([entry]), folder: dirname(from), entries: [entry] };
}

interface Running extends Pick<SolveRequest, 'inputs' | 'emulators'> {
  readonly plan: ProofPlan;
  readonly staged: string;
  readonly engine: Engine;
}

async function runAll(context: Context, running: Running): Promise<readonly RunResult[]> {
  const { plan, staged, engine, inputs, emulators } = running;
  const folders = plan.runs.map((_, index) => join(staged, String(index)));
  await Promise.all(folders.map((folder) => mkdir(folder)));
  const results = { id: 'results of the proof', name: 'results' };
  context.emit({ type: 'planned', tasks: [...plan.tasks, results] });
  const exports = plan.runs.map(({ output }, index) => ({
    task: results.id,
    from: output,
    paths: [`${resultFolder}/*`],
    into: folders[index]!,
  }));
  const work = { inputs, emulators, exports, steps: timeLimits(plan), signal: context.signal };
  for await (const event of engine.solve(plan.graph, work)) context.emit(event);
  return Promise.all(folders.map(readRun));
}

/** Who waits for input that never comes would wait for ever. */
const timeLimit = 10 * 60_000;

function timeLimits({ runs }: ProofPlan): SolveRequest['steps'] {
  return new Map(runs.map(({ id }) => [id, { timeout: timeLimit }]));
}

async function readRun(folder: string): Promise<RunResult> {
  const read = (name: string) => readFile(join(folder, resultFolder, name), 'utf8').catch(() => '');
  return { code: Number(await read('code')), output: await read('output'), system: await read('system') };
}

async function placeDocuments(
  dist: string,
  staged: string,
  documents: ReadonlyMap<string, string>,
): Promise<void> {
  const placements = [...documents].map(([as, text]) => ({
    from: join(staged, as),
    as,
    text,
    executable: false,
  }));
  for (const { from, text } of placements) await writeFile(from, text);
  await placeArtifacts(dist, placements);
}

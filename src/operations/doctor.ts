/** `targetry doctor`: tries all that a build needs, before one does. */
import { execFile } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checks } from '../doctor/checks.ts';
import { findProject, findProjectIfAny, readProject } from '../config/read.ts';
import type { Project } from '../config/project.ts';
import { selectTargets } from '../config/select.ts';
import type { Check } from '../doctor/check.ts';
import { examine, type Finding } from '../doctor/examine.ts';
import { hasProbe, probeProgram, readAnswers } from '../doctor/probe-program.ts';
import type { DaemonHere, Patient, ProbeRun } from '../doctor/patient.ts';
import { inspectDaemon } from '../engines/buildkit/inspect.ts';
import type { BuildKitOptions } from '../engines/buildkit/engine.ts';
import { isForeign, ownCpu } from '../engines/embedded/foreign-cpus.ts';
import { greet, hostFor, lookUpHosts } from '../doctor/servers.ts';
import { findTools } from '../engines/embedded/tools.ts';
import type { Context } from '../report/context.ts';
import { Failure } from '../report/failure.ts';
import { removeTree, Store } from '../store/store.ts';
import { buildsHereToo, chosenBuilders } from './building/builders.ts';
import { chosenDaemon } from './building/choose-engine.ts';
import type { EngineChoice } from './building/engine-choice.ts';
import { foreignCpusOf, withEmulator } from './diagnosing/doctor-emulators.ts';
import { applyFixes, type Fixed } from './diagnosing/doctor-fixes.ts';
import { DoctorSources } from './diagnosing/doctor-sources.ts';
import { probeInStep, probeOnDaemon } from './diagnosing/probe-step.ts';

export interface DoctorReport {
  readonly findings: readonly Finding[];
  /** What was done about them, after which they were looked for again. */
  readonly fixed: readonly Fixed[];
  readonly milliseconds: number;
}

export interface DoctorRequest {
  /** Names or globs; every target where there is none. */
  readonly targets: readonly string[];
  readonly engine?: EngineChoice | undefined;
  /** Steps of other CPUs are tried too. */
  readonly emulated: boolean;
  /** Does what can be done about what is found, and looks again. */
  readonly fix: boolean;
}

/** Some checks alone, by their ids. */
export function askChecks(context: Context, only: readonly string[]): Promise<Finding[]> {
  return examineOnce(context, { targets: [], emulated: false, only });
}

export async function examineHere(context: Context, request: DoctorRequest): Promise<DoctorReport> {
  const started = performance.now();
  let findings = await examineOnce(context, request);
  const fixed = request.fix ? await applyFixes(context, findings) : [];
  if (fixed.length > 0) findings = await examineOnce(context, request);
  return { findings, fixed, milliseconds: performance.now() - started };
}

interface Examination extends Omit<DoctorRequest, 'fix'> {
  readonly only?: readonly string[];
}

async function examineOnce(context: Context, request: Examination): Promise<Finding[]> {
  const project = readHere(context, request);
  const store = once(() => Store.open(context.store));
  const scratch = once(async () => {
    try {
      return await (await store()).temporaryFolder();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      return mkdtempSync(join(tmpdir(), 'targetry-doctor-'));
    }
  });
  const here = project instanceof Failure ? undefined : project;
  const { isHere, places } = whereSteps(context, request, here?.project);
  const daemons = once(() => Promise.all(places.map((place) => asked(context, place))));
  const sources = once(async () => new DoctorSources(context, await store(), here));
  const repositories = once(async () => (await sources()).repositories());
  const names = once(async () => {
    const addresses = (await repositories()).flatMap(({ indexes }) => indexes);
    const hosts = addresses.flatMap((address) => hostFor(address, context.env) ?? []);
    return lookUpHosts([...new Set(hosts)]);
  });
  const patient: Patient = {
    context,
    tools: findTools(context.env['PATH']),
    store,
    scratch,
    host: once(async () => runHere(await scratch())),
    engine: isHere ? 'embedded' : 'buildkit',
    daemons,
    inStep: onceFor(async (cpu) => {
      const place = { store: await store(), scratch: await scratch(), cpu };
      if (!isHere) return probeOnDaemon(context, place, places[firstAnswering(await daemons())]!);
      if (!isForeign(cpu)) return probeInStep(context, place);
      return withEmulator(context, place.store, cpu, (emulators) =>
        probeInStep(context, { ...place, emulators }),
      );
    }),
    emulatedCpus: request.emulated ? foreignCpusOf(project) : undefined,
    project,
    repositories,
    names,
    greetings: once(async () => greet(context, await repositories(), await names())),
    lock: once(async () => (await sources()).lock()),
    unchosen: once(async () => (await sources()).unchosen(await names())),
  };
  try {
    return await examine(fittingChecks(request, { isHere, places }), patient);
  } finally {
    await sources().then(
      (one) => one.close(),
      () => {},
    );
    await removeTree(await scratch()).catch(() => {});
  }
}

interface StepPlaces {
  readonly isHere: boolean;
  /** Daemons, besides this machine or in its place. */
  readonly places: readonly AskedPlace[];
}

/** Where the steps of a build would run. */
function whereSteps(context: Context, { engine }: Examination, project: Project | undefined): StepPlaces {
  const builders = chosenBuilders(context, engine, project);
  if (builders.length > 0) return { isHere: buildsHereToo(engine, builders), places: builders };
  // Where this machine could do it and a daemon only might, the machine is what is asked about.
  const daemon = engine?.name === 'auto' ? undefined : chosenDaemon(context, engine);
  return { isHere: daemon === undefined, places: daemon === undefined ? [] : [daemon] };
}

function fittingChecks({ only }: Examination, { isHere, places }: StepPlaces): readonly Check<unknown>[] {
  const engines = [...(isHere ? ['embedded'] : []), ...(places.length > 0 ? ['buildkit'] : [])];
  return checks.filter(
    ({ id, group, engines: fits }) =>
      only?.includes(id) !== false &&
      (fits === undefined || fits.some((engine) => engines.includes(engine))) &&
      // Elsewhere there is no /proc to read the rest from.
      (process.platform === 'linux' || group !== 'machine' || ['kernel', 'disk', 'store'].includes(id)),
  );
}

type AskedPlace = Pick<BuildKitOptions, 'address' | 'tls'> & Pick<DaemonHere, 'cpu'>;

async function asked({ env, signal }: Context, place: AskedPlace): Promise<DaemonHere> {
  const { cpu } = place;
  try {
    return { facts: await inspectDaemon({ ...place, env, signal }), cpu };
  } catch (error) {
    if (error instanceof Failure && error.code !== 'canceled') return { facts: error, cpu };
    throw error;
  }
}

function firstAnswering(daemons: readonly DaemonHere[]): number {
  return Math.max(
    0,
    daemons.findIndex(({ facts }) => !(facts instanceof Failure)),
  );
}

function once<Value>(work: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined;
  return () => (made ??= work());
}

function onceFor<Key, Value>(work: (key: Key) => Promise<Value>): (key: Key) => Promise<Value> {
  const made = new Map<Key, Promise<Value>>();
  return (key) => {
    const value = made.get(key) ?? work(key);
    made.set(key, value);
    return value;
  };
}

function readHere({ cwd }: Context, { targets }: Pick<DoctorRequest, 'targets'>): Patient['project'] {
  let here: ReturnType<typeof readProject>;
  try {
    const folder = targets.length > 0 ? findProject(cwd) : findProjectIfAny(cwd);
    if (folder === undefined) return undefined;
    here = readProject(folder, cwd);
  } catch (error) {
    if (!(error instanceof Failure) || targets.length > 0) throw error;
    return error;
  }
  return { ...here, targets: selectTargets(here.project, targets) };
}

async function runHere(folder: string): Promise<ProbeRun> {
  const cpu = ownCpu;
  if (!hasProbe(cpu)) return {};
  const program = join(folder, 'probe');
  writeFileSync(program, probeProgram(cpu, { files: false }), { mode: 0o700 });
  return new Promise((resolve) => {
    execFile(program, { encoding: 'buffer' }, (error, output) => {
      const answers = error === null ? readAnswers(cpu, { files: false, output, code: 0 }) : undefined;
      const said = error?.message ?? 'it printed no table';
      resolve(answers === undefined ? { said } : { answers, now: Date.now() });
    });
  });
}

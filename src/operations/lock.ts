import { writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Arch } from '../abi/cpu.ts';
import type { Libc } from '../abi/libc.ts';
import { canceler } from '../base/canceler.ts';
import { endOfLifeWarnings } from '../config/end-of-life.ts';
import type { Project, Target } from '../config/project.ts';
import { compareSections, type SectionChange } from '../lock/compare.ts';
import { lockJson } from '../lock/json.ts';
import { lockName } from '../lock/lock-name.ts';
import type { Lock, LockedEnvironment } from '../lock/lock.ts';
import { readLock } from '../lock/read.ts';
import { findLocked, type LockRequest } from '../lock/request.ts';
import { isSection, sectionOf } from '../lock/section.ts';
import { writeLock } from '../lock/write.ts';
import type { Context } from '../report/context.ts';
import type { Diagnostic } from '../report/diagnostic.ts';
import { spokenName } from '../report/spoken-name.ts';
import { placeOutput } from '../roots/place-output.ts';
import { Store } from '../store/store.ts';
import { keepPackages, type Kept } from './locking/keep-packages.ts';
import { rememberProject } from './known-projects.ts';
import {
  commandRequests,
  isOfUse,
  targetRequests,
  uniqueRequests,
  type LockChoice,
} from './locking/lock-requests.ts';
import type { ServerOptions } from './locking/package-sources.ts';
import { emulatorRequests } from './preparing/emulator-requests.ts';
import { projectHere } from './project-here.ts';
import { SourcesOnDemand } from './locking/sources-on-demand.ts';
import { runTask } from './run-task.ts';
import { sectionSize } from './locking/section-size.ts';

export interface LockCommand extends ServerOptions, LockChoice {
  /** Solves every environment again, also those that are up to date. */
  readonly update: boolean;
  /** Where every package is kept beside the project, relative to where the user works. */
  readonly keep?: string | undefined;
  readonly set?: readonly string[] | undefined;
}

/** What the lock holds now, and what of it was decided anew. */
export interface LockResult {
  readonly lock: Lock;
  readonly changes: readonly SectionChange[];
  readonly kept: Kept | undefined;
  /** The document of `--format json`. */
  readonly json: object;
}

/** `targetry lock`: every environment for every CPU that a target needs, and what emulates those CPUs. */
export async function lockProject(context: Context, command: LockCommand): Promise<LockResult> {
  const project = projectHere(context, command.set);
  const store = await Store.open(context.store);
  const sources = new SourcesOnDemand(context, store, project, command);
  try {
    const requests = commandRequests(project, command);
    const locked = await lockRequested(context, { project, requests, sources, update: command.update });
    const folder = command.keep ?? locked.lock.kept;
    if (folder === undefined) return { ...locked, kept: undefined };
    const kept = await keepPackages(context, {
      project,
      lock: locked.lock,
      store,
      sources: await sources.open(),
      command,
    });
    if (kept.lock !== locked.lock) await replaceLock(lockPath(project), kept.lock);
    return { ...locked, lock: kept.lock, kept };
  } finally {
    await sources.close();
  }
}

export interface LockCheck {
  /** Sections that the lock lacks, and those that were made from another configuration. */
  readonly outdated: readonly { readonly request: LockRequest; readonly known: boolean }[];
  /** Sections of environments that are not in the configuration any more. */
  readonly unused: readonly LockedEnvironment[];
  readonly checked: number;
  readonly json: object;
}

/** `targetry lock --check`: whether configuration and lock agree. It asks no server and writes nothing. */
export async function checkLock(context: Context, command: LockCommand): Promise<LockCheck> {
  const project = projectHere(context, command.set);
  const lock = await readLock(lockPath(project), relative(context.cwd, lockPath(project)));
  const requests = commandRequests(project, command);
  const outdated = requests
    .filter((request) => findLocked(lock, request) === undefined)
    .map((request) => ({ request, known: lock !== undefined && sectionOf(lock, request) !== undefined }));
  const unused = (lock?.environments ?? []).filter(
    (one) => ['environment', 'sysroot'].includes(one.role) && !isOfUse(one, project),
  );
  const json = {
    ...lockJson(lock ?? { environments: [] }),
    outdated: outdated.map(({ request: { name, arch } }) => ({ name, arch })),
    unused: unused.map(({ name, arch }) => ({ name, arch })),
  };
  return { outdated, unused, checked: requests.length, json };
}

interface LockSection {
  readonly project: Project;
  readonly request: LockRequest;
  readonly sources: SourcesOnDemand;
}

/** One section: for commands that run nothing, and need what is in one root or sysroot. */
export async function lockSection(
  context: Context,
  { project, request, sources }: LockSection,
): Promise<{ readonly lock: Lock; readonly locked: LockedEnvironment }> {
  const { lock } = await lockRequested(context, { project, requests: [request], sources, update: false });
  return { lock, locked: findLocked(lock, request)! };
}

interface LockProof {
  readonly project: Project;
  readonly requests: readonly LockRequest[];
  /** The CPUs that are run. */
  readonly arches: readonly Arch[];
  readonly sources: SourcesOnDemand;
}

/** What runs in roots of these requests need. */
export function lockProof(
  context: Context,
  { project, requests, arches, sources }: LockProof,
): Promise<LockResult> {
  const emulators = emulatorRequests(arches.map((builder) => ({ builder })));
  const all = [...uniqueRequests(requests), ...emulators];
  return lockRequested(context, { project, requests: all, sources, update: false });
}

interface LockTargets {
  readonly project: Project;
  readonly targets: readonly Target[];
  readonly sources: SourcesOnDemand;
}

/** What a build of these targets needs. */
export function lockTargets(
  context: Context,
  { project, targets, sources }: LockTargets,
): Promise<LockResult> {
  const requests = targetRequests(project, targets);
  return lockRequested(context, { project, requests, sources, update: false });
}

interface LockRequested {
  readonly project: Project;
  readonly requests: readonly LockRequest[];
  readonly sources: SourcesOnDemand;
  readonly update: boolean;
}

/** Locks what isn't locked yet, and keeps the file as it is where nothing is missing. */
async function lockRequested(
  context: Context,
  { project, requests, sources, update }: LockRequested,
): Promise<LockResult> {
  const path = lockPath(project);
  const before = await readLock(path, relative(context.cwd, path));
  const missing = requests.filter((request) => update || findLocked(before, request) === undefined);
  if (missing.length === 0 && before !== undefined) {
    await rememberProject(sources.store, project, before);
    return { lock: before, changes: [], kept: undefined, json: lockJson(before) };
  }

  const changes = await solveEach(context, { project, requests: missing, sources, before });
  const solved = changes.map(({ section }) => section);
  const others = (before?.environments ?? []).filter(
    (one) =>
      // Also what is of use to this command alone: an end of a promise that no proof of the project names.
      (isOfUse(one, project) || requests.some((request) => isSection(one, request))) &&
      // What a proof takes is known when there is something to prove: the next one decides it anew.
      !(update && one.role === 'proof') &&
      !solved.some((other) => isSection(one, other)),
  );
  const lock: Lock = { ...before, environments: [...others, ...solved] };
  await replaceLock(path, lock);
  await rememberProject(sources.store, project, lock);
  return { lock, changes, kept: undefined, json: { ...lockJson(lock), ...(update && changesJson(changes)) } };
}

interface Solving extends Omit<LockRequested, 'update'> {
  readonly before: Lock | undefined;
}

/** Decides the packages of each request, all at once, and says how that differs from the lock of before. */
async function solveEach(
  context: Context,
  { project, requests, sources, before }: Solving,
): Promise<readonly SectionChange[]> {
  const tell = tellOnce(context);
  // An old release is what a sysroot is for.
  const environments = requests.flatMap(({ name, role }) =>
    role === 'sysroot' ? [] : (project.environments.get(name) ?? []),
  );
  for (const diagnostic of endOfLifeWarnings(new Set(environments), new Date())) tell(diagnostic);
  const tasks = requests.map((request) => ({
    id: `lock ${spokenName(request)} ${request.arch}`,
    request,
  }));
  context.emit({ type: 'planned', tasks: tasks.map(({ id }) => ({ id, name: id })) });
  // The solvers and their indexes, for which a lock that says it all has no use.
  const { lockEnvironment } = await import('./locking/lock-environment.ts');
  const stop = canceler();
  const inTime = { ...context, signal: AbortSignal.any([context.signal, stop.signal]) };
  const solving = tasks.map(({ id, request }) =>
    runTask(inTime, id, async () => {
      const { locked, warnings, libc } = await lockEnvironment(request, await sources.open(), {
        emit: context.emit,
        task: id,
      });
      const guesses = wrongGuesses(project.targets, request.name, libc);
      for (const diagnostic of [...warnings, ...guesses]) tell(diagnostic);
      const change = compareSections(before && sectionOf(before, request), locked);
      return { value: change, note: sectionSize(locked) };
    }),
  );
  return Promise.all(solving).catch(async (error: unknown) => {
    // What is under way ends before it is said why, and did not fail by itself.
    stop.abort();
    await sources.close();
    await Promise.allSettled(solving);
    throw error;
  });
}

/** What several CPUs have in common, as an index, would be told for each. */
function tellOnce({ emit }: Context): (diagnostic: Diagnostic) => void {
  const told = new Set<string>();
  return (diagnostic) => {
    const key = `${diagnostic.at?.line} ${diagnostic.message}`;
    if (!told.has(key)) emit({ type: 'noticed', diagnostic });
    told.add(key);
  };
}

/** Targets that were taken for another libc than their root turns out to have. */
function wrongGuesses(targets: readonly Target[], name: string, libc: Libc | undefined): Diagnostic[] {
  return targets
    .filter((one) => one.environment.name === name && one.libcGuessed && libc && one.libc !== libc)
    .map((one) => ({
      code: 'libc-guessed',
      severity: 'warning',
      message: `target \`${one.name}\` is taken for ${one.libc}, and its root is of ${libc}`,
      hint: `add \`libc: ${libc}\` to the target; or \`libc: ${one.libc}\`, if its steps compile for that`,
      at: one.at,
    }));
}

function changesJson(changes: readonly SectionChange[]): object {
  return {
    changes: changes.map(({ section: { name, arch }, packages }) => ({ name, arch, packages })),
  };
}

export function lockPath(project: Project): string {
  return join(project.folder, lockName);
}

/** The old text or the new, never a part of one, also when the power fails. */
async function replaceLock(path: string, lock: Lock): Promise<void> {
  await placeOutput(path, 'file', (temporary) => writeFile(temporary, writeLock(lock), { flush: true }));
}

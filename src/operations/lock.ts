import { writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { archHere, type Arch } from '../abi/cpu.ts';
import { endOfLifeWarnings } from '../config/end-of-life.ts';
import type { Libc, Project, Target } from '../config/project.ts';
import { findProject, readProject } from '../config/read.ts';
import { isMadeFor } from '../config/proof-environment.ts';
import { isFor, selectEnvironments } from '../config/select.ts';
import { compareSections, type SectionChange } from '../lock/compare.ts';
import { lockJson } from '../lock/json.ts';
import type { Lock, LockedEnvironment } from '../lock/lock.ts';
import { readLock } from '../lock/read.ts';
import { findLocked, type LockRequest } from '../lock/request.ts';
import { writeLock } from '../lock/write.ts';
import type { Context } from '../report/context.ts';
import type { Diagnostic } from '../report/diagnostic.ts';
import { placeOutput } from '../roots/place-output.ts';
import { Store } from '../store/store.ts';
import { emulatorRequests, servesBuilders } from './emulator.ts';
import { lockRequestOf, sysrootRequests } from './environment-request.ts';
import { keepPackages, type Kept } from './keep-packages.ts';
import { rememberProject } from './known-projects.ts';
import { namedArches } from './named-arches.ts';
import type { ServerOptions } from './package-sources.ts';
import { SourcesOnDemand } from './sources-on-demand.ts';
import { runTask } from './run-task.ts';
import { sectionSize } from './section-size.ts';

export interface LockCommand extends ServerOptions {
  /** Names or globs; every environment where there is none. */
  readonly environments: readonly string[];
  /** `x64,arm64`, instead of the CPUs of the targets. */
  readonly arches?: string | undefined;
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
  const { project } = readProject(findProject(context.cwd), context.cwd, command.set);
  const store = await Store.open(context.store);
  const sources = new SourcesOnDemand(context, store, project, command);
  try {
    const requests = allRequests(project, command);
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
  const { project } = readProject(findProject(context.cwd), context.cwd, command.set);
  const lock = await readLock(lockPath(project), relative(context.cwd, lockPath(project)));
  const requests = allRequests(project, command);
  const outdated = requests
    .filter((request) => findLocked(lock, request) === undefined)
    .map((request) => ({ request, known: lock !== undefined && sectionFor(lock, request) !== undefined }));
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

interface LockRoots {
  readonly project: Project;
  readonly roots: readonly Pick<Target, 'environment' | 'builder'>[];
  readonly sources: SourcesOnDemand;
}

/** What these environments need to be roots, in which nothing has to run. */
export function lockRoots(context: Context, { project, roots, sources }: LockRoots): Promise<LockResult> {
  const requests = rootRequests(roots);
  return lockRequested(context, { project, requests, sources, update: false });
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

interface LockSysroot {
  readonly project: Project;
  readonly target: Pick<Target, 'environment' | 'arch'>;
  readonly sources: SourcesOnDemand;
}

/** What is compiled against for one CPU, by whatever compiler: the sysroot of the environment, else the packages of its root. */
export async function lockSysroot(
  context: Context,
  { project, target, sources }: LockSysroot,
): Promise<{ readonly lock: Lock; readonly locked: LockedEnvironment }> {
  const [own] = sysrootRequests(target);
  const request = own ?? lockRequestOf(target.environment, target.arch);
  const { lock } = await lockRequested(context, { project, requests: [request], sources, update: false });
  return { lock, locked: findLocked(lock, request)! };
}

interface LockLibraries {
  readonly project: Project;
  readonly request: LockRequest;
  readonly sources: SourcesOnDemand;
}

/** One section, of whatever role. */
export function lockLibraries(
  context: Context,
  { project, request, sources }: LockLibraries,
): Promise<LockResult> {
  return lockRequested(context, { project, requests: [request], sources, update: false });
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
  const requests = [
    ...uniqueRequests([...rootRequests(targets), ...imageRequests(project, targets)]),
    ...uniqueRequests(targets.flatMap(sysrootRequests)),
    ...emulatorRequests(targets),
  ];
  return lockRequested(context, { project, requests, sources, update: false });
}

/** Environments in which images are tested, for the CPUs of what is tested. */
function imageRequests({ images }: Project, targets: readonly Target[]): readonly LockRequest[] {
  return images.flatMap((rule) => {
    const { environment } = rule;
    if (environment === undefined) return [];
    return targets.filter((one) => isFor(rule, one)).map(({ arch }) => lockRequestOf(environment, arch));
  });
}

function rootRequests(roots: LockRoots['roots']): readonly LockRequest[] {
  return uniqueRequests(roots.map(({ environment, builder }) => lockRequestOf(environment, builder)));
}

/**
 * All that `targetry lock` is asked for. An emulator belongs to the project, not to one of its environments, and a project
 * without steps runs nothing.
 */
function allRequests(project: Project, command: LockCommand): readonly LockRequest[] {
  const runs = command.environments.length === 0 && project.steps.length > 0;
  const emulators = runs ? emulatorRequests(project.targets) : [];
  const chosen = selectEnvironments(project, command.environments);
  const images = imageRequests(project, project.targets).filter((one) =>
    chosen.some(({ name }) => name === one.name),
  );
  return [...uniqueRequests([...lockRequests(project, command), ...images]), ...emulators];
}

/**
 * One for each environment that is named and each CPU: those of its targets, this machine's where it has none. With them
 * go their sysroots, for the CPUs of the results.
 */
export function lockRequests(
  project: Project,
  { environments, arches }: Pick<LockCommand, 'environments' | 'arches'>,
): readonly LockRequest[] {
  const named = namedArches(arches);
  return uniqueRequests(
    selectEnvironments(project, environments).flatMap((environment) => {
      const used = project.targets.filter((target) => target.environment === environment);
      const own = used.length === 0 ? [archHere()] : used.map(({ builder }) => builder);
      const results = used.length === 0 ? [archHere()] : used.map(({ arch }) => arch);
      const roots = environment.sysroot === undefined && named.length > 0 ? named : own;
      return [
        ...roots.map((arch) => lockRequestOf(environment, arch)),
        ...(named.length > 0 ? named : results).flatMap((arch) => sysrootRequests({ environment, arch })),
      ];
    }),
  );
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

  // An old release is what a sysroot is for.
  const named = new Set(
    missing.flatMap(({ name, role }) => (role === 'sysroot' ? [] : (project.environments.get(name) ?? []))),
  );
  const tell = tellOnce(context);
  for (const diagnostic of endOfLifeWarnings(named, new Date())) tell(diagnostic);
  const tasks = missing.map((request) => {
    const { name, role, arch } = request;
    return { id: `lock ${role === 'sysroot' ? 'sysroot of ' : ''}${name} ${arch}`, request };
  });
  context.emit({ type: 'planned', tasks: tasks.map(({ id }) => ({ id, name: id })) });
  // The solvers and their indexes, for which a lock that says it all has no use.
  const { lockEnvironment } = await import('./lock-environment.ts');
  const changes = await Promise.all(
    tasks.map(({ id, request }) =>
      runTask(context, id, async () => {
        const { locked, warnings, libc } = await lockEnvironment(request, await sources.open(), {
          emit: context.emit,
          task: id,
        });
        const guesses = wrongGuesses(project.targets, request.name, libc);
        for (const diagnostic of [...warnings, ...guesses]) tell(diagnostic);
        const change = compareSections(before && sectionFor(before, request), locked);
        return { value: change, note: sectionSize(locked) };
      }),
    ),
  );
  const solved = changes.map(({ section }) => section);
  const others = before?.environments.filter(
    (one) =>
      isOfUse(one, project) &&
      // What a proof takes is known when there is something to prove: the next one decides it anew.
      !(update && one.role === 'proof') &&
      !solved.some((other) => isSection(one, other)),
  );
  const lock: Lock = { ...before, environments: [...(others ?? []), ...solved] };
  await replaceLock(path, lock);
  await rememberProject(sources.store, project, lock);
  return { lock, changes, kept: undefined, json: { ...lockJson(lock), ...(update && changesJson(changes)) } };
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

/** However many targets share one. */
function uniqueRequests(requests: readonly LockRequest[]): readonly LockRequest[] {
  return [...new Map(requests.map((one) => [`${one.role} ${one.name} ${one.arch}`, one])).values()];
}

/** Whether it could still be asked for, if not by the targets of today's command, or on this machine. */
function isOfUse(locked: LockedEnvironment, { environments, targets, proof }: Project): boolean {
  switch (locked.role) {
    case 'tool':
      return servesBuilders(locked, targets);
    case 'proof':
      return proof.some((rule) => rule.in.some(({ name }) => isMadeFor(name, locked.name)));
    case 'environment':
      return environments.has(locked.name);
    case 'sysroot':
      return environments.get(locked.name)?.sysroot !== undefined;
  }
  return locked.role satisfies never;
}

type SectionName = Pick<LockedEnvironment, 'name' | 'role' | 'arch'>;

/** Whatever it was made from. */
function sectionFor(lock: Lock, wanted: SectionName): LockedEnvironment | undefined {
  return lock.environments.find((one) => isSection(one, wanted));
}

function isSection(one: SectionName, other: SectionName): boolean {
  return one.name === other.name && one.role === other.role && one.arch === other.arch;
}

export function lockPath(project: Project): string {
  return join(project.folder, 'targetry.lock');
}

/** The old text or the new, never a part of one, also when the power fails. */
async function replaceLock(path: string, lock: Lock): Promise<void> {
  await placeOutput(path, 'file', (temporary) => writeFile(temporary, writeLock(lock), { flush: true }));
}

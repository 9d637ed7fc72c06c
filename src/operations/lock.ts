import { randomBytes } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Project, Target } from '../config/project.ts';
import { findProject, readProject } from '../config/read.ts';
import { lockJson } from '../lock/json.ts';
import type { Lock, LockedEnvironment } from '../lock/lock.ts';
import { readLock } from '../lock/read.ts';
import { findLocked, type LockRequest } from '../lock/request.ts';
import { writeLock } from '../lock/write.ts';
import type { Context } from '../report/context.ts';
import { Store } from '../store/store.ts';
import { lockEnvironment, lockRequestOf } from './lock-environment.ts';
import { PackageSources } from './package-sources.ts';
import { runTask } from './run-task.ts';

export interface LockCommand {
  /** Solves every environment again, also those that are up to date. */
  readonly update: boolean;
  readonly mirror?: string | undefined;
  readonly set?: readonly string[] | undefined;
}

/** What the lock holds now, and which of it was decided anew. */
export interface LockResult {
  readonly lock: Lock;
  readonly solved: readonly LockedEnvironment[];
  /** The document of `--format json`. */
  readonly json: object;
}

/** `targetry lock`: every environment for every CPU that a target needs. */
export async function lockProject(context: Context, command: LockCommand): Promise<LockResult> {
  const { project } = readProject(findProject(context.cwd), context.cwd, command.set);
  const store = await Store.open(context.store);
  const sources = new PackageSources(context, store, command.mirror);
  try {
    return await lockTargets(context, { project, targets: project.targets, sources, update: command.update });
  } finally {
    await sources.close();
    store.settle();
  }
}

interface LockTargets {
  readonly project: Project;
  /** Or whatever else needs an environment for a CPU. */
  readonly targets: readonly Pick<Target, 'environment' | 'builder'>[];
  readonly sources: PackageSources;
  readonly update?: boolean;
}

/** Locks what the targets need and isn't locked yet, and keeps the file as it is where nothing is missing. */
export async function lockTargets(
  context: Context,
  { project, targets, sources, update = false }: LockTargets,
): Promise<LockResult> {
  const path = join(project.folder, 'targetry.lock');
  const before = await readLock(path, relative(context.cwd, path));
  const missing = requestsOf(targets).filter(
    (request) => update || findLocked(before, request) === undefined,
  );
  if (missing.length === 0 && before !== undefined)
    return { lock: before, solved: [], json: lockJson(before) };

  const tasks = missing.map((request) => ({ id: `lock ${request.name} ${request.arch}`, request }));
  context.emit({ type: 'planned', tasks: tasks.map(({ id }) => ({ id, name: id })) });
  const solved = await Promise.all(
    tasks.map(({ id, request }) =>
      runTask(context, id, async () => {
        const { locked, warnings } = await lockEnvironment(request, sources);
        for (const diagnostic of warnings) context.emit({ type: 'noticed', diagnostic });
        return { value: locked, note: `${locked.packages.length} packages` };
      }),
    ),
  );
  const kept = before?.environments.filter(
    (one) => project.environments.has(one.name) && !solved.some((other) => sameSection(one, other)),
  );
  const lock = { environments: [...(kept ?? []), ...solved] };
  await replaceFile(path, writeLock(lock));
  return { lock, solved, json: lockJson(lock) };
}

/** One for each environment and CPU, however many targets share it. */
function requestsOf(targets: LockTargets['targets']): LockRequest[] {
  const requests = new Map(
    targets.map(({ environment, builder }) => [
      `${environment.name} ${builder}`,
      lockRequestOf(environment, builder),
    ]),
  );
  return [...requests.values()];
}

function sameSection(one: LockedEnvironment, other: LockedEnvironment): boolean {
  return one.name === other.name && one.role === other.role && one.arch === other.arch;
}

/** The old text or the new, never a part of one. */
async function replaceFile(path: string, text: string): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    await writeFile(temporary, text);
    await rename(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
}

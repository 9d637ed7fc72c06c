/**
 * Packages beside the project, so that a lock survives what its repositories delete. The folder holds files by their
 * hash alone, as the store does, and may be committed (with Git LFS) or carried along; builds look there first.
 */
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { counted } from '../../base/units.ts';
import type { Project } from '../../config/project.ts';
import type { Lock } from '../../lock/lock.ts';
import { fetchPackages, keptPath } from '../../packages/fetch.ts';
import type { Context } from '../../report/context.ts';
import { Failure } from '../../report/failure.ts';
import { archivesOf } from '../../roots/locked-archives.ts';
import type { Store } from '../../store/store.ts';
import type { PackageSources } from './package-sources.ts';
import { runTask } from '../run-task.ts';

export interface Kept {
  /** The folder, relative to the project. */
  readonly folder: string;
  readonly files: number;
  readonly added: number;
  readonly removed: number;
  readonly lock: Lock;
}

interface KeepRequest {
  readonly project: Project;
  readonly lock: Lock;
  readonly store: Store;
  readonly sources: PackageSources;
  /** Relative to where the user works; without it, the folder that the lock names. */
  readonly command: { readonly keep?: string | undefined };
}

/** The absolute path of the folder that a lock names. */
export function keptFolder(project: Project, lock: Lock): string | undefined {
  return lock.kept === undefined ? undefined : join(project.folder, lock.kept);
}

/** Makes the folder hold what the lock names and nothing else. */
export async function keepPackages(
  context: Context,
  { project, lock, store, sources, command }: KeepRequest,
): Promise<Kept> {
  const folder = command.keep === undefined ? keptFolder(project, lock)! : resolve(context.cwd, command.keep);
  const inside = relative(project.folder, folder);
  if (inside === '' || inside.startsWith('..')) {
    throw new Failure('usage', `${command.keep} is not a folder in the project`, {
      hint: 'keep packages in a folder of their own: `--keep vendor/packages`',
    });
  }
  const task = `keep packages in ${inside}`;
  context.emit({ type: 'planned', tasks: [{ id: task, name: task }] });
  return runTask(context, task, async () => {
    for (const locked of lock.environments) {
      const { client } = sources;
      const progress = { emit: context.emit, task };
      const addresses = await sources.addresses(locked);
      await fetchPackages(archivesOf(locked), { client, store, addresses, kept: folder, progress });
    }
    const wanted = new Set(lock.environments.flatMap((one) => archivesOf(one).map(({ sha256 }) => sha256)));
    const present = new Set(await keptIn(folder));
    const missing = [...wanted].filter((sha256) => !present.has(sha256));
    for (const sha256 of missing) await putFile(store.blobPath(sha256), keptPath(folder, sha256));
    const stale = [...present].filter((sha256) => !wanted.has(sha256));
    for (const sha256 of stale) await rm(keptPath(folder, sha256));
    const value = {
      folder: inside,
      files: wanted.size,
      added: missing.length,
      removed: stale.length,
      lock: lock.kept === inside ? lock : { ...lock, kept: inside },
    };
    return { value, note: counted(wanted.size, 'package') };
  });
}

async function keptIn(folder: string): Promise<string[]> {
  if (!existsSync(folder)) return [];
  const names = await readdir(folder, { recursive: true });
  return names.flatMap((name) => /^[0-9a-f]{2}\/([0-9a-f]{64})$/.exec(name)?.[1] ?? []);
}

/** Under its name only when it is whole. */
async function putFile(from: string, to: string): Promise<void> {
  const temporary = `${to}.part`;
  await mkdir(dirname(to), { recursive: true });
  try {
    await copyFile(from, temporary);
    await rename(temporary, to);
  } finally {
    await rm(temporary, { force: true });
  }
}

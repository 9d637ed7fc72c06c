/**
 * What earlier builds left in `dist/` and none makes any more: an artifact that has another name by now, an image of another
 * version, the logs of a step that is gone. Of artifacts and images only those go that the last record names, and that are
 * still what it says of them; all else in `dist/` belongs to the user.
 */
import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { removePlaced, type Placement } from '../../artifacts/place.ts';
import type { Project } from '../../config/project.ts';
import type { BuildPlan } from '../../plan/plan.ts';
import { logsFolder } from './collect-artifacts.ts';
import { filesOfRecord, readLastRecord, type EarlierFile } from './last-record.ts';

export interface Outdated {
  readonly files: readonly EarlierFile[];
  /** Those whose logs are known: built now, or gone from the project. */
  readonly targets: ReadonlySet<string>;
}

/** `made` are the names under `dist/` that the build itself writes. What other targets have there is `kept`. */
export function outdatedFiles(
  project: Project,
  plan: BuildPlan,
  made: ReadonlySet<string>,
): { readonly outdated: Outdated; readonly kept: readonly EarlierFile[] } {
  const last = readLastRecord(project);
  const known = new Set(project.targets.map(({ name }) => name));
  const gone = last.targets.map(({ name }) => name).filter((name) => !known.has(name));
  const targets = new Set([...plan.targets.map(({ target }) => target.name), ...gone]);
  const isOutdated = (file: EarlierFile) =>
    file.targets.every((name) => targets.has(name) || !known.has(name));
  // Some disks take two names that differ in case alone for one file.
  const folded = new Set([...made].map(foldCase));
  const left = filesOfRecord(last).filter(({ path }) => !folded.has(foldCase(path)));
  const kept = left.filter(
    (file) => !isOutdated(file) && existsSync(join(project.folder, 'dist', file.path)),
  );
  return { outdated: { files: left.filter(isOutdated), targets }, kept };
}

function foldCase(path: string): string {
  return path.normalize().toLowerCase();
}

export async function removeOutdated(
  dist: string,
  { files, targets }: Outdated,
  placed: readonly Placement[],
): Promise<void> {
  await removePlaced(dist, files);
  const logs = join(dist, logsFolder);
  const kept = new Set(placed.map(({ as }) => join(dist, as)));
  const folders = existsSync(logs) ? await readdir(logs) : [];
  for (const folder of folders.filter((name) => targets.has(name))) {
    for (const name of await readdir(join(logs, folder))) {
      const path = join(logs, folder, name);
      if (/^\d+-.*\.log$/.test(name) && !kept.has(path)) await rm(path, { force: true });
    }
  }
}

import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  constants,
  existsSync,
  lstatSync,
  readFileSync,
  renameSync,
  statSync,
  type Stats,
} from 'node:fs';
import { copyFile, mkdir, readdir, rm, rmdir, stat } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { errorCode } from '../base/error-code.ts';
import { sha256OfFile } from '../base/sha256-of-file.ts';
import { whyUnwritable } from '../base/write-error.ts';
import { Failure } from '../report/failure.ts';

export interface Placement {
  /** The finished file. */
  readonly from: string;
  /** Its name under `dist/`, with folders where it has some. */
  readonly as: string;
  readonly executable: boolean;
  /** Nobody needs it where it was: on the same file system no bytes are written again. */
  readonly moved?: boolean;
}

/**
 * Puts files into `dist/` so that whoever looks sees the old one or the new one and nothing between: all are copied under
 * hidden names first, then renamed. Killed before the renames, it has changed nothing; what it left is swept the next time.
 * A file that is there already stays as it is.
 */
export async function placeArtifacts(dist: string, placements: readonly Placement[]): Promise<void> {
  const staged: { temporary: string; path: string }[] = [];
  const swept = new Set<string>();
  let path = dist;
  try {
    for (const { from, as, executable, moved } of placements) {
      path = join(dist, as);
      const folder = dirname(path);
      const there = lstatSync(path, { throwIfNoEntry: false });
      if (there?.isDirectory() === true) throw folderInTheWay(dist, path);
      if (there !== undefined && isSame(path, there, { from, mode: modeOf(executable) })) continue;
      if (!swept.has(folder)) await makeSwept(folder);
      swept.add(folder);
      const temporary = join(folder, `.${basename(path)}.part-${randomBytes(6).toString('hex')}`);
      staged.push({ temporary, path });
      if (moved !== true || !isMoved(from, temporary))
        await copyFile(from, temporary, constants.COPYFILE_FICLONE);
      chmodSync(temporary, modeOf(executable));
    }
    for (const one of staged) {
      ({ path } = one);
      renameSync(one.temporary, path);
    }
  } catch (error) {
    throw distFailure(error, dist, path);
  } finally {
    // Where nothing could be written there may be nothing to remove either; the first error is the one to tell.
    for (const { temporary } of staged)
      if (existsSync(temporary)) await rm(temporary, { force: true }).catch(() => undefined);
  }
}

/** As a record tells it. */
interface FileAsPlaced {
  /** Under `dist/`. */
  readonly path: string;
  readonly size: number;
  readonly sha256: string;
}

/**
 * Takes files out of `dist/` again that are still what was placed; one that was changed since stays, and so does what the
 * system refuses to remove. Folders that are empty then go too. A record may come from anywhere: it names nothing outside.
 */
export async function removePlaced(dist: string, files: readonly FileAsPlaced[]): Promise<void> {
  for (const file of files) {
    try {
      if (!isAsPlaced(dist, file)) continue;
      await rm(join(dist, file.path));
      for (let folder = dirname(file.path); folder !== '.'; folder = dirname(folder))
        await rmdir(join(dist, folder));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
    }
  }
}

function isAsPlaced(dist: string, { path, size, sha256 }: FileAsPlaced): boolean {
  const parts = path.split('/');
  if (parts.some((part) => ['', '.', '..'].includes(part))) return false;
  // A link would lead out of it.
  const folders = parts.slice(0, -1).map((_, index) => parts.slice(0, index + 1).join('/'));
  if (!folders.every((folder) => isFolder(join(dist, folder)))) return false;
  const found = lstatSync(join(dist, path), { throwIfNoEntry: false });
  return found?.isFile() === true && found.size === size && sha256OfFile(join(dist, path)) === sha256;
}

/** Not where another file system begins between them. */
function isMoved(from: string, to: string): boolean {
  try {
    renameSync(from, to);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EXDEV') return false;
    throw error;
  }
}

/** Worth a look where looking costs less than writing: most logs of a build that repeats another. */
const small = 1 << 16;

function isSame(path: string, there: Stats, { from, mode }: { from: string; mode: number }): boolean {
  if (!there.isFile() || there.size > small || (there.mode & 0o7777) !== mode) return false;
  if (there.size !== statSync(from).size) return false;
  // Node takes 64 KiB to read a file of no bytes, and most steps say nothing.
  return there.size === 0 || readFileSync(path).equals(readFileSync(from));
}

function modeOf(executable: boolean): number {
  return executable ? 0o755 : 0o644;
}

function isFolder(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function folderInTheWay(dist: string, path: string): Failure {
  return new Failure('dist-unwritable', `${shown(dist, path)} can't be written: a folder has its name`, {
    hint: 'remove the folder, or give the artifact another name with `as:`',
  });
}

function distFailure(error: unknown, dist: string, path: string): unknown {
  const reason = whyUnwritable(error);
  if (reason === undefined || error instanceof Failure) return error;
  return new Failure('dist-unwritable', `${shown(dist, path)} can't be written: ${reason}`, {
    why: (error as Error).message,
    cause: error,
  });
}

/** From the project's folder on, as in `dist/hello`. */
function shown(dist: string, path: string): string {
  return relative(dirname(dist), path);
}

/** Another build of the same project may be placing right now; what is older than a minute belongs to a dead one. */
async function makeSwept(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const name of await readdir(folder)) {
    if (!/^\..+\.part-[0-9a-f]{12}$/.test(name)) continue;
    const leftover = join(folder, name);
    const age = await stat(leftover).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    );
    if (age > 60_000) await rm(leftover, { force: true });
  }
}

import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { chmod, copyFile, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

export interface Placement {
  /** The finished file. */
  readonly from: string;
  /** Its name under `dist/`, with folders where it has some. */
  readonly as: string;
  readonly executable: boolean;
}

/**
 * Puts files into `dist/` so that whoever looks sees the old one or the new one and nothing between: all are copied under
 * hidden names first, then renamed. Killed before the renames, it has changed nothing; what it left is swept the next time.
 */
export async function placeArtifacts(dist: string, placements: readonly Placement[]): Promise<void> {
  const staged: { temporary: string; path: string }[] = [];
  try {
    for (const { from, as, executable } of placements) {
      const path = join(dist, as);
      await mkdir(dirname(path), { recursive: true });
      await sweepLeftovers(path);
      const temporary = join(dirname(path), `${leftoverPrefix(path)}${randomBytes(6).toString('hex')}`);
      staged.push({ temporary, path });
      await copyFile(from, temporary, constants.COPYFILE_FICLONE);
      await chmod(temporary, executable ? 0o755 : 0o644);
    }
    for (const { temporary, path } of staged) await rename(temporary, path);
  } finally {
    for (const { temporary } of staged) await rm(temporary, { force: true });
  }
}

function leftoverPrefix(path: string): string {
  return `.${basename(path)}.part-`;
}

/** Another build of the same project may be placing right now; what is older than a minute belongs to a dead one. */
async function sweepLeftovers(path: string): Promise<void> {
  for (const name of await readdir(dirname(path))) {
    if (!name.startsWith(leftoverPrefix(path))) continue;
    const leftover = join(dirname(path), name);
    const age = await stat(leftover).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    );
    if (age > 60_000) await rm(leftover, { force: true });
  }
}

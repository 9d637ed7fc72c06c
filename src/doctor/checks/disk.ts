import { rmSync, statfsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { bytes as amount } from '../../base/units.ts';
import type { Check, Diagnosis } from '../check.ts';

interface Found {
  readonly folder: string;
  readonly bytes: number;
  /** Undefined where the file system doesn't count files. */
  readonly files: number | undefined;
  /** That even a little could not be written, though there is room. */
  readonly refused?: string | undefined;
}

const megabyte = 1e6;
const least = { bytes: 256 * megabyte, files: 5_000 };
const usual = { bytes: 2_000 * megabyte, files: 50_000 };

export const disk: Check<Found> = {
  id: 'disk',
  group: 'machine',
  title: 'room in the store',
  proves: 'The file system of the store has room for packages, roots and layers: bytes, and files (inodes).',
  how: 'Asks the file system, and writes a megabyte.',
  costs:
    'A build ends in the middle with "No space left on device", or with what programs make of it: "invalid signature", "unexpected end of file".',
  cure: '`targetry cache prune --older-than 30d` removes what no lock in use needs; or set `TARGETRY_STORE` to a larger disk. `--fix` prunes.',
  probe({ context }) {
    const { folder, bytes, files } = roomAt(context.store);
    return { folder, bytes, files, refused: bytes < least.bytes ? undefined : writeTrial(folder) };
  },
  judge({ folder, bytes, files, refused }): Diagnosis {
    const cure =
      'free some room, or set TARGETRY_STORE to another disk: `targetry cache prune --older-than 30d`';
    const room = `${amount(bytes)}${files === undefined ? '' : ` and ${files} inodes`} are free at ${folder}`;
    if (refused !== undefined)
      return { status: 'fail', found: `${room}, and yet nothing can be written: ${refused}`, cure };
    const [few, none] = [usual, least].map(
      (limit) => bytes < limit.bytes || (files ?? Infinity) < limit.files,
    );
    if (none === true)
      return { status: 'fail', found: `only ${room}, and one environment may need more`, cure, fix: 'prune' };
    if (few === true) return { status: 'warn', found: `only ${room}`, cure, fix: 'prune' };
    return { status: 'ok', found: room };
  },
};

/** Of the folder, or of the nearest one above it that is there. */
function roomAt(folder: string): { folder: string; bytes: number; files: number | undefined } {
  try {
    const { bavail, bsize, files, ffree } = statfsSync(folder);
    return { folder, bytes: bavail * bsize, files: files === 0 ? undefined : ffree };
  } catch (error) {
    if (folder === dirname(folder)) throw error;
    return roomAt(dirname(folder));
  }
}

/** Who has no right to write there at all is told so by the check of the store. */
function writeTrial(folder: string): string | undefined {
  const trial = join(folder, `.targetry-trial-${process.pid}`);
  try {
    writeFileSync(trial, Buffer.alloc(megabyte), { flush: true });
    return undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EDQUOT') return 'the quota of this user is used up';
    return code === 'ENOSPC' ? 'the disk says that it is full' : undefined;
  } finally {
    rmSync(trial, { force: true });
  }
}

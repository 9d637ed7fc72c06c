import { execFile } from 'node:child_process';
import { linkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { errorCode } from '../../base/error-code.ts';
import { ownCpu, smallestProgram } from '../../engines/embedded/foreign-cpus.ts';
import type { Check, Diagnosis } from '../check.ts';
import { hasProbe } from '../probe-program.ts';

interface Found {
  readonly folder: string;
  /** What the system said of a second name for a file. */
  readonly link?: string | undefined;
  /** What it said of executing one. */
  readonly execute?: string | undefined;
}

export const store: Check<Found> = {
  id: 'store',
  group: 'machine',
  title: 'store',
  proves:
    'The folder of the store can be made and written by this user, and what it holds can be linked and executed.',
  how: 'Opens it, gives a file of it a second name and runs a tiny program in it.',
  costs: 'Nothing can be kept, so nothing can be locked or built.',
  cure: 'Set `TARGETRY_STORE` to a folder of your own on a local file system that is mounted without `noexec`.',
  needs: ['disk'],
  async probe(patient) {
    const { folder } = await patient.store();
    const scratch = await patient.scratch();
    const program = join(scratch, 'store-program');
    const known = hasProbe(ownCpu);
    writeFileSync(program, known ? smallestProgram(ownCpu) : '', { mode: 0o700 });
    return {
      folder,
      link: await wordsOf(() => linkSync(program, `${program}-2`)),
      execute: known ? await wordsOf(() => runs(program)) : undefined,
    };
  },
  judge({ folder, link, execute }): Diagnosis {
    if (link !== undefined) {
      return {
        status: 'fail',
        found: `files of ${folder} can't have a second name (${link}), and roots are made of them`,
        cure: 'set TARGETRY_STORE to a folder on a local file system: ext4, xfs, btrfs or tmpfs',
      };
    }
    if (execute !== undefined) {
      return {
        status: 'fail',
        found: `programs in ${folder} can't be executed: ${execute}`,
        cure: 'set TARGETRY_STORE to a folder on a file system that is mounted without `noexec`',
      };
    }
    return { status: 'ok', found: folder };
  },
};

async function runs(program: string): Promise<void> {
  try {
    await promisify(execFile)(program);
  } catch (error) {
    // Its exit code is the number of its arguments.
    if ((error as { code?: unknown }).code !== 1) throw error;
  }
}

async function wordsOf(work: () => void | Promise<void>): Promise<string | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    return errorCode(error) || (error as Error).message;
  }
}

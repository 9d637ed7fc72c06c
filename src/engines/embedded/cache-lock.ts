import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { errorCode } from '../../base/error-code.ts';
import { Refused } from './refused.ts';
import type { Tools } from './tools.ts';

interface LockForm {
  readonly exclusive: boolean;
  /** Otherwise a lock that another has is answered at once. */
  readonly wait: boolean;
}

/**
 * Takes a lock of the kernel on a file, beside all other processes of this machine, and resolves with what gives it back;
 * undefined where it is taken, or its folder is gone. Node can't lock, so a program does it on a descriptor of this
 * process: the lock stays when that program has ended, and the kernel frees it with this process, however that ends.
 */
export async function lockFile(
  { flock }: Pick<Tools, 'flock'>,
  file: string,
  { exclusive, wait }: LockForm,
): Promise<(() => void) | undefined> {
  const fd = openLock(file);
  if (fd === undefined) return undefined;
  const form = [exclusive ? '-x' : '-s', ...(wait ? [] : ['-n'])];
  const program = spawn(flock, [...form, '3'], { stdio: ['ignore', 'ignore', 'ignore', fd], env: {} });
  const code = await new Promise<number | null>((resolve) => {
    program.on('error', () => resolve(null));
    program.on('exit', resolve);
  });
  if (code === 0) return () => closeSync(fd);
  closeSync(fd);
  if (code !== 1 || wait) throw new Refused('cache lock', `${flock} could not lock ${file} (${code})`);
  return undefined;
}

function openLock(file: string): number | undefined {
  try {
    return openSync(file, 'a', 0o600);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

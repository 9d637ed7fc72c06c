import { spawn } from 'node:child_process';
import type { Tools } from './tools.ts';

interface LockForm {
  readonly exclusive: boolean;
  /** Otherwise a lock that another has is answered at once. */
  readonly wait: boolean;
}

/**
 * Takes a lock of the kernel on a file, beside all other processes of this machine, and resolves with what gives it back;
 * undefined where it is taken, or its folder is gone. Node can't lock, so a small process holds it: it ends with this
 * one, however this one ends, and the kernel frees the lock with it.
 */
export async function lockFile(
  { flock, sh }: Pick<Tools, 'flock' | 'sh'>,
  file: string,
  { exclusive, wait }: LockForm,
): Promise<(() => Promise<void>) | undefined> {
  const form = [exclusive ? '-x' : '-s', ...(wait ? [] : ['-n'])];
  const holder = spawn(flock, [...form, file, sh, '-c', 'echo held; read -r end'], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: {},
  });
  holder.stdin.on('error', () => {});
  const ended = new Promise<void>((resolve) => {
    holder.on('error', () => resolve());
    holder.on('close', () => resolve());
  });
  const held = new Promise<boolean>((resolve) => holder.stdout.once('data', () => resolve(true)));
  if (!(await Promise.race([held, ended.then(() => false)]))) return undefined;
  return () => {
    holder.stdin.end();
    return ended;
  };
}

import { errorCode } from './error-code.ts';
/** Ends a process at once. One that has ended by itself meanwhile is what was wanted. */
export function killIfAlive(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (errorCode(error) !== 'ESRCH') throw error;
  }
}

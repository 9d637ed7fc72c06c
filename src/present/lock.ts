import type { LockResult } from '../operations/lock.ts';
import { counted } from './units.ts';

/** One line for each environment and CPU, saying whether it was decided just now. */
export function renderLock({ lock, solved }: LockResult): string {
  const lines = lock.environments.map((one) => {
    const state = solved.includes(one) ? 'locked' : 'up to date';
    return `${one.name} ${one.arch}: ${counted(one.packages.length, 'package')} of ${one.distro} ${one.release}, ${state}\n`;
  });
  return lines.join('');
}

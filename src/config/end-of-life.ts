import { endOfLife } from './distro-releases.ts';
import type { Environment } from './project.ts';
import type { Diagnostic } from '../report/diagnostic.ts';

/** Says, once for each environment, that nobody mends its release any more. */
export function endOfLifeWarnings(environments: Iterable<Environment>, now: Date): Diagnostic[] {
  const warnings: Diagnostic[] = [];
  for (const { base, at } of environments) {
    if (!('release' in base)) continue;
    const { distro, release } = base;
    const day = endOfLife(distro, release);
    if (day === undefined || day >= now.toISOString().slice(0, 10)) continue;
    warnings.push({
      code: 'release-end-of-life',
      severity: 'warning',
      message: `${distro} ${release} has had no security updates since ${day}`,
      hint: 'keep it where its old libc is what you build for; otherwise move to a newer release',
      at,
    });
  }
  return warnings;
}

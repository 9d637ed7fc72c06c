/** What `targetry doctor --fix` does: only what needs no privileges, and takes nothing away that is in use. */
import type { Fix } from '../../doctor/check.ts';
import type { Finding } from '../../doctor/examine.ts';
import type { Context } from '../../report/context.ts';
import { Failure } from '../../report/failure.ts';
import { pruneCache } from '../cache-prune.ts';
import { lockProject } from '../lock.ts';

export interface Fixed {
  readonly fix: Fix;
  /** Why it could not be done. */
  readonly failure?: Failure | undefined;
}

const month = 30 * 24 * 3_600_000;

export async function applyFixes(context: Context, findings: readonly Finding[]): Promise<Fixed[]> {
  const fixed: Fixed[] = [];
  for (const fix of new Set(findings.flatMap((one) => one.fix ?? []))) {
    try {
      await fixes[fix](context);
      fixed.push({ fix });
    } catch (error) {
      if (!(error instanceof Failure) || error.code === 'canceled') throw error;
      fixed.push({ fix, failure: error });
    }
  }
  return fixed;
}

const fixes: Readonly<Record<Fix, (context: Context) => Promise<unknown>>> = {
  lock: (context) => lockProject(context, { environments: [], update: false }),
  prune: (context) => pruneCache(context, { olderThan: month, dryRun: false }),
};

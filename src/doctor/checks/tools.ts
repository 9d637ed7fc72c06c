import { tryPart } from '../../engines/embedded/probe.ts';
import type { Failure } from '../../report/failure.ts';
import type { Check, Diagnosis } from '../check.ts';
import { diagnosisOf } from '../examine.ts';

interface Found {
  readonly missing: readonly string[];
  /** Where a program is there, and isn't the one that is needed. */
  readonly other?: Failure | undefined;
}

export const tools: Check<Found> = {
  id: 'tools',
  group: 'machine',
  title: 'programs of the system',
  proves:
    'The programs of util-linux and coreutils that set a sandbox up are here, and are not those of BusyBox.',
  how: 'Looks for each of them, and asks `unshare` and `setpriv` for the options that are needed.',
  costs: 'No step can run with the embedded engine.',
  cure: 'Debian, Ubuntu: `apt-get install util-linux coreutils mount`; Alpine: `apk add util-linux setpriv util-linux-misc mount coreutils`.',
  engines: ['embedded'],
  needs: ['kernel'],
  async probe({ tools: found, context, scratch }) {
    if ('missing' in found) return { missing: found.missing };
    const place = { tools: found.tools, store: context.store, scratch: await scratch() };
    return { missing: [], other: await tryPart('unshare', place) };
  },
  judge({ missing, other }): Diagnosis {
    if (missing.length > 0) {
      return {
        status: 'fail',
        found: `${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} not here`,
        cure: 'install util-linux, mount and coreutils (Alpine: `apk add util-linux setpriv util-linux-misc mount coreutils`)',
      };
    }
    return other === undefined ? { status: 'ok', found: 'all are here' } : diagnosisOf(other);
  },
};

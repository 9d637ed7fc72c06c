import { Failure } from '../../report/failure.ts';
import type { Check, Diagnosis } from '../check.ts';
import { diagnosisOf } from '../examine.ts';
import type { RepositoryHere } from '../patient.ts';
import { lostNames } from '../servers.ts';

interface Seen extends Pick<RepositoryHere, 'name' | 'needed' | 'lockedDate' | 'ended' | 'at'> {
  readonly index: Awaited<ReturnType<RepositoryHere['read']>> | Failure;
}

interface Found {
  readonly seen: readonly Seen[];
  readonly now: number;
}

const day = 24 * 3_600_000;
/** A suite that the distro renews each day, or nearly. */
const oldest = 30 * day;

export const mirrors: Check<Found> = {
  id: 'mirrors',
  group: 'network',
  title: 'mirrors',
  proves:
    "Each repository that environments of the project come from can be had, is signed by a key that counts, and is neither expired nor behind the lock. Without a project: Debian's, from which Targetry takes its own programs.",
  how: 'Fetches the index of each repository, or its release file, and checks it as locking does.',
  costs: 'Packages can not be locked; or those of the lock are not there, or are older than they were.',
  cure: 'Name another server: `--mirror http://…/debian`, the sources of apt, `repositories:`.',
  needs: ['dns', 'proxy', 'clock', 'certificates'],
  async probe({ repositories, names, context: { env } }) {
    const known = await names();
    const seen = (await repositories()).map(async (one): Promise<Seen> => {
      const lost = lostNames(one.indexes, known, env);
      if (lost !== undefined) return { ...one, index: lost };
      try {
        return { ...one, index: await one.read() };
      } catch (error) {
        if (!(error instanceof Failure) || error.code === 'canceled') throw error;
        return { ...one, index: error };
      }
    });
    return { seen: await Promise.all(seen), now: Date.now() };
  },
  judge({ seen, now }): Diagnosis | readonly Diagnosis[] {
    const told = seen.flatMap((one) => diagnose(one, now));
    if (told.length > 0) return told;
    if (seen.length === 0) return { status: 'ok', found: 'no environment comes from a repository' };
    return { status: 'ok', found: seen.map(({ name }) => name).join(', ') };
  },
};

function diagnose({ name, needed, lockedDate, ended, at, index }: Seen, now: number): Diagnosis[] {
  if (index instanceof Failure) {
    const diagnosis = diagnosisOf(index);
    if (needed) return [diagnosis];
    return [{ ...diagnosis, status: 'warn', found: `${diagnosis.found}; what is locked is in the store` }];
  }
  const { date, warnings } = index;
  if (warnings.length > 0)
    return warnings.map(({ message, hint }) => ({ status: 'warn', found: message, cure: hint, at }));
  const cure =
    'name another server: `--mirror http://…/debian`, or the sources of apt; a mirror that stays behind has stopped';
  if (lockedDate !== undefined && date < lockedDate) {
    const found = `the server has ${name} of ${dayOf(date)}, and targetry.lock was made from that of ${dayOf(lockedDate)}: it is behind, and may lack what is locked`;
    return [{ status: 'warn', found, cure, at }];
  }
  if (!ended && /-(security|updates)( |$)/.test(name) && now - date.getTime() > oldest) {
    const found = `the newest that the server has of ${name} is of ${dayOf(date)}`;
    return [{ status: 'warn', found, cure, at }];
  }
  return [];
}

function dayOf(date: Date): string {
  return date.toISOString().slice(0, 10);
}

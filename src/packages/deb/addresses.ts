import { addressesAt } from '../addresses.ts';
import type { ArchiveFile } from '../fetch.ts';
import { archiveKind, atMoment, type Mirrors } from './mirrors.ts';

/**
 * Where the packages of Debian's own archives are. `dates` are those of the release files, by repository without its
 * component: a service that keeps every day is asked for that one.
 */
export function debianAddresses(
  mirrors: Mirrors,
  dates: ReadonlyMap<string, string>,
): (file: ArchiveFile) => readonly string[] {
  return ({ repository, path }) => {
    const [distro, suite] = repository.split(' ');
    const date = dates.get(`${distro} ${suite}`);
    const moment = date === undefined ? new Date() : settledAfter(new Date(date));
    const bases = mirrors[archiveKind(suite!)].map((base) => atMoment(base, moment));
    return addressesAt(bases, path);
  };
}

/** A snapshot is taken a while after its release file was dated; half a day later it is there for certain. */
function settledAfter(date: Date): Date {
  return new Date(Math.min(date.getTime() + 12 * 3600 * 1000, Date.now()));
}

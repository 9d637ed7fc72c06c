import { Failure } from '../../report/failure.ts';
import { addressesAt } from '../addresses.ts';
import type { ArchiveFile } from '../fetch.ts';
import { atMoment, unknownMirror } from './mirrors.ts';
import { repositoryName, type DebRepository } from './repository.ts';

/**
 * Where the packages of a lock are, which names repositories and no hosts. `repositories` are those for the CPU of a
 * package. `dates` are those of the release files, by the name of their repository: a service that keeps every day is
 * asked for that one.
 */
export function debAddresses(
  repositories: (arch: string) => readonly DebRepository[],
  dates: ReadonlyMap<string, string>,
): (file: ArchiveFile) => readonly string[] {
  return ({ name, arch, repository, path }) => {
    // The component comes last, and a repository without suites has none.
    const [distro, suite] = repository.split(' ');
    const from = `${distro} ${suite}`;
    const bases = repositories(arch).find((one) => repositoryName(one) === from)?.bases;
    if (bases === undefined) {
      const message = `${name} is locked from ${from}, which targetry.yaml doesn't have`;
      const why = 'the lock names no servers, so nothing tells where it is';
      throw new Failure('repository-gone', message, { why });
    }
    if (bases.length === 0) throw unknownMirror(distro!);
    const date = dates.get(from);
    const moment = date === undefined ? new Date() : settledAfter(new Date(date));
    return addressesAt(
      bases.map((base) => atMoment(base, moment)),
      path,
    );
  };
}

/** A snapshot is taken a while after its release file was dated; half a day later it is there for certain. */
function settledAfter(date: Date): Date {
  return new Date(Math.min(date.getTime() + 12 * 3600 * 1000, Date.now()));
}

import type { DebianArchive, TrustedSuite } from '../packages/deb/archive.ts';
import type { DebPackage } from '../packages/deb/package.ts';
import { DebUniverse } from '../packages/deb/universe.ts';
import { solve } from '../packages/solve/solve.ts';
import { relationOf, type Reason } from '../packages/solve/sweep.ts';
import type { LockedPackage, LockedRepository } from './lock.ts';
import type { LockRequest, PackageReason, SolvedPackages } from './request.ts';

/** Decides every package of a Debian environment, from indexes whose signatures and hashes were checked. */
export async function solveDebEnvironment(
  request: LockRequest,
  archive: DebianArchive,
): Promise<SolvedPackages> {
  const { distro, release, packages, arch, recommends } = request;
  const { suites, indexes } = await archive.open(release, arch);
  const where = `${distro} ${release}`;
  const { chosen, reasons } = solve(new DebUniverse(indexes), { packages, arch, recommends, where });
  return {
    asked: [],
    repositories: suites.map(lockedRepository),
    packages: chosen.map(lockedPackage),
    warnings: suites.flatMap((suite) => suite.warnings),
    reasons: new Map([...reasons].map(([name, reason]) => [name, worded(reason)])),
  };
}

function lockedRepository(suite: TrustedSuite): LockedRepository {
  return {
    name: suite.name,
    date: suite.release.date.toISOString().replace('.000Z', 'Z'),
    release: suite.sha256,
    key: suite.key,
    ...(suite.expiredAllowed ? { expiredAllowed: true } : {}),
  };
}

function lockedPackage(one: DebPackage): LockedPackage {
  const { name, version, arch, repository, path, size, sha256 } = one;
  return { name, version, arch, repository, path, size, sha256 };
}

function worded(reason: Reason): PackageReason {
  return 'by' in reason ? { ...reason, relation: relationOf(reason) } : reason;
}

import type { DebianArchive, TrustedSuite } from '../packages/deb/archive.ts';
import type { DebPackage } from '../packages/deb/package.ts';
import { DebUniverse } from '../packages/deb/universe.ts';
import { solve } from '../packages/solve/solve.ts';
import { relationOf, type Reason } from '../packages/solve/sweep.ts';
import { Failure } from '../report/failure.ts';
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

/** Of each package that is asked for the newest, and nothing else: static programs need nothing of their distro. */
export async function solveDebTool(request: LockRequest, archive: DebianArchive): Promise<SolvedPackages> {
  const { distro, release, arch, packages } = request;
  const { suites, indexes } = await archive.open(release, arch);
  const universe = new DebUniverse(indexes);
  const chosen = packages.map(({ spec }) => {
    const [newest] = universe.versions(spec);
    if (newest === undefined)
      throw new Failure('package-unknown', `${distro} ${release} has no package ${spec} for ${arch}`);
    return newest;
  });
  return {
    asked: [],
    repositories: suites.map(lockedRepository),
    packages: chosen.map(lockedPackage),
    warnings: suites.flatMap((suite) => suite.warnings),
    reasons: new Map(packages.map(({ spec }) => [spec, { kind: 'asked', spec }])),
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

import type { DebArchive, OpenedSuite, TrustedSuite } from '../packages/deb/archive.ts';
import type { DebPackage } from '../packages/deb/package.ts';
import type { DebRepository } from '../packages/deb/repository.ts';
import { DebUniverse, type DebSource } from '../packages/deb/universe.ts';
import { solve } from '../packages/solve/solve.ts';
import { relationOf, type Reason } from '../packages/solve/sweep.ts';
import { Failure } from '../report/failure.ts';
import type { LockedPackage, LockedRepository } from './lock.ts';
import type { LockRequest, PackageReason, SolvedPackages } from './request.ts';

/** What packages are decided from. */
export interface DebPlace {
  readonly archive: DebArchive;
  readonly repositories: readonly DebRepository[];
}

/** Decides every package of an environment of debs, from indexes whose signatures and hashes were checked. */
export async function solveDebEnvironment(
  request: LockRequest,
  { archive, repositories }: DebPlace,
): Promise<SolvedPackages> {
  const { packages, arch, recommends } = request;
  const opened = await archive.open(repositories, arch);
  const universe = new DebUniverse(opened.flatMap(sourcesOf));
  const { chosen, reasons } = solve(universe, { packages, arch, recommends, where: nameOf(request) });
  return {
    asked: [],
    repositories: opened.map(({ suite }) => lockedRepository(suite)),
    packages: chosen.map(lockedPackage),
    warnings: opened.flatMap(({ suite }) => suite.warnings),
    reasons: new Map([...reasons].map(([name, reason]) => [name, worded(reason)])),
  };
}

/** Of each package that is asked for the newest, and nothing else: static programs need nothing of their distro. */
export async function solveDebTool(
  request: LockRequest,
  { archive, repositories }: DebPlace,
): Promise<SolvedPackages> {
  const { distro, release, arch, packages } = request;
  const opened = await archive.open(repositories, arch);
  const universe = new DebUniverse(opened.flatMap(sourcesOf));
  const chosen = packages.map(({ spec }) => {
    const [newest] = universe.versions(spec);
    if (newest === undefined)
      throw new Failure('package-unknown', `${distro} ${release} has no package ${spec} for ${arch}`);
    return newest;
  });
  return {
    asked: [],
    repositories: opened.map(({ suite }) => lockedRepository(suite)),
    packages: chosen.map(lockedPackage),
    warnings: opened.flatMap(({ suite }) => suite.warnings),
    reasons: new Map(packages.map(({ spec }) => [spec, { kind: 'asked', spec }])),
  };
}

/** How messages call what the packages come from. */
function nameOf({ name, distro, release, repositories }: LockRequest): string {
  if (distro === 'deb') return `environment \`${name}\``;
  const others = repositories.length === 0 ? '' : ' with its repositories';
  return `${distro} ${release}${others}`;
}

function sourcesOf({ suite, indexes }: OpenedSuite): DebSource[] {
  const priority = suite.repository.priority ?? suite.release.priority;
  return indexes.map((index) => ({ index, priority }));
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

import type { DebArchive, OpenedSuite, TrustedSuite } from '../packages/deb/archive.ts';
import { MultiArchUniverse, type MultiArchChoice } from '../packages/deb/multi-arch.ts';
import type { DebPackage } from '../packages/deb/package.ts';
import type { DebRepository } from '../packages/deb/repository.ts';
import { DebUniverse, type DebSource } from '../packages/deb/universe.ts';
import { archAskedFor } from '../packages/solve/request.ts';
import { solve, type Solution } from '../packages/solve/solve.ts';
import { relationOf, type Reason } from '../packages/solve/sweep.ts';
import { Failure } from '../report/failure.ts';
import type { LockedPackage, LockedRepository } from './lock.ts';
import type { LockRequest, PackageReason, SolvedPackages } from './request.ts';

/** What packages are decided from. */
export interface DebPlace {
  readonly archive: DebArchive;
  /** Those for one CPU, in the order in which apt reads them. */
  readonly repositories: (arch: string) => Promise<readonly DebRepository[]>;
}

/** Decides every package of an environment of debs, from indexes whose signatures and hashes were checked. */
export async function solveDebEnvironment(request: LockRequest, place: DebPlace): Promise<SolvedPackages> {
  const { packages, arch, recommends, role } = request;
  const foreign = foreignArches(request);
  const opened = await openAll(request, place, foreign);
  const [own] = opened.values();
  // In a sysroot nothing runs.
  const essential = role !== 'sysroot';
  const wishes = { packages, arch, foreign, recommends, essential, where: nameOf(request) };
  const sources = new Map([...opened].map(([one, suites]) => [one, suites.flatMap(sourcesOf)]));
  // Most roots are of one CPU, and those take the shorter way.
  const { chosen, reasons } =
    foreign.length === 0
      ? solve(new DebUniverse(sources.get(arch)!, [arch, 'all']), wishes)
      : withPackages(solve(new MultiArchUniverse(sources), wishes));
  return {
    asked: [],
    repositories: own!.map(({ suite }) => lockedRepository(suite)),
    packages: chosen.map(lockedPackage),
    warnings: own!.flatMap(({ suite }) => suite.warnings),
    reasons: new Map([...reasons].map(([name, reason]) => [name, worded(reason)])),
  };
}

/** Other CPUs whose packages are asked for. */
function foreignArches({ arch, packages }: LockRequest): readonly string[] {
  const asked = packages.flatMap((spec) => archAskedFor(spec) ?? []);
  return [...new Set(asked)].filter((one) => one !== arch && one !== 'native');
}

/** The indexes of every CPU, that of the root first. */
async function openAll(
  { arch, packages }: LockRequest,
  { archive, repositories }: DebPlace,
  foreign: readonly string[],
): Promise<ReadonlyMap<string, readonly OpenedSuite[]>> {
  const open = async (one: string) => {
    try {
      return [one, await archive.open(await repositories(one), one, { isForeign: one !== arch })] as const;
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== 'arch-not-in-release' || one === arch) throw error;
      const { code, message, why } = error;
      const at = packages.find((spec) => archAskedFor(spec) === one)?.at;
      throw new Failure(code, message, { why, at, hint: 'correct the CPU, or leave the package out' });
    }
  };
  return new Map(await Promise.all([arch, ...foreign].map(open)));
}

function withPackages({ chosen, reasons }: Solution<MultiArchChoice>): Solution<DebPackage> {
  const packages = chosen.map((one) => one.package);
  packages.sort((a, b) => (a.name === b.name ? (a.arch < b.arch ? -1 : 1) : a.name < b.name ? -1 : 1));
  return { chosen: packages, reasons };
}

/** Of each package that is asked for the newest, and nothing else: static programs need nothing of their distro. */
export async function solveDebTool(
  request: LockRequest,
  { archive, repositories }: DebPlace,
): Promise<SolvedPackages> {
  const { distro, release, arch, packages } = request;
  const opened = await archive.open(await repositories(arch), arch);
  const universe = new DebUniverse(opened.flatMap(sourcesOf), [arch, 'all']);
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
  const releases = [suite.repository.suite, suite.release.codename, suite.release.suite];
  return indexes.map((index) => ({ index, priority, releases }));
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

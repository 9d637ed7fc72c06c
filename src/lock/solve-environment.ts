import { sha256OfValue } from '../base/sha256.ts';
import type { DebianArchive, TrustedSuite } from '../packages/deb/archive.ts';
import type { DebPackage } from '../packages/deb/package.ts';
import { DebUniverse } from '../packages/deb/universe.ts';
import type { PackageSpec } from '../packages/solve/request.ts';
import { solve } from '../packages/solve/solve.ts';
import type { Reason } from '../packages/solve/sweep.ts';
import type { Diagnostic } from '../report/diagnostic.ts';
import type { Lock, LockedEnvironment, LockedPackage, LockedRepository } from './lock.ts';

/** What the user wants of one environment for one CPU: all that its lock section depends on. */
export interface LockRequest {
  readonly name: string;
  readonly role: LockedEnvironment['role'];
  readonly distro: 'debian';
  /** The code name. */
  readonly release: string;
  /** As the distro writes it: `amd64`. */
  readonly arch: string;
  readonly packages: readonly PackageSpec[];
  readonly recommends: boolean;
}

export interface SolvedEnvironment {
  readonly locked: LockedEnvironment;
  /** An expired index that was let through, and the like. */
  readonly warnings: readonly Diagnostic[];
  /** Why each package is there. */
  readonly reasons: ReadonlyMap<string, Reason>;
}

/** Decides every package of an environment, from indexes whose signatures and hashes were checked. */
export async function solveEnvironment(
  request: LockRequest,
  archive: DebianArchive,
): Promise<SolvedEnvironment> {
  const { suites, indexes } = await archive.open(request.release, request.arch);
  const { chosen, reasons } = solve(new DebUniverse(indexes), {
    packages: request.packages,
    arch: request.arch,
    recommends: request.recommends,
    where: `debian ${request.release}`,
  });
  const locked: LockedEnvironment = {
    name: request.name,
    role: request.role,
    distro: request.distro,
    release: request.release,
    arch: request.arch,
    inputs: inputsOf(request),
    repositories: suites.map(lockedRepository),
    packages: chosen.map(lockedPackage),
  };
  return { locked, warnings: suites.flatMap((suite) => suite.warnings), reasons };
}

/** A digest of what a lock section was made from. Where it differs from today's, the section is out of date. */
export function inputsOf(request: LockRequest): string {
  const { distro, release, arch, recommends } = request;
  // In their order: apt's choice depends on it.
  const packages = request.packages.map(({ spec }) => spec);
  return sha256OfValue({ distro, release, arch, recommends, packages });
}

/** The section that answers a request, if the lock has one and it was made from the same configuration. */
export function findLocked(lock: Lock | undefined, request: LockRequest): LockedEnvironment | undefined {
  const inputs = inputsOf(request);
  return lock?.environments.find(
    (one) =>
      one.name === request.name &&
      one.role === request.role &&
      one.arch === request.arch &&
      one.inputs === inputs,
  );
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

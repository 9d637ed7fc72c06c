import type { RootKind } from '../abi/root-kind.ts';
import { sha256OfValue } from '../base/sha256.ts';
import type { RepositoryRule } from '../config/project.ts';
import type { PackageSpec } from '../packages/solve/request.ts';
import type { Diagnostic } from '../report/diagnostic.ts';
import type { Lock, LockedEnvironment } from './lock.ts';
import { isSection } from './section.ts';

/** What the user wants of one environment for one CPU: all that its lock section depends on. */
export interface LockRequest {
  readonly name: string;
  readonly role: LockedEnvironment['role'];
  readonly distro: RootKind;
  /** The code name; `-` where there are no releases. */
  readonly release: string;
  /** The reference of an image, or the path of a root filesystem; as it was written. */
  readonly from: string | undefined;
  /** Where a root filesystem is on this machine: it decides nothing. */
  readonly path: string | undefined;
  /** As the distro writes it: `amd64`. */
  readonly arch: string;
  readonly packages: readonly PackageSpec[];
  readonly recommends: boolean;
  readonly repositories: readonly RepositoryRule[];
  readonly users: readonly string[];
  readonly tools: { readonly npm: readonly PackageSpec[]; readonly pypi: readonly PackageSpec[] };
}

/** What a solver decided for a request, before it is a section of a lock. */
export type SolvedPackages = Pick<LockedEnvironment, 'asked' | 'repositories' | 'packages'> & {
  /** An expired index that was let through, and the like. */
  readonly warnings: readonly Diagnostic[];
  readonly reasons: ChosenPackages['reasons'];
};

/** What a solver chooses, by the names of packages. */
export interface ChosenPackages {
  readonly versions: ReadonlyMap<string, string>;
  /** Why each package is there. */
  readonly reasons: ReadonlyMap<string, PackageReason>;
}

/** The next link of a chain that ends at something that was asked for or is always there. */
export type PackageReason =
  | { readonly kind: 'asked'; readonly spec: string }
  | { readonly kind: 'essential' }
  /** `relation` as the package that has it writes it. */
  | { readonly kind: 'needed' | 'recommended'; readonly by: string; readonly relation: string }
  /** It comes by itself where all of these are. */
  | { readonly kind: 'invited'; readonly with: readonly string[] };

/** A digest of what a lock section was made from. Where it differs from today's, the section is out of date. */
export function inputsOf(request: LockRequest): string {
  const { distro, release, from, arch, recommends, users, repositories, tools } = request;
  return sha256OfValue({
    distro,
    release,
    arch,
    recommends,
    // In their order: apt's choice depends on it.
    packages: request.packages.map(specOf),
    // What most environments don't have leaves the digest as if there were no such key.
    ...(from !== undefined && { from }),
    ...(users.length > 0 && { users }),
    ...(repositories.length > 0 && { repositories: repositories.map(identityOf) }),
    ...(tools.npm.length > 0 && { npm: tools.npm.map(specOf) }),
    ...(tools.pypi.length > 0 && { pypi: tools.pypi.map(specOf) }),
  });
}

/** The section that answers a request, if the lock has one and it was made from the same configuration. */
export function findLocked(lock: Lock | undefined, request: LockRequest): LockedEnvironment | undefined {
  const inputs = inputsOf(request);
  return lock?.environments.find((one) => isSection(one, request) && one.inputs === inputs);
}

/** Which key must sign it is checked each time; where it is written says nothing. */
function identityOf({ name, url, suite, components, priority, tag }: RepositoryRule): object {
  return { name, url, suite, components, priority, tag };
}

function specOf({ spec }: PackageSpec): string {
  return spec;
}

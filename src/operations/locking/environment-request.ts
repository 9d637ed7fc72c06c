import { cpuOf, type Arch } from '../../abi/cpu.ts';
import { archOf } from '../../abi/root-kind.ts';
import type { Environment, Sysroot, Target, Written } from '../../config/project.ts';
import type { LockRequest } from '../../lock/request.ts';

/** What the lock must say of an environment, for one CPU. */
export function lockRequestOf(environment: Environment, arch: Arch): LockRequest {
  const { name, users, tools } = environment;
  return {
    name,
    role: 'environment',
    ...packagesOf(environment, arch),
    users: users.map(({ name: user }) => user),
    tools: { npm: tools.npm.map(specOf), pypi: tools.pypi.map(specOf) },
  };
}

/** What a target compiles against besides its root. */
export function sysrootRequests({
  environment: { name, sysroot },
  arch,
}: Pick<Target, 'environment' | 'arch'>): readonly LockRequest[] {
  if (sysroot === undefined) return [];
  const nothing = { users: [], tools: { npm: [], pypi: [] } };
  return [{ name, role: 'sysroot', ...packagesOf(sysroot, arch), ...nothing }];
}

/** What the lock must say of a root that is made for targetry itself, whatever the project is. */
export function ownRequest(
  of: Pick<LockRequest, 'name' | 'role' | 'distro' | 'release'> & { readonly packages: readonly string[] },
  arch: Arch,
): LockRequest {
  return {
    ...of,
    from: undefined,
    path: undefined,
    arch: cpuOf(arch).debian,
    packages: of.packages.map((spec) => ({ spec })),
    recommends: false,
    repositories: [],
    users: [],
    tools: { npm: [], pypi: [] },
  };
}

function packagesOf({ base, packages, recommends, repositories }: Sysroot, arch: Arch) {
  return {
    distro: base.distro,
    release: 'release' in base ? base.release : '-',
    from: 'from' in base ? base.from : undefined,
    path: 'path' in base ? base.path : undefined,
    arch: archOf(base, arch),
    packages: packages.map(specOf),
    recommends,
    repositories,
  };
}

function specOf({ name, at }: Written): LockRequest['packages'][number] {
  return { spec: name, at };
}

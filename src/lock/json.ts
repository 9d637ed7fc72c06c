import type { Lock } from './lock.ts';

/** The document of `targetry lock --format json`, as CONFIG describes it. */
export function lockJson(lock: Lock): object {
  return {
    schema: 'targetry.lock/1',
    environments: lock.environments.map(({ name, role, arch, packages }) => ({
      name,
      role,
      arch,
      packages: packages.map((one) => ({
        name: one.name,
        version: one.version,
        arch: one.arch,
        repository: one.repository,
        sha256: one.sha256,
      })),
    })),
  };
}

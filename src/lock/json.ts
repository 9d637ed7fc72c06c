import type { Lock } from './lock.ts';

/** The document of `targetry lock --format json`, as CONFIG describes it. */
export function lockJson(lock: Lock): object {
  return {
    schema: 'targetry.lock/1',
    environments: lock.environments.map(({ name, role, arch, packages, image, layers, tools }) => ({
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
      // What most environments don't have is not there without anything in it.
      ...(image !== undefined && { image: image.digest }),
      ...(layers.length > 0 && { layers: layers.map(({ sha256 }) => sha256) }),
      ...(tools.length > 0 && {
        tools: tools.map(({ source, name, version, sha256 }) => ({ source, name, version, sha256 })),
      }),
    })),
  };
}

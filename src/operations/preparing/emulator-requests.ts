/**
 * QEMU, for steps on a CPU that isn't this machine's. The lock names the Debian package it comes from, for each CPU that
 * builds, so that whoever has no QEMU gets the same one; of the package only the one program is kept, as a blob. A
 * machine that has a static QEMU of its own uses that, and spares the download.
 *
 * Which of them ran a step decides nothing of the result, so it is in no key; it is in the record of the build.
 */
import { archHere, cpus, ociCpu, type Arch } from '../../abi/cpu.ts';
import { productJson } from '../../base/product-file.ts';
import type { Target } from '../../config/project.ts';
import { isForeign } from '../../engines/embedded/foreign-cpus.ts';
import type { LockedEnvironment } from '../../lock/lock.ts';
import type { LockRequest } from '../../lock/request.ts';
import { ownRequest } from '../locking/environment-request.ts';

interface EmulatorData {
  readonly distro: 'debian';
  readonly release: string;
  readonly package: string;
}

const data = productJson('data/emulator.json') as EmulatorData;

/** CPUs on which Targetry itself runs; whoever builds on another one locks for it there. */
const usualHosts: readonly Arch[] = ['x64', 'arm64'];

/**
 * What the lock must say of QEMU: a section for each CPU that some target is built on, this machine's among them, and that
 * has to emulate another's. So a lock that was written on one machine serves the others too.
 */
export function emulatorRequests(targets: readonly Pick<Target, 'builder'>[]): LockRequest[] {
  const builders = new Set(targets.map(({ builder }) => builder));
  const hosts = new Set([archHere(), ...usualHosts.filter((arch) => builders.has(arch))]);
  return [...hosts]
    .filter((host) => [...builders].some((builder) => isForeign(ociCpu(builder), ociCpu(host))))
    .map(emulatorRequest);
}

/** Whether a section of the lock would serve some machine that builds these targets; not always this one. */
export function servesBuilders(
  { arch }: LockedEnvironment,
  targets: readonly Pick<Target, 'builder'>[],
): boolean {
  const host = cpus.find(({ debian }) => debian === arch);
  return host !== undefined && targets.some(({ builder }) => isForeign(ociCpu(builder), ociCpu(host.arch)));
}

/** The section of a machine of this CPU. */
export function emulatorRequest(host: Arch): LockRequest {
  const { distro, release, package: name } = data;
  return ownRequest({ name: 'qemu', role: 'tool', distro, release, packages: [name] }, host);
}

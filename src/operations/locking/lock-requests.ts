/**
 * Which sections a lock must have, for a command and for a build: every environment for every CPU that a target needs, what is
 * compiled against, and what emulates those CPUs. Nothing is read or asked for it.
 */
import { archHere } from '../../abi/cpu.ts';
import type { Project, Target } from '../../config/project.ts';
import { isMadeFor } from '../../config/proof-environment.ts';
import { isFor, selectEnvironments } from '../../config/select.ts';
import type { LockedEnvironment } from '../../lock/lock.ts';
import type { LockRequest } from '../../lock/request.ts';
import { emulatorRequests, servesBuilders } from '../preparing/emulator-requests.ts';
import { lockRequestOf, sysrootRequests } from './environment-request.ts';
import { namedArches } from './named-arches.ts';

/** What of a project a command is about. */
export interface LockChoice {
  /** Names or globs; every environment where there is none. */
  readonly environments: readonly string[];
  /** `x64,arm64`, instead of the CPUs of the targets. */
  readonly arches?: string | undefined;
}

/** What a build of these targets needs. */
export function targetRequests(project: Project, targets: readonly Target[]): readonly LockRequest[] {
  const roots = targets.map(({ environment, builder }) => lockRequestOf(environment, builder));
  return [
    ...uniqueRequests([...roots, ...imageRequests(project, targets)]),
    ...uniqueRequests(targets.flatMap(sysrootRequests)),
    ...emulatorRequests(targets),
  ];
}

/** Environments in which images are tested, for the CPUs of what is tested. */
function imageRequests({ images }: Project, targets: readonly Target[]): readonly LockRequest[] {
  return images.flatMap((rule) => {
    const { environment } = rule;
    if (environment === undefined) return [];
    return targets.filter((one) => isFor(rule, one)).map(({ arch }) => lockRequestOf(environment, arch));
  });
}

/**
 * All that `targetry lock` is asked for. An emulator belongs to the project, not to one of its environments, and a project
 * without steps runs nothing.
 */
export function commandRequests(project: Project, choice: LockChoice): readonly LockRequest[] {
  const runs = choice.environments.length === 0 && project.steps.length > 0;
  const emulators = runs ? emulatorRequests(project.targets) : [];
  const chosen = selectEnvironments(project, choice.environments);
  const images = imageRequests(project, project.targets).filter((one) =>
    chosen.some(({ name }) => name === one.name),
  );
  return [...uniqueRequests([...lockRequests(project, choice), ...images]), ...emulators];
}

/**
 * One for each environment that is named and each CPU: those of its targets, this machine's where it has none. With them
 * go their sysroots, for the CPUs of the results.
 */
export function lockRequests(project: Project, { environments, arches }: LockChoice): readonly LockRequest[] {
  const named = namedArches(arches);
  return uniqueRequests(
    selectEnvironments(project, environments).flatMap((environment) => {
      const used = project.targets.filter((target) => target.environment === environment);
      const own = used.length === 0 ? [archHere()] : used.map(({ builder }) => builder);
      const results = used.length === 0 ? [archHere()] : used.map(({ arch }) => arch);
      const roots = environment.sysroot === undefined && named.length > 0 ? named : own;
      return [
        ...roots.map((arch) => lockRequestOf(environment, arch)),
        ...(named.length > 0 ? named : results).flatMap((arch) => sysrootRequests({ environment, arch })),
      ];
    }),
  );
}

/** However many targets share one. */
export function uniqueRequests(requests: readonly LockRequest[]): readonly LockRequest[] {
  return [...new Map(requests.map((one) => [`${one.role} ${one.name} ${one.arch}`, one])).values()];
}

/** Whether it could still be asked for, if not by the targets of today's command, or on this machine. */
export function isOfUse(locked: LockedEnvironment, { environments, targets, proof }: Project): boolean {
  switch (locked.role) {
    case 'tool':
      return servesBuilders(locked, targets);
    case 'proof':
      return proof.some((rule) => rule.in.some(({ name }) => isMadeFor(name, locked.name)));
    case 'environment':
      return environments.has(locked.name);
    case 'sysroot':
      return environments.get(locked.name)?.sysroot !== undefined;
  }
  return locked.role satisfies never;
}

import type { Lock, LockedEnvironment } from './lock.ts';

/** What tells the sections of a lock apart. */
export type SectionName = Pick<LockedEnvironment, 'name' | 'role' | 'arch'>;

export function isSection(one: SectionName, other: SectionName): boolean {
  return one.name === other.name && one.role === other.role && one.arch === other.arch;
}

/** Whatever it was made from; `findLocked` looks whether that was today's configuration. */
export function sectionOf(lock: Lock, wanted: SectionName): LockedEnvironment | undefined {
  return lock.environments.find((one) => isSection(one, wanted));
}

import { counted } from '../../base/units.ts';
import type { LockedEnvironment } from '../../lock/lock.ts';

/** What a root is made from, in few words: `83 packages`, `1 layer, 2 tools`. */
export function sectionSize({ packages, layers, tools }: LockedEnvironment): string {
  const parts = [
    [layers.length === 0 || packages.length > 0 ? packages.length : undefined, 'package'],
    [layers.length || undefined, 'layer'],
    [tools.filter(({ of }) => of === undefined).length || undefined, 'tool'],
  ] as const;
  return parts.flatMap(([count, word]) => (count === undefined ? [] : [counted(count, word)])).join(', ');
}

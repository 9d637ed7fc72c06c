import type { LockedEnvironment } from '../../lock/lock.ts';

/** What a root is made from, in few words: `83 packages`, `1 layer, 2 tools`. */
export function sectionSize({ packages, layers, tools }: LockedEnvironment): string {
  const counted = [
    [layers.length === 0 || packages.length > 0 ? packages.length : undefined, 'package'],
    [layers.length || undefined, 'layer'],
    [tools.filter(({ of }) => of === undefined).length || undefined, 'tool'],
  ] as const;
  return counted
    .flatMap(([count, word]) => (count === undefined ? [] : [`${count} ${word}${count === 1 ? '' : 's'}`]))
    .join(', ');
}

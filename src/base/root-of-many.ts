import { textIfAnySync } from './if-any.ts';

/** Fewer ids would leave out `nobody`. */
export const enoughIds = 65_535;

/**
 * Whether this process is root with all users at hand, so that it can give files to them. In a namespace that some other
 * user made, root may be so only in name.
 */
export function isRootOfMany(): boolean {
  if (process.geteuid?.() !== 0) return false;
  const ranges = textIfAnySync('/proc/self/uid_map').trim().split('\n');
  const ids = ranges.reduce((sum, range) => sum + Number(range.trim().split(/\s+/)[2]), 0);
  return ids >= enoughIds && textIfAnySync('/proc/self/setgroups').trim() !== 'deny';
}

import { lstatSync, readlinkSync, type Stats } from 'node:fs';
import { join, posix } from 'node:path';
import { ifAny } from '../../base/if-any.ts';

interface PlaceInRoot {
  /** Absolute, as seen inside the root; none of its folders is a link. */
  readonly path: string;
  readonly exists: boolean;
}

const mostLinks = 40;

/**
 * Where a path leads in a root that isn't ours: every link is followed as if the root were `/`, so that none leads out.
 * Undefined where links lead in circles. The last name may be left as it is, to change a link and not what it names.
 */
export function placeInRoot(
  root: string,
  path: string,
  last: 'follow' | 'keep' = 'follow',
): PlaceInRoot | undefined {
  let links = 0;
  let done = '/';
  let exists = true;
  const todo = segmentsOf(path);
  for (let name = todo.shift(); name !== undefined; name = todo.shift()) {
    const next = posix.join(done, name);
    const stats = statsOf(join(root, next));
    if (stats === undefined) exists = false;
    if (stats?.isSymbolicLink() !== true || (last === 'keep' && todo.length === 0)) {
      done = next;
      continue;
    }
    if (++links > mostLinks) return undefined;
    const target = readlinkSync(join(root, next));
    if (target.startsWith('/')) done = '/';
    todo.unshift(...segmentsOf(target));
  }
  return { path: done, exists };
}

export function segmentsOf(path: string): string[] {
  return path.split('/').filter((segment) => segment !== '' && segment !== '.');
}

/** Of a path whose folders are no links. */
export function statsOf(path: string): Stats | undefined {
  return ifAny(() => lstatSync(path), undefined);
}

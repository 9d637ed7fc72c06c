/**
 * Finds files in a root that isn't ours: every link in it is followed as if the root were `/`, so that none leads out.
 * Patterns are absolute; `*`, `?` and `[…]` match within a name, `**` any number of folders. Names that start with a dot
 * must be asked for.
 */
import { readdirSync, type Stats } from 'node:fs';
import { join, posix } from 'node:path';
import { placeInRoot, segmentsOf, statsOf } from './path-in-root.ts';
import { isPattern, namePattern, type MissingFile } from '../missing-file.ts';

export interface RootFile {
  /** As the pattern names it. */
  readonly path: string;
  /** On the host, with every link followed. */
  readonly real: string;
  readonly executable: boolean;
}

const mostEntries = 200;

export class RootFiles {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  find(pattern: string): RootFile[] {
    const found = new Map<string, RootFile>();
    for (const path of this.#expand('/', segmentsOf(pattern))) {
      const real = this.#resolve(path);
      const stats = real === undefined ? undefined : this.#stat(real);
      if (stats?.isFile() === true) {
        found.set(path, { path, real: join(this.#root, real!), executable: (stats.mode & 0o111) !== 0 });
      }
    }
    return [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  /** What is there, for a pattern that found nothing. */
  missing(pattern: string): MissingFile {
    let folder = '/';
    for (const segment of segmentsOf(pattern)) {
      const next = posix.join(folder, segment);
      if (isPattern(segment) || this.#entries(next) === undefined) break;
      folder = next;
    }
    const entries = (this.#entries(folder) ?? []).slice(0, mostEntries);
    const real = isPattern(pattern) ? undefined : this.#resolve(posix.normalize(pattern));
    return {
      pattern,
      folder,
      entries,
      other: real === undefined ? undefined : kindOf(this.#stat(real)),
    };
  }

  *#expand(folder: string, segments: readonly string[]): Generator<string> {
    const [segment, ...rest] = segments;
    if (segment === undefined) {
      yield folder;
    } else if (segment === '**') {
      yield* this.#expand(folder, rest);
      const real = this.#resolve(folder) ?? '/';
      for (const name of this.#entries(folder) ?? []) {
        if (name.startsWith('.') || this.#stat(posix.join(real, name))?.isDirectory() !== true) continue;
        yield* this.#expand(posix.join(folder, name), segments);
      }
    } else if (isPattern(segment)) {
      const matches = namePattern(segment);
      for (const name of this.#entries(folder) ?? []) {
        if (matches(name)) yield* this.#expand(posix.join(folder, name), rest);
      }
    } else {
      yield* this.#expand(posix.join(folder, segment), rest);
    }
  }

  #entries(folder: string): string[] | undefined {
    const real = this.#resolve(folder);
    if (real === undefined || this.#stat(real)?.isDirectory() !== true) return undefined;
    return readdirSync(join(this.#root, real)).sort();
  }

  /** Where a path leads to inside the root; undefined where it leads nowhere. */
  #resolve(path: string): string | undefined {
    const place = placeInRoot(this.#root, path);
    return place?.exists === true ? place.path : undefined;
  }

  /** Of a path whose folders are no links. */
  #stat(path: string): Stats | undefined {
    return statsOf(join(this.#root, path));
  }
}

function kindOf(stats: Stats | undefined): string | undefined {
  if (stats?.isDirectory() === true) return 'a folder';
  return stats === undefined || stats.isFile() ? undefined : 'not a regular file';
}

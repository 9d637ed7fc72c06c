/** Finds files in a state that only the daemon has, by the same patterns as `embedded/files-in-root.ts`. */
import { posix } from 'node:path';
import { isPattern, namePattern, type MissingFile } from '../missing-file.ts';
import { isFolder, isRegular, type FileStat } from './fsutil.ts';
import type { Gateway } from './gateway.ts';
import { GrpcError } from './wire/grpc-error.ts';

const mostEntries = 200;

/** The daemon follows links, as if the state were the whole file system. */
export class StateFiles {
  readonly #gateway: Gateway;
  readonly #ref: string;
  readonly #lists = new Map<string, Promise<readonly FileStat[] | undefined>>();

  constructor(gateway: Gateway, ref: string) {
    this.#gateway = gateway;
    this.#ref = ref;
  }

  /** Paths of files, as the pattern names them. */
  async find(pattern: string): Promise<string[]> {
    const found: string[] = [];
    for (const path of await this.#expand('/', segmentsOf(pattern))) {
      const stat = await this.#stat(path);
      if (stat !== undefined && isRegular(stat)) found.push(path);
    }
    return [...new Set(found)].sort();
  }

  /** What is there, for a pattern that found nothing. */
  async missing(pattern: string): Promise<MissingFile> {
    let folder = '/';
    for (const segment of segmentsOf(pattern)) {
      const next = posix.join(folder, segment);
      if (isPattern(segment) || (await this.#list(next)) === undefined) break;
      folder = next;
    }
    const entries = namesOf(await this.#list(folder)).slice(0, mostEntries);
    const stat = isPattern(pattern) ? undefined : await this.#stat(pattern);
    return { pattern, folder, entries, other: stat === undefined ? undefined : kindOf(stat) };
  }

  async #expand(folder: string, segments: readonly string[]): Promise<string[]> {
    const [segment, ...rest] = segments;
    if (segment === undefined) return [folder];
    if (segment === '**') {
      const inside = (await this.#list(folder)) ?? [];
      const below = inside
        .filter((stat) => isFolder(stat) && !stat.path.startsWith('.'))
        .map(({ path }) => path);
      return this.#all([
        this.#expand(folder, rest),
        ...below.map((name) => this.#expand(posix.join(folder, name), segments)),
      ]);
    }
    if (!isPattern(segment)) return this.#expand(posix.join(folder, segment), rest);
    const names = namesOf(await this.#list(folder)).filter(namePattern(segment));
    return this.#all(names.map((name) => this.#expand(posix.join(folder, name), rest)));
  }

  async #all(parts: readonly Promise<string[]>[]): Promise<string[]> {
    return (await Promise.all(parts)).flat();
  }

  #list(folder: string): Promise<readonly FileStat[] | undefined> {
    let list = this.#lists.get(folder);
    if (list === undefined) this.#lists.set(folder, (list = this.#read(folder)));
    return list;
  }

  async #read(folder: string): Promise<readonly FileStat[] | undefined> {
    const stat = await this.#stat(folder);
    return stat === undefined || !isFolder(stat) ? undefined : this.#gateway.list(this.#ref, folder);
  }

  /** The daemon has no code of its own for "not there". */
  async #stat(path: string): Promise<FileStat | undefined> {
    try {
      return await this.#gateway.stat(this.#ref, path);
    } catch (error) {
      if (error instanceof GrpcError && /no such file|not a directory|not found/.test(error.message))
        return undefined;
      throw error;
    }
  }
}

function segmentsOf(path: string): string[] {
  return path.split('/').filter((segment) => segment !== '' && segment !== '.');
}

function namesOf(list: readonly FileStat[] | undefined): string[] {
  return (list ?? []).map(({ path }) => path).sort();
}

function kindOf(stat: FileStat): string | undefined {
  if (isFolder(stat)) return 'a folder';
  return isRegular(stat) ? undefined : 'not a regular file';
}

/** Where the loader of a root looks for libraries, read out of the loader itself: distros build their folders into it. */
import { glibcInterpreters, muslInterpreters } from '../abi/interpreters.ts';
import type { Libc } from '../abi/libc.ts';

/** A file of a root, or of the machine that a command runs on. */
export interface LibraryFile {
  readonly bytes: Buffer;
  /** Behind all links, absolute in its file system. */
  readonly path: string;
  readonly files: FileSystem;
}

export interface FileSystem {
  /** As messages call it. */
  readonly name: string;
  /** A file, behind all links; undefined where there is none. `path` is absolute. */
  read(path: string): LibraryFile | undefined;
}

/** The program that starts what was built for a libc, wherever the file that asks for it says it will be. */
export function findInterpreter(
  root: FileSystem,
  { interpreter, machine, libc }: { interpreter: string | undefined; machine: string; libc: Libc },
): LibraryFile | undefined {
  const usual = (libc === 'musl' ? muslInterpreters : glibcInterpreters)[machine];
  const name = (interpreter ?? usual ?? '').replace(/^.*\//, '');
  // Of another CPU's packages, and of a musl beside glibc, it is below a folder of its own.
  const places = [interpreter, usual, ...searchFallbacks(machine, libc).map((folder) => `${folder}/${name}`)];
  for (const place of places) {
    const found = place === undefined ? undefined : root.read(place);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The folders that a loader knows without any configuration, in its order. */
export function foldersOfLoader(loader: Buffer, machine: string, libc: Libc): readonly string[] {
  const text = loader.toString('latin1');
  const found =
    libc === 'musl'
      ? /\0((?:\/[\w.+-]+)*\/lib(?:\/[\w.+-]+)*(?::\/[\w./+-]+)+)\0/.exec(text)?.[1]?.split(':')
      : /(?:(?:\/[\w.+-]+)*\/lib\w*(?:\/[\w.+-]+)*\/\0){2,}/
          .exec(text)?.[0]
          .split('\0')
          .flatMap((folder) => folder.slice(0, -1) || []);
  return found ?? searchFallbacks(machine, libc);
}

function searchFallbacks(machine: string, libc: Libc): readonly string[] {
  const triplet = `${machine === 'i386' ? 'i386' : machine}-linux-${libc === 'musl' ? 'musl' : gnuAbi(machine)}`;
  return [
    `/lib/${triplet}`,
    `/usr/lib/${triplet}`,
    '/lib64',
    '/usr/lib64',
    '/lib',
    '/usr/local/lib',
    '/usr/lib',
    `/usr/${triplet}/lib`,
  ];
}

function gnuAbi(machine: string): string {
  return machine === 'arm' ? 'gnueabihf' : 'gnu';
}

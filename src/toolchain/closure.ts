/**
 * The run closure of programs: what their loader would open, and nothing else. The walk is the loader's own, breadth first
 * from the programs: each name once, looked for by RPATH and RUNPATH as that libc reads them, then in the folders that are
 * built into the loader. Where a loader of the user's machine would go on and find something there, this one stops:
 * what is not in the root is not found.
 *
 * A library that is opened by name at run time (`dlopen`) is in no file's list of needs. Those that the libc itself opens
 * so are known, and told; others are told as far as it is seen that something is opened.
 */
import { posix } from 'node:path';
import type { Libc } from '../abi/libc.ts';
import { elfTypeOf, libcKindOf } from '../audit/libc-kind.ts';
import { sourceOfBytes } from '../formats/elf/byte-source.ts';
import { readElf, type ElfFile } from '../formats/elf/elf-file.ts';
import { FormatError } from '../formats/format-error.ts';
import { findInterpreter, foldersOfLoader, type FileSystem, type LibraryFile } from './library-search.ts';

/** What shall run: a program or a library, where it is on this machine. */
export interface ClosureSubject {
  /** As messages and results call it. */
  readonly name: string;
  readonly file: LibraryFile;
}

export interface ClosureRequest {
  readonly subjects: readonly ClosureSubject[];
  /** What the libraries are taken from. */
  readonly root: FileSystem;
  /** The user's own libraries, before those of the root. */
  readonly before: readonly { readonly files: FileSystem; readonly folder: string }[];
  /** Names of more libraries, that something opens at run time. */
  readonly more: readonly string[];
}

export interface ClosureMember {
  /** What others ask for it by. */
  readonly name: string;
  readonly file: LibraryFile;
  readonly elf: ElfFile;
  /** Whether the loader finds it in its own folders; else an RPATH leads to it. */
  readonly folder: string;
  readonly byPath: boolean;
  readonly neededBy: readonly string[];
}

export interface MissingLibrary {
  readonly name: string;
  readonly neededBy: string;
  readonly looked: readonly string[];
  /** There is a file of that name, and why it is not it. */
  readonly unfit: string | undefined;
}

export interface Closure {
  readonly machine: string;
  readonly libc: Libc | undefined;
  readonly subjects: readonly (ClosureSubject & { readonly elf: ElfFile; readonly isProgram: boolean })[];
  /** Undefined where all is static. */
  readonly interpreter: (LibraryFile & { readonly elf: ElfFile }) | undefined;
  /** In the order in which a loader would open them. */
  readonly members: readonly ClosureMember[];
  readonly missing: readonly MissingLibrary[];
  /** Folders that are built into the loader. */
  readonly folders: readonly string[];
}

/** In the place of a name, for libraries that the user names. */
export const wishedFor = '--with';

/** A file whose needs are looked for, and what its loaders said of where to look. */
interface Seeker {
  readonly name: string;
  readonly elf: ElfFile;
  readonly file: LibraryFile;
  /** RPATHs that count for what it needs, besides its own. */
  readonly inherited: readonly { readonly path: string; readonly file: LibraryFile }[];
}

/** Throws `FormatError` for a subject that is no ELF file. */
export function closureOf({ subjects: asked, root, before, more }: ClosureRequest): Closure {
  const subjects = asked.map((subject) => {
    const elf = readElf(sourceOfBytes(subject.file.bytes));
    return { ...subject, elf, isProgram: elfTypeOf(elf) !== 'shared' };
  });
  const machine = subjects[0]!.elf.machine;
  const libc = libcOfSubjects(subjects);
  const nothing = { interpreter: undefined, members: [], missing: [], folders: [] };
  if (libc === undefined) return { machine, libc, subjects, ...nothing };
  const interpreter = subjects.find(({ elf }) => elf.interpreter !== undefined)?.elf.interpreter;
  const loader = findInterpreter(root, { interpreter, machine, libc });
  if (loader === undefined) {
    const name = interpreter ?? `the loader of ${libc} for ${machine}`;
    const missing = [{ name, neededBy: subjects[0]!.name, looked: [], unfit: undefined }];
    return { machine, libc, subjects, ...nothing, missing };
  }
  const folders = foldersOfLoader(loader.bytes, machine, libc);
  const walk = new Walk({ root, before }, { machine, libc, folders, subjects });
  walk.run(more);
  return {
    machine,
    libc,
    subjects,
    interpreter: { ...loader, elf: readElf(sourceOfBytes(loader.bytes)) },
    members: walk.members.filter(({ file }) => file.path !== loader.path),
    missing: walk.missing,
    folders,
  };
}

function libcOfSubjects(subjects: Closure['subjects']): Libc | undefined {
  for (const { elf } of subjects) {
    const kind = libcKindOf(elf, elfTypeOf(elf));
    if (kind === 'glibc' || kind === 'musl') return kind;
    // Of a library that names no libc, most are of glibc.
    if (kind === 'unknown') return 'glibc';
  }
  return undefined;
}

/** All of these are musl's libc itself, whatever they are called: its loader opens no file for them. */
const ofMusl = /^(?:lib(?:c|pthread|rt|m|dl|util|xnet)\.|ld-musl-|ld-linux|libc\.musl-)/;

interface Facts extends Pick<Closure, 'machine' | 'folders' | 'subjects'> {
  readonly libc: Libc;
}

class Walk {
  readonly missing: MissingLibrary[] = [];
  readonly #members = new Map<string, ClosureMember & { readonly neededBy: string[] }>();
  readonly #queue: Seeker[] = [];
  readonly #request: Pick<ClosureRequest, 'root' | 'before'>;
  readonly #facts: Facts;
  /** What is asked for by these names is among the subjects. */
  readonly #given: ReadonlySet<string>;

  constructor(request: Pick<ClosureRequest, 'root' | 'before'>, facts: Facts) {
    this.#request = request;
    this.#facts = facts;
    this.#given = new Set(facts.subjects.map(({ elf, name }) => elf.soname ?? name));
    for (const { elf, name, file } of facts.subjects) this.#queue.push({ name, elf, file, inherited: [] });
  }

  get members(): readonly ClosureMember[] {
    return [...this.#members.values()];
  }

  /** The names in `more` are looked for as if the first subject asked for them. */
  run(more: readonly string[]): void {
    for (const name of more) this.#seek(name, this.#queue[0]!, wishedFor);
    for (let seeker = this.#queue.shift(); seeker !== undefined; seeker = this.#queue.shift())
      for (const name of seeker.elf.needed) this.#seek(name, seeker, seeker.name);
  }

  #seek(name: string, seeker: Seeker, by: string): void {
    const { libc } = this.#facts;
    if ((libc === 'musl' && ofMusl.test(name)) || this.#given.has(name)) return;
    const known = this.#members.get(name);
    if (known !== undefined) {
      if (!known.neededBy.includes(by)) known.neededBy.push(by);
      return;
    }
    if (this.missing.some((one) => one.name === name)) return;
    const looked = new Set<string>();
    let unfit: string | undefined;
    for (const { files, folder, byPath } of this.#places(seeker)) {
      looked.add(files === this.#request.root ? folder : `${folder} (${files.name})`);
      const file = files.read(posix.join(folder, name));
      if (file === undefined) continue;
      const elf = this.#fitting(file);
      if (typeof elf === 'string') {
        unfit ??= `${file.path} is ${elf}`;
        continue;
      }
      this.#members.set(name, { name, file, elf, folder, byPath, neededBy: [by] });
      this.#queue.push({ name, elf, file, inherited: inheritedBy(seeker, libc) });
      return;
    }
    this.missing.push({ name, neededBy: by, looked: [...looked], unfit });
  }

  *#places({ elf, file, inherited }: Seeker): Generator<Place, void, void> {
    const { root, before } = this.#request;
    const own = { path: elf.runpath ?? elf.rpath ?? '', file };
    // glibc asks no RPATH of another file where the file itself has a RUNPATH.
    const alone = elf.runpath !== undefined && this.#facts.libc === 'glibc';
    for (const { path, file: of } of alone ? [own] : [own, ...inherited]) {
      for (const entry of path.split(':')) {
        const origin = /^\$(?:ORIGIN|\{ORIGIN\})(?=\/|$)/.exec(entry)?.[0];
        const below = origin && posix.join(posix.dirname(of.path), `./${entry.slice(origin.length)}`);
        if (below !== undefined) yield { files: of.files, folder: below, byPath: true };
        else if (entry.startsWith('/')) yield { files: root, folder: posix.normalize(entry), byPath: true };
      }
    }
    for (const { files, folder } of before) yield { files, folder, byPath: false };
    for (const folder of this.#facts.folders) yield { files: root, folder, byPath: false };
  }

  /** What is wrong with a file for this program; loaders go on looking then. */
  #fitting({ bytes }: LibraryFile): ElfFile | string {
    try {
      const elf = readElf(sourceOfBytes(bytes));
      if (elf.machine !== this.#facts.machine) return `for ${elf.machine}`;
      return elf.dynamic ? elf : 'no shared library';
    } catch (error) {
      if (error instanceof FormatError) return 'no shared library';
      throw error;
    }
  }
}

interface Place {
  readonly files: FileSystem;
  readonly folder: string;
  readonly byPath: boolean;
}

function inheritedBy({ elf, file, inherited }: Seeker, libc: Libc): Seeker['inherited'] {
  const path =
    libc === 'musl' ? (elf.runpath ?? elf.rpath) : elf.runpath === undefined ? elf.rpath : undefined;
  return path === undefined ? inherited : [{ path, file }, ...inherited];
}

/**
 * A run closure as files. Without a prefix it is a root in which each library is where its distro has it, so that the
 * loader finds it as ever. Below a prefix each is in a folder called by package and version, so closures of several
 * programs share a prefix, also where they want two versions of one library; the programs name those folders themselves.
 *
 * What was linked for the prefix (`targetry cc --prefix`) stays as it is and gets links where it looks.
 */
import { basename, dirname, join, relative } from 'node:path/posix';
import { jsonText } from '../../base/json-text.ts';
import { sha256 } from '../../base/sha256.ts';
import { withPlaces } from '../../formats/elf/elf-places.ts';
import { FormatError } from '../../formats/format-error.ts';
import type { LockedPackage } from '../../lock/lock.ts';
import { Failure } from '../../report/failure.ts';
import { RootTree, type RootNode } from '../../roots/root-tree.ts';
import type { Closure, ClosureMember } from '../../toolchain/closure.ts';
import type { LibraryFile } from '../../toolchain/library-search.ts';
import { filesOfMachine } from './library-root.ts';

export interface ClosurePlan {
  readonly closure: Closure;
  /** What the libraries were taken from. */
  readonly from: RootTree;
  readonly packages: readonly LockedPackage[];
  /** Absolute; undefined for the places of the distro. */
  readonly prefix: string | undefined;
  readonly notes: readonly string[];
}

export interface PlacedFile {
  /** Absolute, where the closure will be used. */
  readonly path: string;
  readonly package: string | null;
  readonly version: string | null;
  readonly size: number;
  readonly sha256: string;
}

export interface PlacedLibrary extends PlacedFile {
  readonly name: string;
  readonly neededBy: readonly string[];
}

export interface PlacedArtifact extends Pick<PlacedFile, 'path' | 'size' | 'sha256'> {
  readonly name: string;
  /** Its loader and RPATH were written anew. */
  readonly changed: boolean;
}

export interface ClosureTree {
  /** With the paths that files will have. */
  readonly tree: RootTree;
  readonly interpreter: PlacedFile | undefined;
  readonly libraries: readonly PlacedLibrary[];
  readonly artifacts: readonly PlacedArtifact[];
}

const OWNER = 'the closure';

export function closureTree(plan: ClosurePlan): ClosureTree {
  const making = new Making(plan);
  const interpreter = making.interpreter();
  const libraries = making.libraries();
  const artifacts = making.artifacts();
  const { closure, notes, prefix } = plan;
  const manifest = {
    schema: 'targetry.closure/1',
    machine: closure.machine,
    libc: closure.libc ?? null,
    prefix: prefix ?? null,
    artifacts,
    interpreter: interpreter ?? null,
    libraries,
    notes,
  };
  const text = jsonText(manifest);
  making.tree.write(`${prefix ?? '/usr'}/share/closure.json`.slice(1), text, { owner: OWNER });
  return { tree: making.tree, interpreter, libraries, artifacts };
}

interface Facts {
  readonly node: RootNode;
  readonly bytes: Buffer;
  readonly package: string | null;
  readonly version: string | null;
}

class Making {
  readonly tree: RootTree;
  readonly #plan: ClosurePlan;
  /** Where libraries are below the prefix, in the order in which they were found. */
  readonly #folders = new Set<string>();
  readonly #placed: string[] = [];
  #loader = '';

  constructor(plan: ClosurePlan) {
    this.#plan = plan;
    this.tree = new RootTree(plan.from.mtime);
  }

  libraries(): PlacedLibrary[] {
    const { closure, prefix } = this.#plan;
    const facts = closure.members.map((member) => ({ member, ...this.#factsOf(member.file, member.name) }));
    const places = facts.map((one) =>
      prefix === undefined ? this.#asInDistro(one.member) : this.#byVersion(one, one.member.name),
    );
    return facts.map(({ member: { name, elf, neededBy }, bytes, node, package: owner, version }, index) => {
      const path = places[index]!;
      // glibc asks no RPATH of the program for what a library with a RUNPATH needs.
      const own = prefix !== undefined && (elf.runpath ?? elf.rpath) !== undefined;
      const written = own ? this.#replaced(bytes, name) : bytes;
      this.#put(path, own ? this.#text(written, node) : node);
      return { name, path, package: owner, version, size: written.length, sha256: sha256(written), neededBy };
    });
  }

  interpreter(): PlacedFile | undefined {
    const { interpreter } = this.#plan.closure;
    if (interpreter === undefined) return undefined;
    const { prefix } = this.#plan;
    const facts = this.#factsOf(interpreter, basename(interpreter.path));
    const asked = this.#plan.closure.subjects.flatMap(({ elf }) => elf.interpreter ?? []);
    const name = basename(asked[0] ?? interpreter.path);
    const path = prefix === undefined ? interpreter.path : this.#byVersion(facts, name);
    this.#loader = path;
    this.#put(path, facts.node);
    if (prefix === undefined) for (const one of asked) this.#link(one, path);
    const { bytes, package: owner, version } = facts;
    return { path, package: owner, version, size: bytes.length, sha256: sha256(bytes) };
  }

  artifacts(): PlacedArtifact[] {
    const { closure, prefix } = this.#plan;
    return closure.subjects.map(({ name, file, elf, isProgram }) => {
      const path = isProgram
        ? `${prefix ?? '/usr/local'}/bin/${name}`
        : this.#libraryPlace(elf.soname ?? name);
      const changed =
        prefix !== undefined && elf.dynamic && closure.libc !== undefined && !this.#isLocked(elf);
      const bytes = changed ? this.#replaced(file.bytes, name) : file.bytes;
      if (prefix !== undefined && !changed) this.#linkFor(elf);
      const facts = { mode: 0o755, uid: 0, gid: 0, mtime: this.tree.mtime, owner: OWNER };
      this.#put(path, { ...facts, type: 'text', bytes });
      return { name, path, changed, size: bytes.length, sha256: sha256(bytes) };
    });
  }

  /** Of a library that was given: where programs look. */
  #libraryPlace(name: string): string {
    const { prefix, closure } = this.#plan;
    if (prefix === undefined) return `${closure.folders[0] ?? '/usr/local/lib'}/${name}`;
    return `${prefix}/lib/${name}`;
  }

  /** Whether it looks below the prefix by itself. */
  #isLocked({ interpreter, rpath, runpath }: ClosureMember['elf']): boolean {
    const below = (path: string | undefined) => path?.startsWith(`${this.#plan.prefix}/`) === true;
    return (interpreter === undefined || below(interpreter)) && below(rpath ?? runpath);
  }

  #linkFor({ interpreter, rpath, runpath }: ClosureMember['elf']): void {
    if (interpreter !== undefined && this.#loader !== '') this.#link(interpreter, this.#loader);
    const folder = (rpath ?? runpath)?.split(':').find((entry) => entry.startsWith(`${this.#plan.prefix}/`));
    if (folder === undefined) return;
    for (const one of this.#placed) this.#link(join(folder, basename(one)), one);
  }

  #replaced(bytes: Buffer, name: string): Buffer {
    const folders = [...this.#folders];
    const given = this.#plan.closure.subjects.some(({ isProgram }) => !isProgram);
    if (given) folders.unshift(`${this.#plan.prefix}/lib`);
    try {
      return withPlaces(bytes, { interpreter: this.#loader, rpath: folders.join(':') });
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      const message = `${name} can't be made to look for its libraries below ${this.#plan.prefix}`;
      const hint =
        'link it for that place: `targetry cc --prefix DIR`, or -Wl,-rpath and -Wl,-dynamic-linker';
      throw new Failure('closure-unfit', message, { why: error.message, hint });
    }
  }

  /** Where its distro has it, with a link by the name that is asked for. */
  #asInDistro({ name, file, folder, byPath }: ClosureMember): string {
    const { folders } = this.#plan.closure;
    const own = file.files === filesOfMachine ? join(folders[0]!, basename(file.path)) : file.path;
    const trusted = folders.includes(dirname(own)) ? dirname(own) : byPath ? folder : folders[0]!;
    const asked = join(trusted, name);
    if (asked !== own) this.#link(asked, own);
    return own;
  }

  #byVersion({ bytes, package: owner, version }: Facts, name: string): string {
    const folder =
      owner === null || version === null ? `${name}-${sha256(bytes).slice(0, 12)}` : `${owner}-${version}`;
    // A colon would end the path where loaders read several.
    const path = `${this.#plan.prefix}/lib/${folder.replaceAll(':', '_')}`;
    this.#folders.add(path);
    this.#placed.push(`${path}/${name}`);
    return `${path}/${name}`;
  }

  #factsOf({ path, bytes, files }: LibraryFile, name: string): Facts {
    const { from, packages } = this.#plan;
    const node = files === filesOfMachine ? undefined : from.find(path);
    if (node === undefined) {
      const facts = { mode: 0o755, uid: 0, gid: 0, mtime: from.mtime, owner: name };
      return { node: { ...facts, type: 'text', bytes }, bytes, package: null, version: null };
    }
    const found = packages.find((one) => one.name === node.owner.replace(/:.*$/, ''));
    return { node, bytes, package: found?.name ?? null, version: found?.version ?? null };
  }

  #text(bytes: Buffer, { mode, uid, gid, mtime, owner }: RootNode): RootNode {
    return { mode, uid, gid, mtime, owner, type: 'text', bytes };
  }

  #put(path: string, node: RootNode): void {
    this.tree.folder(dirname(path).slice(1), { owner: OWNER });
    this.tree.set(this.tree.locate(path.slice(1)), node);
  }

  #link(path: string, to: string): void {
    if (path === to) return;
    this.tree.folder(dirname(path).slice(1), { owner: OWNER });
    this.tree.link(path.slice(1), relative(dirname(path), to), OWNER);
  }
}

/** What a prefix will hold, as a tree of its own. */
export function belowPrefix(tree: RootTree, prefix: string): RootTree {
  const below = new RootTree(tree.mtime);
  const start = `${prefix.slice(1)}/`;
  for (const [path, node] of tree.nodes)
    if (path.startsWith(start)) below.set(path.slice(start.length), node);
  return below;
}

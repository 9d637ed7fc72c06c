/** `targetry sysroot --closure`: what a program needs at run time and nothing else, as a folder, a tar or an image. */
import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { cpuOf, parseArch, type Arch } from '../abi/cpu.ts';
import { sha256 } from '../base/sha256.ts';
import type { Environment, Project } from '../config/project.ts';
import { selectEnvironment } from '../config/select.ts';
import { readElf } from '../formats/elf/elf-file.ts';
import { sourceOfBytes } from '../formats/elf/byte-source.ts';
import { FormatError } from '../formats/format-error.ts';
import type { LockedEnvironment } from '../lock/lock.ts';
import type { LockRequest } from '../lock/request.ts';
import type { Context } from '../report/context.ts';
import type { Diagnostic } from '../report/diagnostic.ts';
import { Failure } from '../report/failure.ts';
import { planRoot } from '../roots/compose.ts';
import { exportRoot, formOf, type ExportedRoot, type RootForm } from '../roots/export-root.ts';
import { Store } from '../store/store.ts';
import { closureNotes } from '../toolchain/closure-notes.ts';
import {
  wishedFor,
  closureOf,
  type Closure,
  type ClosureRequest,
  type ClosureSubject,
} from '../toolchain/closure.ts';
import { belowPrefix, closureTree, type ClosureTree } from './preparing/closure-tree.ts';
import { keptFolder } from './locking/keep-packages.ts';
import { readLastRecord } from './building/last-record.ts';
import { lockLibc } from './locking/libc-of-release.ts';
import { packagesOfLibraries } from './preparing/library-packages.ts';
import { filesOfMachine, filesOfTree, libraryRequest } from './preparing/library-root.ts';
import { lockSection } from './lock.ts';
import { withTrees } from './preparing/make-root.ts';
import { PackageSources, type ServerOptions } from './locking/package-sources.ts';
import { projectHere } from './project-here.ts';
import { SourcesOnDemand } from './locking/sources-on-demand.ts';

export interface ClosureCommand extends ServerOptions {
  /** Programs and libraries. */
  readonly files: readonly string[];
  /** That has the libraries; else the one that built the first file, else the only one. */
  readonly environment?: string | undefined;
  /** Instead of an environment: a release, as `targetry cc` names it. */
  readonly libc?: string | undefined;
  readonly output: string;
  readonly form?: RootForm | undefined;
  readonly prefix?: string | undefined;
  /** Libraries that are opened by name at run time. */
  readonly more: readonly string[];
  /** Folders with libraries of the user's own. */
  readonly runtime: readonly string[];
  readonly set?: readonly string[] | undefined;
}

export interface ClosureResult
  extends ExportedRoot, Pick<ClosureTree, 'interpreter' | 'libraries' | 'artifacts'> {
  readonly path: string;
  readonly prefix: string | undefined;
  readonly environment: string;
  readonly arch: string;
  readonly libc: Closure['libc'];
  readonly notes: readonly string[];
}

export async function writeClosure(context: Context, command: ClosureCommand): Promise<ClosureResult> {
  const { prefix, output, form = formOf(output) } = command;
  if (prefix !== undefined && !/^\/[^:]*[^:/]$/.test(prefix))
    throw new Failure(
      'usage',
      `--prefix ${prefix} is not an absolute path without \`:\` and without \`/\` at its end`,
    );
  const subjects = command.files.map((file) => subjectOf(resolve(context.cwd, file)));
  const arch = archOfSubjects(subjects);
  const path = resolve(context.cwd, output);
  return withLibraries(context, { command, arch, subjects }, async ({ locked, request, sources, name }) => {
    const { tree: from } = await planRoot(locked, sources.store);
    const closure = closureOf({
      subjects,
      root: filesOfTree(from, name),
      before: command.runtime.flatMap((folder) => runtimeFolders(resolve(context.cwd, folder))),
      more: command.more,
    });
    await refuseMissing(closure, { request, sources, name });
    const notes = closureNotes(closure);
    const made = closureTree({ closure, from, packages: locked.packages, prefix, notes });
    const tree = prefix === undefined || form === 'oci' ? made.tree : belowPrefix(made.tree, prefix);
    const [program] = made.artifacts;
    const image = {
      name: program!.name,
      platform: cpuOf(arch).oci,
      env: {},
      createdBy: 'targetry sysroot --closure',
      entrypoint: closure.subjects[0]!.isProgram ? [program!.path] : undefined,
    };
    const written = await exportRoot(tree, { path, form, image, signal: context.signal });
    const { interpreter, libraries, artifacts } = made;
    const facts = { path, prefix, environment: name, arch: locked.arch, libc: closure.libc, notes };
    return { ...written, ...facts, interpreter, libraries, artifacts };
  });
}

function subjectOf(path: string): ClosureSubject {
  const file = filesOfMachine.read(path);
  if (file === undefined) throw new Failure('closure-unfit', `${path} is not there, or no file`);
  return { name: basename(path), file };
}

function archOfSubjects(subjects: readonly ClosureSubject[]): Arch {
  const machines = subjects.map(({ file: { bytes, path } }) => {
    try {
      return readElf(sourceOfBytes(bytes)).machine;
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      throw new Failure('closure-unfit', `${path} is no program and no shared library`, {
        why: error.message,
      });
    }
  });
  const arch = parseArch(machines[0]!);
  if (arch !== undefined && new Set(machines).size === 1) return arch;
  const why = `they are for ${[...new Set(machines)].join(' and ')}`;
  throw new Failure('closure-unfit', 'one closure is for one CPU', { why });
}

function runtimeFolders(folder: string): ClosureRequest['before'] {
  if (!existsSync(folder)) throw new Failure('usage', `--runtime ${folder} is not there`);
  return ['lib', 'usr/lib', '.'].map((name) => ({ files: filesOfMachine, folder: join(folder, name) }));
}

interface Libraries {
  readonly locked: LockedEnvironment;
  readonly request: LockRequest;
  readonly sources: PackageSources;
  /** As messages call where they come from. */
  readonly name: string;
}

interface Wanted {
  readonly command: ClosureCommand;
  readonly arch: Arch;
  readonly subjects: readonly ClosureSubject[];
}

/** Locked first where it isn't, with the packages in the store. */
async function withLibraries<Result>(
  context: Context,
  { command, arch, subjects }: Wanted,
  work: (libraries: Libraries) => Promise<Result>,
): Promise<Result> {
  const { libc } = command;
  const store = await Store.open(context.store);
  if (libc !== undefined) {
    const sources = new PackageSources(context, store, { environments: new Map() }, command);
    try {
      const { locked, request } = await lockLibc({ libc, language: 'c++' }, arch, sources);
      return await withTrees(context, { locked, sources }, () =>
        work({ locked, request, sources, name: libc }),
      );
    } finally {
      await sources.close();
    }
  }
  const project = projectHere(context, command.set);
  const environment = environmentOf(project, command.environment, subjects);
  const onDemand = new SourcesOnDemand(context, store, project, command);
  try {
    const request = libraryRequest(project, environment, arch);
    const { lock, locked } = await lockSection(context, { project, request, sources: onDemand });
    const kept = keptFolder(project, lock);
    const sources = await onDemand.open();
    return await withTrees(context, { locked, sources, kept }, () =>
      work({ locked, request, sources, name: environment.name }),
    );
  } finally {
    await onDemand.close();
  }
}

/** That of the target that built the file, where the project did. */
function environmentOf(
  project: Project,
  name: string | undefined,
  subjects: readonly ClosureSubject[],
): Environment {
  if (name !== undefined) return selectEnvironment(project, name);
  const { artifacts, targets } = readLastRecord(project);
  const hashes = subjects.map(({ file }) => sha256(file.bytes));
  const built = artifacts.find((one) => hashes.includes(one.sha256))?.target;
  const found = project.environments.get(targets.find((one) => one.name === built)?.environment ?? '');
  if (found !== undefined) return found;
  const [only, ...others] = project.environments.values();
  if (only !== undefined && others.length === 0) return only;
  throw new Failure('usage', `which environment has the libraries of ${subjects[0]!.name} is not told`, {
    hint: `name one of ${[...project.environments.keys()].join(', ')}: \`targetry sysroot ENVIRONMENT --closure …\``,
  });
}

/** Each library that is nowhere, with who needs it and which package has it. */
export async function refuseMissing(
  { missing }: Closure,
  { request, sources, name }: Pick<Libraries, 'request' | 'sources' | 'name'>,
): Promise<void> {
  if (missing.length === 0) return;
  const libraries = missing.map((one) => one.name);
  const packages = await packagesOfLibraries(libraries, request, sources);
  const diagnostics = missing.map(({ name: library, neededBy, looked, unfit }): Diagnostic => {
    const found = packages.get(library);
    const hint =
      found === undefined
        ? 'name the folder that has it with `--runtime FOLDER`'
        : request.role === 'sysroot' && !sources.environments.has(name)
          ? `take it along: \`--libc ${name}+${found[0]}\``
          : `add \`${found[0]}\` to the packages of ${name}`;
    const also = unfit === undefined ? '' : `; ${unfit}`;
    const where = looked.length === 0 ? `is not in ${name}` : `is in none of ${looked.join(', ')}`;
    return {
      code: 'closure-incomplete',
      severity: 'error',
      message:
        neededBy === wishedFor
          ? `${library} was asked for, and ${where}${also}`
          : `${neededBy} needs ${library}, which ${where}${also}`,
      hint,
    };
  });
  throw new Failure('closure-incomplete', `nothing was written, because ${name} lacks libraries`, {
    diagnostics,
  });
}

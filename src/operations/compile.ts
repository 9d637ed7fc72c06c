/**
 * `targetry cc`: this machine's compiler against the libc of a release, as a drop-in `CC`. What the release is made of is
 * decided at the first use and kept in the store, so that later ones take no longer than the compiler.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { archHere, cpuOf, type Arch } from '../abi/cpu.ts';
import { formatOf } from '../abi/root-kind.ts';
import { isProgramFile } from '../base/is-program-file.ts';
import type { Context } from '../report/context.ts';
import { Failure } from '../report/failure.ts';
import { composeRoot } from '../roots/compose.ts';
import { rootFolder, rootKey } from '../roots/known-root.ts';
import { Store } from '../store/store.ts';
import {
  compileCommand,
  contradiction,
  lackOf,
  type CommandRequest,
  type CompileCommand,
  type Runtime,
} from '../toolchain/compile-command.ts';
import { newerLibrary } from '../toolchain/newer-library.ts';
import { libcOfSysroot, sysrootLayout, type SysrootLayout } from '../toolchain/sysroot-layout.ts';
import { lockLibc } from './locking/libc-of-release.ts';
import { namedArches } from './locking/named-arches.ts';
import { withTrees } from './preparing/make-root.ts';
import { PackageSources, type ServerOptions } from './locking/package-sources.ts';

export interface CompileRequest extends ServerOptions {
  readonly language: 'c' | 'c++';
  /** A release, with packages after `+`: `debian-11`, `alpine`, `debian-12+musl-dev`. */
  readonly libc: string;
  readonly arch?: string | undefined;
  readonly prefix?: string | undefined;
  readonly runtime?: string | undefined;
  /** A program; else gcc or clang, whichever there is. */
  readonly compiler?: string | undefined;
  /** For the compiler. */
  readonly args: readonly string[];
}

/** What would be run. */
export async function planCompile(context: Context, request: CompileRequest): Promise<CompileCommand> {
  const { prefix, language, args } = request;
  const [arch = archHere()] = namedArches(request.arch);
  if (prefix !== undefined && !/^\/[^,]*[^,/]$/.test(prefix))
    throw new Failure(
      'usage',
      `--prefix ${prefix} is not an absolute path without \`,\` and without \`/\` at its end`,
    );
  const wrong = contradiction(args);
  if (wrong !== undefined) throw new Failure('compile-contradiction', wrong);
  const { program, family } = compilerFor(context, request, arch);
  const { layout, sysroot } = await openLibc(context, request, arch);
  const own =
    family === 'gcc'
      ? spawnSync(program, ['-print-file-name=include'], { encoding: 'utf8' }).stdout.trim()
      : undefined;
  const runtime =
    request.runtime === undefined ? undefined : readRuntime(resolve(context.cwd, request.runtime));
  const wanted: CommandRequest = {
    program,
    family,
    language,
    layout,
    sysroot,
    own,
    runtime,
    prefix,
    args,
  };
  const lack = lackOf(wanted);
  if (lack !== undefined) throw new Failure('compile-contradiction', lack);
  refuseNewerLibrary(wanted, context.cwd, request.libc);
  return compileCommand(wanted);
}

function refuseNewerLibrary(wanted: CommandRequest, cwd: string, libc: string): void {
  const newer = newerLibrary(wanted, cwd);
  if (newer === undefined) return;
  const { path, glibc } = newer;
  const has = wanted.layout.libcVersion;
  throw new Failure('library-newer', `${path} was built for glibc ${glibc}, and ${libc} has glibc ${has}`, {
    hint: `take its build of that release, by its package: \`--libc ${libc}+lib…-dev\`; or a release with glibc ${glibc}, which the result then needs`,
  });
}

/** Answers the compiler's exit code; what it says goes where ours goes. */
export function runCompile(context: Context, { words }: CompileCommand): Promise<number> {
  const [program, ...args] = words;
  const child = spawn(program!, args, { stdio: 'inherit', cwd: context.cwd, signal: context.signal });
  return new Promise((done, fail) => {
    child.on('error', fail);
    child.on('close', (code) => done(code ?? 1));
  });
}

function compilerFor(
  { env }: Context,
  { compiler, language }: CompileRequest,
  arch: Arch,
): { readonly program: string; readonly family: 'gcc' | 'clang' } {
  const prefix = arch === archHere() ? '' : `${cpuOf(arch).gnu}-`;
  const usual = language === 'c' ? [`${prefix}gcc`, 'clang'] : [`${prefix}g++`, 'clang++'];
  const names = compiler === undefined ? usual : [compiler];
  const folders = (env['PATH'] ?? '').split(delimiter);
  for (const name of names) {
    const places = name.includes('/') ? [name] : folders.map((folder) => join(folder, name));
    const program = places.find(isProgramFile);
    if (program !== undefined) return { program, family: name.includes('clang') ? 'clang' : 'gcc' };
  }
  throw new Failure('compiler-missing', `this machine has no ${names.join(' and no ')}`);
}

interface OpenedLibc {
  readonly layout: SysrootLayout;
  readonly sysroot: string;
}

async function openLibc(context: Context, request: CompileRequest, arch: Arch): Promise<OpenedLibc> {
  const store = await Store.open(context.store);
  const sources = new PackageSources(context, store, { environments: new Map() }, request);
  try {
    const { locked } = await lockLibc(request, arch, sources);
    const made = rootFolder(store, rootKey(locked));
    const sysroot = made ?? (await withTrees(context, { locked, sources }, () => composeRoot(locked, store)));
    const { packages } = locked;
    const layout = sysrootLayout({ format: formatOf(locked)!, libc: libcOfSysroot(locked), arch, packages });
    return { sysroot, layout };
  } finally {
    await sources.close();
  }
}

/** A folder as an installation of a libc is: `include` and `lib`, below `usr` or not; else all in one. */
function readRuntime(folder: string): Runtime {
  const below = (...names: readonly string[]) =>
    names.map((name) => join(folder, name)).filter((path) => existsSync(path));
  const found = below('lib', 'usr/lib');
  const libraries = found.length > 0 ? found : [folder];
  if (!existsSync(folder)) throw new Failure('usage', `--runtime ${folder} is not there`);
  const files = libraries.flatMap((path) => readdirSync(path));
  const startFiles = files.filter((name) => name.endsWith('crt1.o'));
  return { includes: below('include', 'usr/include'), libraries, startFiles };
}

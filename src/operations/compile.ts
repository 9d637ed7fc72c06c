/**
 * `targetry cc`: this machine's compiler against the libc of a release, as a drop-in `CC`. What the release is made of is
 * decided at the first use and kept in the store, so that later ones take no longer than the compiler.
 */
import { spawn, spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { archHere, cpuOf, type Arch } from '../abi/cpu.ts';
import { gccOf, newestRelease } from '../config/distro-releases.ts';
import type { Environment, Libc } from '../config/project.ts';
import { releaseBase, releaseIds } from '../config/proof-environment.ts';
import { formatOf, libcOf } from '../config/root-base.ts';
import { suggest } from '../config/suggest.ts';
import type { LockedEnvironment } from '../lock/lock.ts';
import { inputsOf } from '../lock/request.ts';
import type { Context } from '../report/context.ts';
import type { Location } from '../report/diagnostic.ts';
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
import { sysrootLayout, type SysrootLayout } from '../toolchain/sysroot-layout.ts';
import { lockEnvironment } from './lock-environment.ts';
import { namedArches } from './named-arches.ts';
import { sysrootRequests } from './environment-request.ts';
import { withTrees } from './make-root.ts';
import { PackageSources, type ServerOptions } from './package-sources.ts';

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
    throw new Failure('usage', `--prefix ${prefix} is not an absolute path`);
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
  return compileCommand(wanted);
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
    const program = places.find(isExecutable);
    if (program !== undefined) return { program, family: name.includes('clang') ? 'clang' : 'gcc' };
  }
  throw new Failure('compiler-missing', `this machine has no ${names.join(' and no ')}`);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

interface OpenedLibc {
  readonly layout: SysrootLayout;
  readonly sysroot: string;
}

async function openLibc(context: Context, request: CompileRequest, arch: Arch): Promise<OpenedLibc> {
  const environment = environmentFor(request);
  const [wanted] = sysrootRequests({ environment, arch });
  const store = await Store.open(context.store);
  const sources = new PackageSources(context, store, { environments: new Map() }, request);
  try {
    const key = inputsOf(wanted!);
    const known = await store.readRecord<LockedEnvironment>('sysroot', key);
    const locked = known ?? (await lockEnvironment(wanted!, sources)).locked;
    if (known === undefined) await store.writeRecord('sysroot', key, locked);
    const made = rootFolder(store, rootKey(locked));
    const sysroot = made ?? (await withTrees(context, { locked, sources }, () => composeRoot(locked, store)));
    const { base, packages } = environment.sysroot!;
    const isMusl = libcOf(base) === 'musl' || packages.some(({ name }) => name === 'musl-dev');
    const libc: Libc = isMusl ? 'musl' : 'glibc';
    const format = formatOf(base)!;
    return { sysroot, layout: sysrootLayout({ format, libc, arch, packages: locked.packages }) };
  } finally {
    await sources.close();
  }
}

const shortNames: Readonly<Record<string, string>> = {
  musl: `debian-${newestRelease('debian')}+musl-dev`,
  alpine: `alpine-${newestRelease('alpine')}`,
};

function packagesOfLibc(
  base: NonNullable<ReturnType<typeof releaseBase>>,
  language: CompileRequest['language'],
): readonly string[] {
  if (base.distro === 'wolfi') return ['glibc-dev'];
  // g++ of Alpine is not taken apart: its library comes with the compiler.
  if (base.distro === 'alpine') return language === 'c' ? ['musl-dev'] : ['musl-dev', 'g++'];
  const gcc = gccOf(base.distro, base.release);
  return ['libc6-dev', ...(gcc === undefined ? [] : [`libgcc-${gcc}-dev`, `libstdc++-${gcc}-dev`])];
}

/** An environment that is nothing but a sysroot. */
function environmentFor({ libc: word, language }: CompileRequest): Environment {
  const at: Location = { file: '--libc', line: 1, column: 1, length: word.length, text: word };
  const [id = '', ...extra] = (shortNames[word] ?? word).split('+');
  const base = releaseBase(id);
  if (base === undefined) {
    throw new Failure('usage', `\`${word}\` is no libc that Targetry knows`, {
      hint: suggest(id, releaseIds(), 'there are `musl`, `alpine` and the releases'),
    });
  }
  const packages = extra.includes('musl-dev') ? extra : [...packagesOfLibc(base, language), ...extra];
  const parts = { base, recommends: false, repositories: [], at };
  const sysroot = { ...parts, packages: packages.map((name) => ({ name, at })) };
  const nothing = { users: [], tools: { npm: [], pypi: [] }, env: {} };
  return { name: word, ...sysroot, ...nothing, sysroot };
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

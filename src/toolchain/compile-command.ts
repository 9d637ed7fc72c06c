/** One command of a compiler against a sysroot, with the reason for each word that is not the user's. */
import {
  headerArguments,
  leadingArguments,
  needsWholeThreads,
  wholeThreads,
  type AddedArguments,
} from './added-arguments.ts';
import type { SysrootLayout } from './sysroot-layout.ts';

/** A libc or libraries of the user's own, before those of the sysroot. */
export interface Runtime {
  readonly includes: readonly string[];
  readonly libraries: readonly string[];
  /** Names of its start files: `Scrt1.o`; empty where it brings none. */
  readonly startFiles: readonly string[];
}

export interface CommandRequest {
  readonly program: string;
  readonly family: 'gcc' | 'clang';
  readonly language: 'c' | 'c++';
  readonly layout: SysrootLayout;
  readonly sysroot: string;
  /** The folder of the compiler's own headers; clang finds it by itself. */
  readonly own: string | undefined;
  readonly runtime: Runtime | undefined;
  /** Where the result finds its interpreter and its libraries. */
  readonly prefix: string | undefined;
  /** As the user gave them. */
  readonly args: readonly string[];
}

export interface CompileCommand {
  readonly words: readonly string[];
  readonly added: readonly AddedArguments[];
  /** In the order in which they count, besides those that the user names. */
  readonly headers: readonly string[];
  readonly libraries: readonly string[];
  /** What starts the result; undefined for a static one, a library, or what is not linked. */
  readonly interpreter: string | undefined;
}

const exclusive = [
  ['-static', '-dynamic'],
  ['-static', '-shared'],
  ['-shared', '-pie'],
] as const;

/** Why the words can't all be meant, whatever they are about; undefined where they can. */
export function contradiction(args: readonly string[]): string | undefined {
  const both = exclusive.find((pair) => pair.every((word) => args.includes(word)));
  return both && `\`${both[0]}\` and \`${both[1]}\` were both asked for`;
}

/** What is asked for and can't be had of what there is; undefined where all can. */
export function lackOf({ args, layout, language, runtime }: CommandRequest): string | undefined {
  const starts = runtime?.startFiles ?? [];
  for (const [flag, file] of [
    ['-pie', 'Scrt1.o'],
    ['-static-pie', 'rcrt1.o'],
  ] as const) {
    if (args.includes(flag) && starts.length > 0 && !starts.includes(file))
      return `\`${flag}\` was asked for, and the runtime has no ${file}, which starts such a program`;
  }
  if (language === 'c++' && layout.cxxIncludes.length === 0)
    return `C++ was asked for, and what there is of ${layout.libc} has no C++ library`;
  return undefined;
}

export function linksSomething(args: readonly string[]): boolean {
  return !args.some((word) => ['-c', '-S', '-E', '-M', '-MM', '-r'].includes(word));
}

export function compileCommand(request: CommandRequest): CompileCommand {
  const { program, family, language, layout, sysroot, own, runtime } = request;
  const fill = ({ words, reason }: AddedArguments): AddedArguments => ({
    words: words.map((word) => word.replace('{sysroot}', sysroot).replace('{own}', own ?? '')),
    reason,
  });
  const compilation = { layout, family, language, lld: family === 'clang' };
  const isStatic = request.args.includes('-static') || request.args.includes('-static-pie');
  const links = linksSomething(request.args);
  const threads = isStatic && needsWholeThreads(layout) && asksForThreads(request.args);
  const interpreter = links && !isStatic ? interpreterOf(request) : undefined;
  const before = [
    ...runtimeArguments(runtime),
    ...leadingArguments(compilation).map(fill),
    ...(links ? placeArguments(request, { isStatic, interpreter }) : []),
  ];
  const headers = request.args.includes('-nostdinc') ? [] : headerArguments(compilation).map(fill);
  const after = [
    ...(threads
      ? [{ words: [wholeThreads], reason: 'a static program with a part of libpthread crashes' }]
      : []),
    ...(headers.length === 0 ? [] : [headers[0]!, ...runtimeHeaders(runtime), ...headers.slice(1)]),
  ];
  const kept = request.args.filter((word) => word !== '-dynamic' && !(threads && word === '-lpthread'));
  const [shownHeaders, shownLibraries] = [wordsOf(after), wordsOf(before)];
  return {
    words: [program, ...shownLibraries, ...kept, ...shownHeaders],
    added: [...before, ...after],
    headers: shownHeaders.filter((_, index) => shownHeaders[index - 1] === '-isystem'),
    libraries: shownLibraries.flatMap((word) => (word.startsWith('-B') ? [word.slice(2)] : [])),
    interpreter,
  };
}

function wordsOf(added: readonly AddedArguments[]): readonly string[] {
  return added.flatMap(({ words }) => words);
}

function asksForThreads(args: readonly string[]): boolean {
  return args.includes('-pthread') || args.includes('-lpthread');
}

function interpreterOf({ args, layout, prefix }: CommandRequest): string | undefined {
  if (args.includes('-shared')) return undefined;
  const name = layout.interpreter.slice(layout.interpreter.lastIndexOf('/'));
  return prefix === undefined ? layout.interpreter : `${prefix}/lib${name}`;
}

function runtimeArguments(runtime: Runtime | undefined): AddedArguments[] {
  if (runtime === undefined) return [];
  const places = runtime.libraries.map((path) => ({
    words: [`-B${path}/`, `-L${path}`],
    reason: 'the runtime that you named, before the sysroot',
  }));
  const noPie = runtime.startFiles.length > 0 && !runtime.startFiles.includes('Scrt1.o');
  return noPie ? [...places, { words: ['-no-pie'], reason: 'the runtime has no Scrt1.o' }] : places;
}

function runtimeHeaders(runtime: Runtime | undefined): AddedArguments[] {
  const reason = 'headers of the runtime that you named';
  return (runtime?.includes ?? []).map((path) => ({ words: ['-isystem', path], reason }));
}

/** After what the sysroot says of the interpreter: of two the linker takes the later. */
function placeArguments(
  { prefix }: CommandRequest,
  { isStatic, interpreter }: { readonly isStatic: boolean; readonly interpreter: string | undefined },
): AddedArguments[] {
  if (prefix === undefined || isStatic) return [];
  const reason = 'libraries come from the prefix, whatever LD_LIBRARY_PATH says';
  const rpath = { words: [`-Wl,-rpath,${prefix}/lib`, '-Wl,--disable-new-dtags'], reason };
  if (interpreter === undefined) return [rpath];
  return [
    { words: [`-Wl,-dynamic-linker,${interpreter}`], reason: 'started by what is in the prefix' },
    rpath,
  ];
}

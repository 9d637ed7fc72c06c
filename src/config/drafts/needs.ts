/** What the files of a build system ask for besides a compiler, as Debian's packages. */
import type { ProjectFiles } from './draft.ts';

/** What `configure.ac` looks for besides the libc, whether it must have it or can do without. */
export function librariesOfAutoconf(configureAc: string | undefined, files: ProjectFiles): string[] {
  const text = withoutComments(configureAc);
  const first = text.matchAll(/_(?:LIB|SCRIPT)\(\s*\[?([\w.+-]+)/g);
  const second = text.matchAll(
    /_(?:SEARCH_LIBS|CHECK_MODULES)\(\s*\[?\w+\]?\s*,\s*(?:\[([^\]]*)\]|([\w.+-]+))/g,
  );
  const names = [...first, ...second].flatMap(([, list, word]) => (list ?? word ?? '').split(/[\s,]+/));
  // Projects try so many names of this one that they do so in loops of their own.
  const terminal = /\bn?curses\.h\b/.test(text) ? ['ncurses'] : [];
  return packagesOf([...names, ...terminal], files);
}

/** What makes sources, manuals and messages, by the macro that asks for it. */
const TOOLS_OF_AUTOCONF: readonly (readonly [RegExp, readonly string[]])[] = [
  [/\bA[CM]_PROG_YACC\b|\bbison\b/, ['bison']],
  [/\bA[CM]_PROG_LEX\b|\bflex\b/, ['flex']],
  [/\bAM_GNU_GETTEXT\b/, ['autopoint', 'gettext']],
  [/\bAX_[A-Z]/, ['autoconf-archive']],
];

export function toolsOfAutoconf(configureAc: string | undefined): string[] {
  const text = withoutComments(configureAc);
  return TOOLS_OF_AUTOCONF.flatMap(([macro, packages]) => (macro.test(text) ? packages : []));
}

function withoutComments(configureAc = ''): string {
  return configureAc.replaceAll(/^\s*(?:dnl\b|#).*$/gm, '').replaceAll(/\bdnl\b.*$/gm, '');
}

export function packagesOf(libraries: readonly string[], files: ProjectFiles): string[] {
  const packages = libraries.flatMap((library) => files.packageOf(library)?.split(' ') ?? []);
  return [...new Set(packages)].filter((one) => !OF_LIBC.test(one)).sort();
}

const OF_LIBC = /^(?:libc6-dev|libcrypt-dev|gcc|g\+\+)$/;

export interface Needs {
  readonly libraries: readonly string[];
  readonly tools: readonly string[];
}

export function needsOfCmake(files: ProjectFiles): Needs {
  const text = allText(cmakeFiles(files));
  const found = text.matchAll(
    /\bfind_(?:package|library)\s*\(\s*([\w.+-]+)(?:\s+(?:NAMES\s+)?([\w.+-]+))?/gi,
  );
  const modules = text.matchAll(/\bpkg_(?:check|search)_modules?\s*\(\s*\w+\s+([^)]*)\)/gi);
  const names = [...found, ...modules].flatMap(([, ...words]) => words.join(' ').split(/[\s"]+/));
  return { libraries: packagesOf(names, files), tools: generators(names.map((name) => name.toLowerCase())) };
}

export function needsOfMeson(files: ProjectFiles): Needs {
  const text = allText(mesonFiles(files));
  const wordsOf = (call: RegExp) => [...text.matchAll(call)].map(([, word]) => word!);
  return {
    libraries: packagesOf(wordsOf(/\b(?:dependency|find_library)\s*\(\s*'([^']+)'/g), files),
    tools: generators(wordsOf(/\bfind_program\s*\(\s*'([^']+)'/g)),
  };
}

const GENERATORS = ['bison', 'flex', 'gperf', 'help2man', 'nasm', 'ragel', 're2c', 'yasm'];

function generators(names: readonly string[]): string[] {
  return GENERATORS.filter((name) => names.includes(name));
}

/** A file of a build system, by the folder that what it builds is put into: empty, or with a slash at its end. */
export interface BuildFile {
  readonly folder: string;
  readonly text: string;
}

export function cmakeFiles(files: ProjectFiles): readonly BuildFile[] {
  return withFolders('CMakeLists.txt', /\badd_subdirectory\s*\(\s*"?([\w./+-]+)/gi, files);
}

export function mesonFiles(files: ProjectFiles): readonly BuildFile[] {
  return withFolders('meson.build', /\bsubdir\s*\(\s*'([\w./+-]+)'/g, files);
}

function allText(files: readonly BuildFile[]): string {
  return files.map(({ text }) => text).join('\n');
}

/** The file at the top, and those of the folders that it names. */
function withFolders(file: string, folder: RegExp, files: ProjectFiles): BuildFile[] {
  const read = (path: string) => (files.read(path) ?? '').replaceAll(/(?<=^|\s)#.*$/gm, '');
  const top = read(file);
  const below = [...top.matchAll(folder)].map(([, name]) => ({
    folder: `${name}/`,
    text: read(`${name}/${file}`),
  }));
  return [{ folder: '', text: top }, ...below];
}

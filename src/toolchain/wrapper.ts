/*
 * The `sh` scripts that compile against a sysroot. A compiler with `--sysroot` alone looks in many places that are its
 * own: a gcc of Debian starts its search for headers and start files in folders for its CPU that are no part of the
 * sysroot, and for a C++ library in its own release's. Nothing fails then; the result needs a newer libc than it should.
 * So every place is said, in the order in which it counts:
 *
 * - `-B` for start files and libraries: gcc's own of the sysroot first, as its libgcc knows nothing of newer libcs.
 * - `-nostdinc`, then the headers of the C++ library, those of the compiler itself, those of the sysroot.
 *
 * A script finds the sysroot by where it is itself, so the folder works anywhere.
 */
import type { Compiler, Compilers } from './compilers.ts';
import type { SysrootLayout } from './sysroot-layout.ts';

export const toolchainFolder = 'toolchain';

interface Wrapped {
  readonly layout: SysrootLayout;
  readonly compilers: Compilers;
  readonly compiler: Compiler;
  readonly language: 'c' | 'c++';
  /** Where the compiler is, with a slash at the end; nothing for whatever is found. */
  readonly folder: string;
}

export function compilerWrapper(wrapped: Wrapped): string {
  const { layout, compiler, language, folder } = wrapped;
  const program = `${folder}${language === 'c' ? compiler.cc : compiler.cxx!}`;
  if (language === 'c++' && layout.cxxIncludes.length === 0) return withoutCxx;
  const lines = [
    '#!/bin/sh',
    `# ${compiler.family} for ${layout.triplet}, against the sysroot that this file is in.`,
    `S=\${0%/${toolchainFolder}/bin/*}`,
    'static= threads= headers=yes',
    'for one; do',
    '  case $one in',
    '    -static) static=yes ;;',
    '    -pthread|-lpthread) threads=yes ;;',
    '    -nostdinc) headers= ;;',
    '  esac',
    'done',
    ...(needsWholeThreads(layout) ? wholeThreads : []),
    ...headers(wrapped, program),
    `exec ${program} ${linking(wrapped).join(' ')} "$@"`,
  ];
  return `${lines.join('\n')}\n`;
}

const withoutCxx = `#!/bin/sh
echo "c++: the sysroot has no C++ library: add libstdc++-N-dev of its release to its packages (Alpine: libstdc++-dev)" >&2
exit 1
`;

function headers({ layout, compiler, language }: Wrapped, program: string): readonly string[] {
  const cxx = language === 'c++' ? layout.cxxIncludes : [];
  const own = compiler.family === 'gcc' ? ['"$own"'] : [];
  // musl has those of the compiler too, and is to be asked first.
  const c =
    layout.libc === 'musl'
      ? [...inSysroot(layout.includes), ...own]
      : [...own, ...inSysroot(layout.includes)];
  const all = [...inSysroot(cxx), ...c].map((one) => `-isystem ${one}`);
  const none = [
    compiler.family === 'gcc' ? '-nostdinc' : '-nostdlibinc',
    ...(language === 'c++' ? ['-nostdinc++'] : []),
  ];
  const find = compiler.family === 'gcc' ? [`  own=$(${program} -print-file-name=include) || exit`] : [];
  return ['if [ -n "$headers" ]; then', ...find, `  set -- "$@" ${[...none, ...all].join(' ')}`, 'fi'];
}

function inSysroot(paths: readonly string[]): readonly string[] {
  return paths.map((path) => `"$S/${path}"`);
}

/** Also for compiling: `--sysroot` decides about it too, and of the rest gcc says nothing there. */
function linking({ layout, compilers, compiler }: Wrapped): readonly string[] {
  const { gcc, libraries, libc, triplet, interpreter } = layout;
  const folders = [...(gcc === undefined ? [] : [gcc]), ...libraries];
  const places = folders.map((path) => `-B"$S/${path}/"`);
  const target = [`--sysroot="$S"`, ...places];
  if (compiler.family === 'gcc') {
    if (libc === 'glibc') return target;
    return [
      ...target,
      `-Wl,-dynamic-linker,${interpreter}`,
      ...(layout.hasSharedLibgcc ? [] : ['-static-libgcc']),
    ];
  }
  const linker = compilers.binutils === undefined || compilers.hasLld ? ['-fuse-ld=lld'] : [];
  return [
    `--target=${triplet}`,
    ...target,
    ...folders.map((path) => `-L"$S/${path}"`),
    ...linker,
    '-Qunused-arguments',
  ];
}

/**
 * Before 2.34 threads were a library of their own, of which a static program gets what it names. libstdc++ asks whether
 * there are threads by a name that may be missing, and then calls others that are.
 */
function needsWholeThreads({ libc, libcVersion }: SysrootLayout): boolean {
  const [major = 0, minor = 0] = (libcVersion ?? '').split('.').map(Number);
  return libc === 'glibc' && major === 2 && minor < 34;
}

const wholeThreads: readonly string[] = [
  'if [ "$static$threads" = yesyes ]; then',
  '  for one; do',
  '    shift',
  '    [ "$one" = -lpthread ] || set -- "$@" "$one"',
  '  done',
  '  set -- "$@" -Wl,--whole-archive,-lpthread,--no-whole-archive',
  'fi',
];

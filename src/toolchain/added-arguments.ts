/*
 * What a compiler has to be told to compile against a sysroot, each with its reason. A compiler with `--sysroot` alone
 * looks in many places that are its own: a gcc of Debian starts its search for headers and start files in folders for its
 * CPU that are no part of the sysroot, and for a C++ library in its own release's. Nothing fails then; the result needs a
 * newer libc than it should. So every place is said, in the order in which it counts.
 */
import type { SysrootLayout } from './sysroot-layout.ts';

export interface AddedArguments {
  /** `{sysroot}` stands for where that is, `{own}` for the folder of the compiler's own headers. */
  readonly words: readonly string[];
  readonly reason: string;
}

export interface Compilation {
  readonly layout: SysrootLayout;
  readonly family: 'gcc' | 'clang';
  readonly language: 'c' | 'c++';
  /** Whether the machine may have no linker of GNU's for the CPU. */
  readonly lld: boolean;
}

function added(reason: string, ...words: readonly string[]): AddedArguments {
  return { words, reason };
}

/** Before what the user says. */
export function leadingArguments({ layout, family, lld }: Compilation): readonly AddedArguments[] {
  const { gcc, libraries, libc, triplet, interpreter } = layout;
  const folders = [...(gcc === undefined ? [] : [gcc]), ...libraries];
  const first = [
    ...(family === 'clang' ? [added('one clang compiles for every CPU', `--target=${triplet}`)] : []),
    added('absolute paths of headers and linker scripts begin there', '--sysroot={sysroot}'),
    ...folders.map((path) =>
      path === gcc
        ? added("libgcc of the sysroot's release: a newer one asks for a newer libc", `-B{sysroot}/${path}/`)
        : added('start files and libraries, before any of the compiler', `-B{sysroot}/${path}/`),
    ),
  ];
  if (family === 'clang') {
    return [
      ...first,
      ...folders.map((path) => added('clang looks for start files alone by -B', `-L{sysroot}/${path}`)),
      ...(lld ? [added('a linker for every CPU', '-fuse-ld=lld')] : []),
      added('what is for linking is no mistake while compiling', '-Qunused-arguments'),
    ];
  }
  if (libc === 'glibc') return first;
  return [
    ...first,
    added('this compiler would name the one of glibc', `-Wl,-dynamic-linker,${interpreter}`),
    ...(layout.hasSharedLibgcc ? [] : [added('the sysroot has no libgcc_s', '-static-libgcc')]),
  ];
}

/** After what the user says, so that the user's own folders come first. */
export function headerArguments({ layout, family, language }: Compilation): readonly AddedArguments[] {
  const cxx = language === 'c++' ? inSysroot(layout.cxxIncludes, 'headers of the C++ library') : [];
  const own: AddedArguments[] =
    family === 'gcc' ? [{ words: ['-isystem', '{own}'], reason: "the compiler's own headers" }] : [];
  const libc = inSysroot(layout.includes, `headers of ${layout.libc}`);
  return [
    {
      words: [
        family === 'gcc' ? '-nostdinc' : '-nostdlibinc',
        ...(language === 'c++' ? ['-nostdinc++'] : []),
      ],
      reason: 'no headers of the machine',
    },
    ...cxx,
    // musl has those of the compiler too, and is to be asked first.
    ...(layout.libc === 'musl' ? [...libc, ...own] : [...own, ...libc]),
  ];
}

function inSysroot(paths: readonly string[], reason: string): AddedArguments[] {
  return paths.map((path) => ({ words: ['-isystem', `{sysroot}/${path}`], reason }));
}

/**
 * Before 2.34 threads were a library of their own, of which a static program gets what it names. libstdc++ asks whether
 * there are threads by a name that may be missing, and then calls others that are.
 */
export function needsWholeThreads({ libc, libcVersion }: SysrootLayout): boolean {
  const [major = 0, minor = 0] = (libcVersion ?? '').split('.').map(Number);
  return libc === 'glibc' && major === 2 && minor < 34;
}

/** In the place of `-lpthread` of a static program; see above. */
export const wholeThreads = '-Wl,--whole-archive,-lpthread,--no-whole-archive';

/** A sysroot with compilers, and what everything in it is called. */
import type { Compiler, Compilers } from './compilers.ts';
import type { SysrootLayout } from './sysroot-layout.ts';

export interface Toolchain {
  readonly layout: SysrootLayout;
  readonly compilers: Compilers;
  /** Whether results don't run where they are made. */
  readonly cross: boolean;
  /** Where the compilers are, with a slash at the end; nothing where only their user knows which there are. */
  readonly folder: string;
  /** Where the sysroot will be, for build systems that don't tell a file where it is. */
  readonly sysroot: string;
}

/** The first is what `CC` and `CXX` name. Where results run here, plain `gcc` and `cc` are the wrappers as well. */
export function wrapperNames(
  { layout, cross, folder }: Pick<Toolchain, 'layout' | 'cross' | 'folder'>,
  { family }: Compiler,
  language: 'c' | 'c++',
): readonly string[] {
  const plain = {
    gcc: { c: 'gcc', 'c++': 'g++' },
    clang: { c: 'clang', 'c++': 'clang++' },
  }[family][language];
  const usual = family === 'gcc' ? [language === 'c' ? 'cc' : 'c++'] : [];
  // Where compilers are found by name, a wrapper of that name would find itself.
  if (folder === '') return [`${layout.triplet}-${plain}`];
  return [
    `${layout.triplet}-${plain}`,
    // clang is one program for all CPUs, so who asks for it by name means the target.
    ...(family === 'clang' ? [plain] : []),
    ...(cross || family === 'clang' ? [] : [plain, ...usual]),
  ];
}

/** Of GNU's or LLVM's, by its plain name. */
export function binutil({ binutils: prefix }: Compilers, name: string): string {
  return prefix === undefined ? `llvm-${name}` : `${prefix}${name}`;
}

/** What `CC` and `CXX` name: the first compiler, or a wrapper that looks which one there is. */
export function mainCompilers(toolchain: Toolchain): { readonly c?: string; readonly 'c++'?: string } {
  const { layout, compilers, folder } = toolchain;
  if (folder === '') return { c: `${layout.triplet}-cc`, 'c++': `${layout.triplet}-c++` };
  const [compiler] = compilers.all;
  if (compiler === undefined) return {};
  const [c] = wrapperNames(toolchain, compiler, 'c');
  const [cxx] = compiler.cxx === undefined ? [] : wrapperNames(toolchain, compiler, 'c++');
  return { c: c!, ...(cxx === undefined ? {} : { 'c++': cxx }) };
}

/** Where descriptions of libraries are, as pkg-config wants it. */
export function pkgConfigFolders({ libraries }: SysrootLayout, sysroot: string): string {
  return [...libraries.map((path) => `${path}/pkgconfig`), 'usr/share/pkgconfig']
    .map((path) => `${sysroot}/${path}`)
    .join(':');
}

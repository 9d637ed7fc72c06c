/** What of Targetry's own lies in a sysroot: wrappers of compilers, and what build systems ask for. */
import { cpuOf } from '../abi/cpu.ts';
import type { Compiler, Compilers } from './compilers.ts';
import type { SysrootLayout } from './sysroot-layout.ts';
import { compilerWrapper, toolchainFolder } from './wrapper.ts';

export interface Toolchain {
  readonly layout: SysrootLayout;
  readonly compilers: Compilers;
  /** Whether results don't run where they are made. */
  readonly cross: boolean;
  /** Where the compilers are, with a slash at the end; nothing for whatever is found. */
  readonly folder: string;
  /** Where the sysroot will be, for build systems that don't tell a file where it is. */
  readonly sysroot: string;
}

export interface ToolchainFile {
  /** Relative to the sysroot. */
  readonly path: string;
  readonly text: string;
  readonly executable: boolean;
}

export function toolchainFiles(toolchain: Toolchain): readonly ToolchainFile[] {
  const { compilers } = toolchain;
  const wrappers = new Map<string, string>();
  for (const compiler of compilers.all) {
    for (const language of ['c', 'c++'] as const) {
      if (language === 'c++' && compiler.cxx === undefined) continue;
      const text = compilerWrapper({ ...toolchain, compiler, language });
      for (const name of wrapperNames(toolchain, compiler, language)) wrappers.set(name, text);
    }
  }
  const texts = {
    'toolchain.cmake': cmakeFile(toolchain),
    'meson.cross': mesonFile(toolchain),
    ...(toolchain.cross && { 'config.site': siteFile(toolchain) }),
  };
  return [
    ...[...wrappers].map(([name, text]) => ({
      path: `${toolchainFolder}/bin/${name}`,
      text,
      executable: true,
    })),
    ...Object.entries(texts).map(([name, text]) => ({
      path: `${toolchainFolder}/${name}`,
      text,
      executable: false,
    })),
  ];
}

/** The first is what `CC` and `CXX` name. Where results run here, plain `gcc` and `cc` are the wrappers as well. */
export function wrapperNames(
  { layout, cross }: Pick<Toolchain, 'layout' | 'cross'>,
  { family }: Compiler,
  language: 'c' | 'c++',
): readonly string[] {
  const plain = {
    gcc: { c: 'gcc', 'c++': 'g++' },
    clang: { c: 'clang', 'c++': 'clang++' },
  }[family][language];
  const usual = family === 'gcc' ? [language === 'c' ? 'cc' : 'c++'] : [];
  return [
    `${layout.triplet}-${plain}`,
    // clang is one program for all CPUs, so who asks for it by name means the target.
    ...(family === 'clang' ? [plain] : []),
    ...(cross || family === 'clang' ? [] : [plain, ...usual]),
  ];
}

/** Of GNU's or LLVM's, by its plain name. */
export function binutil({ binutils }: Compilers, name: string): string {
  return binutils === undefined ? `llvm-${name}` : `${binutils}${name}`;
}

function mainCompilers(toolchain: Toolchain): { readonly c?: string; readonly cxx?: string } {
  const [compiler] = toolchain.compilers.all;
  if (compiler === undefined) return {};
  const [c] = wrapperNames(toolchain, compiler, 'c');
  const [cxx] = compiler.cxx === undefined ? [] : wrapperNames(toolchain, compiler, 'c++');
  return { c: c!, ...(cxx === undefined ? {} : { cxx }) };
}

/** Also read by projects that ask for C alone, so a compiler that is missing is not named. */
function cmakeFile(toolchain: Toolchain): string {
  const { layout, compilers, cross } = toolchain;
  const { c, cxx } = mainCompilers(toolchain);
  const here = `\${TARGETRY_SYSROOT}/${toolchainFolder}/bin`;
  const lines = [
    'get_filename_component(TARGETRY_SYSROOT "${CMAKE_CURRENT_LIST_DIR}/.." ABSOLUTE)',
    // Saying it makes CMake think that results can't run here.
    ...(cross
      ? ['set(CMAKE_SYSTEM_NAME Linux)', `set(CMAKE_SYSTEM_PROCESSOR ${cpuOf(layout.arch).machine})`]
      : []),
    ...(c === undefined ? [] : [`set(CMAKE_C_COMPILER "${here}/${c}")`]),
    ...(cxx === undefined ? [] : [`set(CMAKE_CXX_COMPILER "${here}/${cxx}")`]),
    ...['AR', 'RANLIB', 'NM', 'STRIP', 'OBJCOPY', 'OBJDUMP'].map(
      (name) => `find_program(CMAKE_${name} ${binutil(compilers, name.toLowerCase())})`,
    ),
    'set(CMAKE_SYSROOT "${TARGETRY_SYSROOT}")',
    'set(CMAKE_FIND_ROOT_PATH "${TARGETRY_SYSROOT}")',
    'set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)',
    ...['LIBRARY', 'INCLUDE', 'PACKAGE'].map((what) => `set(CMAKE_FIND_ROOT_PATH_MODE_${what} ONLY)`),
    `set(ENV{PKG_CONFIG_SYSROOT_DIR} "\${TARGETRY_SYSROOT}")`,
    `set(ENV{PKG_CONFIG_LIBDIR} "${pkgConfigFolders(layout, '${TARGETRY_SYSROOT}')}")`,
  ];
  return `${lines.join('\n')}\n`;
}

/** Where descriptions of libraries are, as pkg-config wants it. */
export function pkgConfigFolders({ libraries }: SysrootLayout, sysroot: string): string {
  return [...libraries.map((path) => `${path}/pkgconfig`), 'usr/share/pkgconfig']
    .map((path) => `${sysroot}/${path}`)
    .join(':');
}

/** Before 1.3 Meson tells no file where it is. */
function mesonFile(toolchain: Toolchain): string {
  const { layout, compilers } = toolchain;
  const { c, cxx } = mainCompilers(toolchain);
  const { machine } = cpuOf(layout.arch);
  const bin = `sysroot / '${toolchainFolder}/bin'`;
  const lines = [
    '[constants]',
    `sysroot = '${toolchain.sysroot}'`,
    '',
    '[binaries]',
    ...(c === undefined ? [] : [`c = ${bin} / '${c}'`]),
    ...(cxx === undefined ? [] : [`cpp = ${bin} / '${cxx}'`]),
    ...['ar', 'nm', 'strip', 'objcopy'].map((name) => `${name} = '${binutil(compilers, name)}'`),
    `pkg-config = 'pkg-config'`,
    '',
    '[properties]',
    'sys_root = sysroot',
    `pkg_config_libdir = [${[...layout.libraries.map((path) => `${path}/pkgconfig`), 'usr/share/pkgconfig']
      .map((path) => `sysroot / '${path}'`)
      .join(', ')}]`,
    `needs_exe_wrapper = ${toolchain.cross}`,
    '',
    '[host_machine]',
    `system = 'linux'`,
    `cpu_family = '${mesonFamily[machine] ?? machine}'`,
    `cpu = '${machine}'`,
    `endian = '${layout.arch === 's390x' ? 'big' : 'little'}'`,
  ];
  return `${lines.join('\n')}\n`;
}

const mesonFamily: Readonly<Record<string, string>> = { i386: 'x86', ppc64le: 'ppc64' };

/**
 * Every configure script of autoconf reads it after its own options and before its tests, so a project needs no `--host`
 * to hear that what it compiles can't be run.
 */
function siteFile({ layout }: Toolchain): string {
  return `if test -z "$host_alias"; then
  host_alias=${layout.triplet}
  host=$host_alias
  test -n "$build_alias" || build_alias=$(cc -dumpmachine 2>/dev/null || gcc -dumpmachine 2>/dev/null || echo none-linux-gnu)
  build=$build_alias
  cross_compiling=yes
  ac_tool_prefix=$host_alias-
fi
`;
}

/** What build systems ask for, in files. */
import { cpuOf } from '../abi/cpu.ts';
import type { Compilers } from './compilers.ts';
import { binutilVariables, toolchainVariables } from './step-variables.ts';
import { binutil, mainCompilers, pkgConfigFolders, type Toolchain } from './toolchain.ts';
import { toolchainFolder } from './wrapper.ts';

/** By name. */
export function buildSystemFiles(toolchain: Toolchain): Readonly<Record<string, string>> {
  return {
    'toolchain.cmake': cmakeFile(toolchain),
    'meson.cross': mesonFile(toolchain),
    ...(toolchain.cross && { 'config.site': siteFile(toolchain) }),
    ...(toolchain.folder === '' && { 'env.sh': environmentFile(toolchain) }),
  };
}

/** GNU's, and LLVM's. */
function binutils(compilers: Compilers, name: string): readonly string[] {
  return [...new Set([binutil(compilers, name), `llvm-${name}`])];
}

/** Also read by projects that ask for C alone, so a compiler that is missing is not named. */
function cmakeFile(toolchain: Toolchain): string {
  const { layout, compilers, cross } = toolchain;
  const { c, 'c++': cxx } = mainCompilers(toolchain);
  const here = `\${TARGETRY_SYSROOT}/${toolchainFolder}/bin`;
  const system = [
    'set(CMAKE_SYSTEM_NAME Linux)',
    `set(CMAKE_SYSTEM_PROCESSOR ${cpuOf(layout.arch).machine})`,
  ];
  const lines = [
    'get_filename_component(TARGETRY_SYSROOT "${CMAKE_CURRENT_LIST_DIR}/.." ABSOLUTE)',
    // Saying it makes CMake think that results can't run here.
    ...(cross
      ? system
      : ['if(NOT CMAKE_HOST_SYSTEM_NAME STREQUAL "Linux")', ...system.map((line) => `  ${line}`), 'endif()']),
    ...(c === undefined ? [] : [`set(CMAKE_C_COMPILER "${here}/${c}")`]),
    ...(cxx === undefined ? [] : [`set(CMAKE_CXX_COMPILER "${here}/${cxx}")`]),
    ...['AR', 'RANLIB', 'NM', 'STRIP', 'OBJCOPY', 'OBJDUMP'].map(
      (name) => `find_program(CMAKE_${name} NAMES ${binutils(compilers, name.toLowerCase()).join(' ')})`,
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

/** Before 1.3 Meson tells no file where it is. */
function mesonFile(toolchain: Toolchain): string {
  const { layout, compilers } = toolchain;
  const { c, 'c++': cxx } = mainCompilers(toolchain);
  const { machine } = cpuOf(layout.arch);
  const bin = `sysroot / '${toolchainFolder}/bin'`;
  const lines = [
    '[constants]',
    `sysroot = '${toolchain.sysroot}'`,
    '',
    '[binaries]',
    ...(c === undefined ? [] : [`c = ${bin} / '${c}'`]),
    ...(cxx === undefined ? [] : [`cpp = ${bin} / '${cxx}'`]),
    // Without them Meson looks for what there is.
    ...(toolchain.folder === '' ? [] : ['ar', 'nm', 'strip', 'objcopy']).map(
      (name) => `${name} = '${binutil(compilers, name)}'`,
    ),
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

function findBinutils({ compilers }: Toolchain): string {
  return `for tool in ${binutilVariables.map((name) => name.toLowerCase()).join(' ')}; do
  for found in ${binutil(compilers, '$tool')} llvm-$tool; do
    if command -v $found >/dev/null 2>&1; then
      export "$(echo $tool | tr a-z A-Z)=$found"
      break
    fi
  done
done
unset tool found
`;
}

/** For a shell, which tells a file that it reads nothing of where that is. */
function environmentFile(toolchain: Toolchain): string {
  const chosenHere = new Set(['TARGETRY_SYSROOT', ...binutilVariables]);
  const lines = Object.entries(toolchainVariables(toolchain))
    .filter(([name]) => !chosenHere.has(name))
    .map(([name, value]) => `export ${name}="${value.replaceAll(toolchain.sysroot, '$TARGETRY_SYSROOT')}"`);
  return `# Read by a shell: . ${toolchain.sysroot}/${toolchainFolder}/env.sh
# Where the folder is moved, say where it is first: TARGETRY_SYSROOT=FOLDER
: "\${TARGETRY_SYSROOT:=${toolchain.sysroot}}"
${lines.join('\n')}
export TARGETRY_SYSROOT
${toolchain.cross ? findBinutils(toolchain) : ''}`;
}

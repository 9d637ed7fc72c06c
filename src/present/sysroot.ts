import type { SysrootResult } from '../operations/sysroot.ts';
import { counted } from '../base/units.ts';
import { nearPath } from './written-root.ts';

/** What `targetry sysroot` answers: what was written, and how it is used. */
export function renderSysroot(result: SysrootResult, { cwd }: { readonly cwd: string }): string {
  const { environment, arch, path, prefix, packages, libc, triplet, cxx, caseClashes } = result;
  const lines = [
    `${nearPath(path, cwd)}: ${libc} for ${arch}, of ${packages} packages of ${environment}`,
    '',
    `  make       . ${prefix}/toolchain/env.sh`,
    `  CMake      -DCMAKE_TOOLCHAIN_FILE=${prefix}/toolchain/toolchain.cmake`,
    `  Meson      --cross-file ${prefix}/toolchain/meson.cross`,
    `  otherwise  CC=${prefix}/toolchain/bin/${triplet}-cc`,
    ...(cxx
      ? []
      : [
          '',
          `It has no C++ library: ${libc === 'musl' ? 'Alpine has one for musl, libstdc++-dev' : 'for C++ add libstdc++-N-dev'}.`,
        ]),
    ...clashLines(caseClashes),
  ];
  return `${lines.join('\n')}\n`;
}

function clashLines({ paths, leftOut }: SysrootResult['caseClashes']): string[] {
  if (paths.length === 0) return [];
  const named = `${counted(paths.length, 'file')} that only capitals tell from others (${paths[0]}${paths.length > 1 ? ', …' : ''})`;
  const told = leftOut
    ? `Left out, as they can't be told apart here: ${named}.`
    : `A file system that ignores case, as most of macOS do, can't hold ${named}.`;
  return ['', told];
}

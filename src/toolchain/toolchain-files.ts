/** What of Targetry's own lies in a sysroot: wrappers of compilers, and what build systems ask for. */
import { buildSystemFiles } from './build-system-files.ts';
import { mainCompilers, wrapperNames, type Toolchain } from './toolchain.ts';
import { choosingWrapper, compilerWrapper, toolchainFolder } from './wrapper.ts';

export interface ToolchainFile {
  /** Relative to the sysroot. */
  readonly path: string;
  readonly text: string;
  readonly mode: number;
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
  for (const [language, name] of Object.entries(mainCompilers(toolchain)))
    if (!wrappers.has(name)) wrappers.set(name, choosingWrapper(choices(toolchain, language)));
  return [
    ...[...wrappers].map(([name, text]) => ({
      path: `${toolchainFolder}/bin/${name}`,
      text,
      mode: 0o755,
    })),
    ...Object.entries(buildSystemFiles(toolchain)).map(([name, text]) => ({
      path: `${toolchainFolder}/${name}`,
      text,
      mode: 0o644,
    })),
  ];
}

function choices(toolchain: Toolchain, language: string): (readonly [string, string])[] {
  return toolchain.compilers.all.map((compiler) =>
    language === 'c'
      ? [compiler.cc, wrapperNames(toolchain, compiler, 'c')[0]!]
      : [compiler.cxx!, wrapperNames(toolchain, compiler, 'c++')[0]!],
  );
}

/** The `sh` scripts that compile against a sysroot. They find it by where they are themselves, so the folder works anywhere. */
import {
  headerArguments,
  leadingArguments,
  needsWholeThreads,
  wholeThreads,
  type AddedArguments,
} from './added-arguments.ts';
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
  readonly cross: boolean;
}

export function compilerWrapper({ layout, compilers, compiler, language, folder, cross }: Wrapped): string {
  const { family } = compiler;
  const program = `${folder}${language === 'c' ? compiler.cc : compiler.cxx!}`;
  if (language === 'c++' && layout.cxxIncludes.length === 0) return withoutCxx(layout);
  const lld = compilers.binutils === undefined || compilers.hasLld;
  const compilation = { layout, family, language, lld };
  const find = family === 'gcc' ? [`  own=$(${program} -print-file-name=include) || exit`] : [];
  const lines = [
    '#!/bin/sh',
    `# ${family} for ${layout.triplet}, against the sysroot that this file is in.`,
    findSysroot,
    'static= threads= headers=yes',
    'for one; do',
    '  case $one in',
    '    -static) static=yes ;;',
    '    -pthread|-lpthread) threads=yes ;;',
    '    -nostdinc) headers= ;;',
    '  esac',
    'done',
    ...(needsWholeThreads(layout) ? replaceThreads : []),
    ...(cross ? moveIncludes : []),
    'if [ -n "$headers" ]; then',
    ...find,
    `  set -- "$@" ${inShell(headerArguments(compilation))}`,
    'fi',
    `exec ${program} ${inShell(leadingArguments(compilation))} "$@"`,
  ];
  return `${lines.join('\n')}\n`;
}

const findSysroot = `S=\${0%/${toolchainFolder}/bin/*}`;

function inShell(added: readonly AddedArguments[]): string {
  return added
    .flatMap(({ words }) => words)
    .map((word) => {
      const named = word.replace('{sysroot}', '$S').replace('{own}', '$own');
      return named === word ? word : `"${named}"`;
    })
    .join(' ');
}

/** node-gyp links an addon by the C++ compiler, whatever it is written in. */
function withoutCxx({ libc }: SysrootLayout): string {
  const cure =
    libc === 'musl'
      ? 'only Alpine has one for musl (libstdc++-dev); what is written in C needs none: link it by $CC (node-gyp: LINK=$CC)'
      : 'add libstdc++-N-dev of its release to its packages';
  return `#!/bin/sh\necho 'c++: the sysroot has no C++ library: ${cure}' >&2\nexit 1\n`;
}

const replaceThreads: readonly string[] = [
  'if [ "$static$threads" = yesyes ]; then',
  '  for one; do',
  '    shift',
  '    [ "$one" = -lpthread ] || set -- "$@" "$one"',
  '  done',
  `  set -- "$@" ${wholeThreads}`,
  'fi',
];

/** Who asks the machine where it has headers means the target's: `python3` says `/usr/include/python3.11`. */
const moveIncludes: readonly string[] = [
  'for one; do',
  '  shift',
  '  case $one in',
  '    -I/usr/include*|-isystem/usr/include*|/usr/include*)',
  '      there=$S/usr/include${one#*/usr/include}',
  '      [ ! -d "$there" ] || one=${one%%/usr/include*}$there ;;',
  '  esac',
  '  set -- "$@" "$one"',
  'done',
];

/** Goes on as the first of the compilers that the machine has. */
export function choosingWrapper(names: readonly (readonly [program: string, wrapper: string])[]): string {
  const lines = [
    '#!/bin/sh',
    findSysroot,
    ...names.map(
      ([program, wrapper]) =>
        `command -v ${program} >/dev/null 2>&1 && exec "$S/${toolchainFolder}/bin/${wrapper}" "$@"`,
    ),
    `echo "cc: this machine has none of ${names.map(([program]) => program).join(', ')}" >&2`,
    'exit 127',
  ];
  return `${lines.join('\n')}\n`;
}

/**
 * What stands between a compiler and its linker, in the steps of targets whose result must run where glibc is older than
 * what is there. gcc and clang find it by `COMPILER_PATH`; it is a script of `sh`, as roots hold no Node.
 *
 * Before it links, it looks for shared libraries on the line that were built for a newer glibc than the one that is linked
 * with: of programs the linker would say that `dlopen@GLIBC_2.34` is undefined, which nobody wrote, and of libraries
 * nothing at all. Of what is an artifact by its name it goes through the objects too, and names the symbols that would come
 * from a newer glibc than what is promised. What can't be known before is looked at after: if the linked file needs more,
 * it is taken away again, and the linker is asked which object each of the symbols came from. Other files, such as tools of
 * the build and what `configure` tries, may need what they like.
 */
import { cpuOf, type Arch } from '../abi/cpu.ts';
import type { Compilers } from './compilers.ts';
import { findLibraries } from './find-libraries.ts';
import { lookAhead } from './link-ahead.ts';

export interface GlibcFloor {
  /** `2.31` */
  readonly version: string;
  /** As the user promised it: `glibc:2.31`, `manylinux_2_28`. */
  readonly word: string;
}

export interface LinkRules {
  /** The glibc that is linked with. */
  readonly glibc: string;
  /** Undefined where that is the root's own. */
  readonly sysroot: string | undefined;
  /** Undefined where the glibc that is linked with needs no more than what is promised. */
  readonly floor: GlibcFloor | undefined;
  /** What artifacts are called, as patterns of `sh`. */
  readonly artifacts: readonly string[];
  /** Libraries that other systems have in builds of their own, by name without `.so`. */
  readonly everywhere: readonly string[];
  /** How to come to a glibc that is no newer than the floor. */
  readonly older: string;
}

interface LinkerRequest {
  readonly rules: LinkRules;
  readonly arch: Arch;
  readonly compilers: Compilers;
  /** Where binutils are, with a slash at the end. */
  readonly folder: string;
}

/** By the names under which compilers look for a linker. */
export function checkingLinkers({
  rules,
  arch,
  compilers,
  folder,
}: LinkerRequest): Readonly<Record<string, string>> {
  const emulation = emulations[arch];
  if (emulation === undefined) return {};
  const { binutils, hasLld, hasMold } = compilers;
  const tool = (name: string) => (binutils === undefined ? `llvm-${name}` : `${folder}${binutils}${name}`);
  const tools = { readelf: tool('readelf'), nm: tool('nm') };
  const script = (own: string, others: string) =>
    checkingLinker({ rules, emulation, ...tools, own, others, machine: cpuOf(arch).gnu });
  return {
    ...(binutils !== undefined && {
      ld: script(`${folder}${binutils}ld`, `${folder}ld`),
      'ld.gold': script(`${folder}${binutils}ld.gold`, `${folder}ld.gold`),
    }),
    ...(hasLld && { 'ld.lld': script(`${folder}ld.lld`, `${folder}ld.lld`) }),
    ...(hasMold && { 'ld.mold': script(`${folder}ld.mold`, `${folder}ld.mold`) }),
  };
}

/** As linkers call CPUs. */
const emulations: Readonly<Partial<Record<Arch, string>>> = {
  x64: 'elf_x86_64',
  arm64: 'aarch64linux',
  x86: 'elf_i386',
  arm: 'armelf_linux_eabi',
  riscv64: 'elf64lriscv',
  ppc64le: 'elf64lppc',
  s390x: 'elf64_s390',
};

interface Script {
  readonly rules: LinkRules;
  readonly emulation: string;
  readonly machine: string;
  readonly readelf: string;
  readonly nm: string;
  readonly own: string;
  readonly others: string;
}

function checkingLinker({ rules, emulation, machine, readelf, nm, own, others }: Script): string {
  const { sysroot, floor, artifacts, everywhere, older } = rules;
  const found = sysroot === undefined ? '/usr/lib/*|/lib/*|/usr/lib64/*|/lib64/*' : `${sysroot}/*`;
  const lines = [
    '#!/bin/sh',
    `# The linker for ${machine}, which tells what needs a newer glibc than it should.`,
    'set -f',
    'words=$*',
    wordsOfFile,
    `case " $words " in`,
    `  *" -m ${emulation} "*|*" -m${emulation} "*) real=${own} ;;`,
    `  *) exec ${others} "$@" ;;`,
    'esac',
    `[ -x "$real" ] || real=$(command -v "\${real##*/}" || { set +f; ls -d /usr/lib/llvm-*/bin/\${real##*/}; } | tail -n 1)`,
    `[ -n "$real" ] || { echo "$0: this environment has no \${0##*/}" >&2; exit 127; }`,
    '[ -z "$long" ] || exec "$real" "$@"',
    outputOf,
    floor === undefined || artifacts.length === 0
      ? 'artifact='
      : `case \${out##*/} in ${artifacts.join('|')}) artifact=yes ;; *) artifact= ;; esac`,
    glibcNeeds(readelf),
    findLibraries,
    'newer() {',
    '  libraries "$@" | while read -r file; do',
    '    most=',
    `    case $file in ${found}) ;; *) ${foreignLimit(rules)} ;; esac`,
    ...(floor === undefined || artifacts.length === 0 ? [] : artifactLimit(floor, everywhere, older)),
    '    [ -n "$most" ] || continue',
    '    need=$(needs "$file")',
    '    [ "${need:-0}" -le "$most" ] && continue',
    '    file=$(cd "${file%/*}" && pwd)/${file##*/}',
    '    echo "targetry: $file was built for glibc 2.$need, and $but"',
    '    echo "targetry: $cure glibc:2.$need"',
    '  done',
    '}',
    `case " $* " in *" --allow-shlib-undefined "*|*"--unresolved-symbols="*) said= ;; *) said=$(newer "$@") ;; esac`,
    'if [ -n "$said" ]; then',
    '  echo "$said" >&2',
    '  exit 1',
    'fi',
    ...(floor === undefined || artifacts.length === 0
      ? ['exec "$real" "$@"']
      : checkArtifact({ floor, readelf, nm, older, sysroot: sysroot ?? '' })),
  ];
  return `${lines.join('\n')}\n`;
}

function minor(version: string): number {
  return Number(version.split('.')[1] ?? 0);
}

function inSingleQuotes(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/**
 * gcc that was asked by a file of words asks its linker so. A short one is read; of a long one only what CPU it is for.
 */
const wordsOfFile = `long= file=
case \${1-} in @?*) [ $# -gt 1 ] || file=\${1#@} ;; esac
if [ -f "$file" ]; then
  words=$(tr '\\n' ' ' <"$file")
  if [ \${#words} -lt 100000 ] && command -v xargs >/dev/null; then
    IFS='
'
    set -- $(xargs printf '%s\\n' <"$file")
    unset IFS
  else
    long=yes
  fi
fi`;

const outputOf = `out=a.out before=
for one; do
  [ "$before" = -o ] && out=$one
  before=$one
done`;

/** The second number of the newest glibc that a file asks for. */
function glibcNeeds(readelf: string): string {
  return `needs() {
  ${readelf} -VW "$1" 2>/dev/null | awk '
    /^Version/ { of = /needs/ }
    of && match($0, /Name: GLIBC_2\\.[0-9]+/) { n = substr($0, RSTART + 14, RLENGTH - 14) + 0; if (n > most) most = n }
    END { if (most) print most }'
}`;
}

/** Of a library that is not where those of the linked glibc are. */
function foreignLimit({ glibc, sysroot }: LinkRules): string {
  const but = sysroot === undefined ? `glibc ${glibc} is here` : `the sysroot has glibc ${glibc}`;
  const cure =
    sysroot === undefined
      ? 'take a build of it for an older release; or a newer release for the environment, and promise'
      : "take its build of the sysroot's release, by its package in `sysroot:`; or a newer release for the sysroot, and promise";
  return limit(glibc, but, cure);
}

function artifactLimit(
  { version, word }: GlibcFloor,
  everywhere: readonly string[],
  older: string,
): readonly string[] {
  return [
    '    if [ -n "$artifact" ]; then',
    '      name=${file##*/}',
    `      case \${name%%.so*} in ${everywhere.join('|')}) ;; *) ${limit(version, `${word} is promised`, `${older}, with its package; or promise`)} ;; esac`,
    '    fi',
  ];
}

function limit(version: string, but: string, cure: string): string {
  return `most=${minor(version)} but=${inSingleQuotes(but)} cure=${inSingleQuotes(cure)}`;
}

const mostShown = 5;

interface ArtifactCheck {
  readonly floor: GlibcFloor;
  readonly readelf: string;
  readonly nm: string;
  readonly sysroot: string;
  readonly older: string;
}

function checkArtifact({
  floor: { version, word },
  readelf,
  nm,
  sysroot,
  older,
}: ArtifactCheck): readonly string[] {
  const most = minor(version);
  return [
    '[ -n "$artifact" ] || exec "$real" "$@"',
    lookAhead({ nm, readelf, sysroot, most }),
    // What the compiler compiles and links in one go is called by its source.
    `tell() {
  echo "targetry: \${out##*/} would need glibc 2.\${1%% *}, and ${word} is promised:"
  echo "$1" | head -n ${mostShown} | while read -r _ symbol version object; do
    case $object in /tmp/*) object=$(${readelf} -sW "$object" 2>/dev/null | awk '$4 == "FILE" && NF > 7 { print $8; exit }') ;; esac
    echo "targetry: \${object:-an object} needs $symbol of $version"
  done
  echo ${inSingleQuotes(`targetry: ${older}; or promise`)}" glibc:2.\${1%% *}"
} >&2`,
    'beyond=$(ahead "$@")',
    'if [ -n "$beyond" ]; then',
    '  tell "$beyond"',
    '  exit 1',
    'fi',
    '"$real" "$@" || exit',
    `beyond=$(${readelf} --dyn-syms -W "$out" 2>/dev/null | awk '`,
    '  $7 == "UND" && match($8, /@GLIBC_2\\.[0-9]+/) {',
    '    n = substr($8, RSTART + 9, RLENGTH - 9) + 0',
    `    if (n > ${most}) print n, substr($8, 1, RSTART - 1), substr($8, RSTART + 1)`,
    `  }' | sort -k 1,1nr -k 2)`,
    '[ -n "$beyond" ] || exit 0',
    `traces=$(echo "$beyond" | head -n ${mostShown} | while read -r _ symbol _; do echo "-y $symbol"; done)`,
    'again=$(mktemp)',
    `told=$("$real" "$@" $traces -o "$again" 2>&1 | sed -n 's/^[^ ]*ld[^ ]*: //; s/ (symbol from plugin)//; / reference to /p')`,
    'rm -f "$again" "$out"',
    'tell "$(echo "$beyond" | while read -r number symbol version; do',
    `  echo "$number $symbol $version $(echo "$told" | sed -n "s/: reference to $symbol\\$//p" | head -n 1)"`,
    'done)"',
    'exit 1',
  ];
}

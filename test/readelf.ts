/** Binutils' readelf as an oracle: what it says of many files in one run, in the words of our own report. */
import { spawnSync } from 'node:child_process';
import { compareDotted } from '../src/abi/dotted.ts';
import type { ElfAudit } from '../src/audit/report.ts';

/** The part of the report that readelf can answer for. */
type Comparable = Pick<
  ElfAudit,
  | 'machine'
  | 'class'
  | 'type'
  | 'interpreter'
  | 'soname'
  | 'needed'
  | 'rpath'
  | 'runpath'
  | 'relr'
  | 'execStack'
  | 'relro'
  | 'bindNow'
  | 'textrel'
  | 'staticTls'
  | 'isa'
  | 'kernel'
  | 'buildId'
> & { readonly floor: Record<string, string>; readonly forcedBy: Record<string, string[]> };

export function hasReadelf(): boolean {
  return spawnSync('readelf', ['--version']).status === 0;
}

/** Undefined for a file that readelf itself complains about. */
export function readelf(paths: readonly string[]): Map<string, Comparable | undefined> {
  const options = ['-hldnVW', '--dyn-syms', '--'];
  const run = spawnSync('readelf', [...options, ...paths, '/dev/null'], {
    maxBuffer: 1 << 30,
    encoding: 'latin1',
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' },
  });
  const found = new Map<string, Comparable | undefined>();
  for (const part of `\n${run.stdout}`.split('\nFile: ').slice(1)) {
    const lines = part.split('\n');
    found.set(lines[0]!, lines.includes('ELF Header:') ? comparable(lines) : undefined);
  }
  return found;
}

export function comparableOf(audit: ElfAudit): Comparable {
  const {
    path: _path,
    libc: _libc,
    nextLower: _next,
    musl: _musl,
    pie: _pie,
    origin: _origin,
    ...same
  } = audit;
  const forcedBy = Object.entries(audit.forcedBy).map(([family, list]) => [
    family,
    list.map(({ symbol, library, version }) => `${symbol} ${library} ${version}`).sort(),
  ]);
  return { ...same, floor: audit.floor, forcedBy: Object.fromEntries(forcedBy) };
}

const MACHINES: Record<string, string> = {
  'Advanced Micro Devices X86-64': 'x86_64',
  'Intel 80386': 'i386',
  AArch64: 'aarch64',
  ARM: 'arm',
  'RISC-V': 'riscv64',
  PowerPC64: 'ppc64',
  'IBM S/390': 's390x',
  LoongArch: 'loongarch64',
  'MIPS R3000': 'mips',
  PowerPC: 'ppc',
  'Sparc v9': 'sparc64',
};

function comparable(lines: readonly string[]): Comparable {
  const first = (pattern: RegExp): string | null => {
    for (const line of lines) {
      const match = pattern.exec(line);
      if (match) return match[1]!;
    }
    return null;
  };
  const machine = MACHINES[first(/^ {2}Machine: +(.+)$/)!] ?? 'unknown';
  const little = first(/^ {2}Data: .*(little)/) !== null;
  const wide = first(/^ {2}Class: +ELF(\d+)/) === '64';
  const needed = lines.flatMap((line) => /\(NEEDED\) +Shared library: \[(.*)\]$/.exec(line)?.[1] ?? []);
  const interpreter = first(/\[Requesting program interpreter: (.*)\]$/);
  const soname = first(/\(SONAME\) +Library soname: \[(.*)\]$/);
  const flags = ` ${first(/\(FLAGS\) +(.*)$/) ?? ''} ${first(/\(FLAGS_1\) +Flags: (.*)$/) ?? ''} `;
  const bindNow = / (?:BIND_NOW|NOW) /.test(flags) || first(/(\(BIND_NOW\))/) !== null;
  const relro = first(/^ {2}(GNU_RELRO) /) !== null;
  const isa = first(/x86 ISA needed: (.*)/);
  return {
    machine: variantOf(machine, wide, little),
    class: wide ? 64 : 32,
    type: typeOf(first(/^ {2}Type: +(.+)$/)!, interpreter, soname, needed),
    interpreter,
    soname,
    needed,
    rpath: first(/\(RPATH\) +Library rpath: \[(.*)\]$/),
    runpath: first(/\(RUNPATH\) +Library runpath: \[(.*)\]$/),
    relr: first(/(\(RELR\))/) !== null,
    execStack: /E/.test(first(/^ {2}GNU_STACK +(?:0x\w+ +){5}([RWE ]+) 0x/) ?? ''),
    relro: relro ? (bindNow ? 'full' : 'partial') : 'none',
    bindNow,
    textrel: flags.includes(' TEXTREL ') || first(/(\(TEXTREL\))/) !== null,
    staticTls: flags.includes(' STATIC_TLS '),
    isa: /x86-64-v[234]/.exec(isa?.split(', ').at(-1) ?? '')?.[0] ?? null,
    kernel: first(/OS: Linux, ABI: ([\d.]+)/),
    buildId: first(/Build ID: (\w+)/),
    ...versions(lines, first(/(\(RELR\))/) !== null),
  };
}

function variantOf(machine: string, wide: boolean, little: boolean): string {
  if (machine === 'ppc64' && little) return 'ppc64le';
  return machine === 'mips' ? `mips${wide ? '64' : ''}${little ? 'el' : ''}` : machine;
}

function typeOf(
  type: string,
  interpreter: string | null,
  soname: string | null,
  needed: readonly string[],
): ElfAudit['type'] {
  if (type.startsWith('REL')) return 'rel';
  const loaded = interpreter !== null || needed.length > 0;
  if (type.startsWith('EXEC')) return loaded ? 'exec' : 'static-exec';
  if (type.includes('Position-Independent')) return loaded ? 'pie' : 'static-pie';
  return interpreter !== null && soname === null ? 'pie' : 'shared';
}

/** Version families again from the start, by regular expressions over readelf's text. */
function versions(lines: readonly string[], relr: boolean): Pick<Comparable, 'floor' | 'forcedBy'> {
  const needs = new Map<string, { family: string; version: string; name: string; library: string }>();
  let library = '';
  let glibc = false;
  let section = '';
  for (const line of lines) {
    section = /^Version (needs|definition|symbols) section/.exec(line)?.[1] ?? section;
    if (section !== 'needs') continue;
    library = /Version: 1 {2}File: (.*?) {2}Cnt: /.exec(line)?.[1] ?? library;
    const need = / Name: (\S+) {2}Flags: (.*?) {2}Version: (\d+)$/.exec(line);
    if (!need) continue;
    const [, name, flags, index] = need;
    const known = /^(GLIBC|GLIBCXX|CXXABI|GCC|ZLIB|LIBATOMIC)_([\d.]+|ABI_DT_RELR)$/.exec(name!);
    if (known?.[1] === 'GLIBC' && !library.startsWith('libgcc_s')) glibc = true;
    if (!known || flags!.includes('WEAK')) continue;
    if (known[1] === 'GLIBC' && library.startsWith('libgcc_s')) continue;
    const version = known[2] === 'ABI_DT_RELR' ? '2.36' : known[2]!;
    needs.set(index!, { family: known[1]!, version, name: name!, library });
  }
  const all = [...needs.values()];
  if (relr && glibc && !all.some(({ name }) => name === 'GLIBC_ABI_DT_RELR')) {
    all.push({ family: 'GLIBC', version: '2.36', name: 'GLIBC_ABI_DT_RELR', library: 'libc.so.6' });
  }
  const floor: Record<string, string> = {};
  for (const { family, version } of all) {
    if (compareDotted(version, floor[family] ?? '0') > 0) floor[family] = version;
  }
  const users = new Map<string, string[]>();
  for (const line of lines) {
    const symbol = /^ +\d+: \S+ +\S+ \S+ +\S+ +\S+ +(?:\[.*?\] +)?\S+ +(\S+?)@+\S+ \((\d+)\)$/.exec(line);
    if (symbol) users.set(symbol[2]!, [...(users.get(symbol[2]!) ?? []), symbol[1]!]);
  }
  const forcedBy: Record<string, string[]> = {};
  for (const need of all.filter(({ family, version }) => version === floor[family])) {
    const index = [...needs].find(([, value]) => value === need)?.[0];
    const names = (index === undefined ? undefined : users.get(index)) ?? [null];
    (forcedBy[need.family] ??= []).push(...names.map((name) => `${name} ${need.library} ${need.name}`));
  }
  for (const list of Object.values(forcedBy)) list.sort();
  return { floor, forcedBy };
}

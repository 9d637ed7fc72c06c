import { FormatError } from '../format-error.ts';
import type { ByteSource } from './byte-source.ts';
import { ElfView } from './elf-view.ts';

export interface Segment {
  readonly type: number;
  readonly flags: number;
  readonly offset: number;
  readonly address: number;
  readonly size: number;
}

export interface Section {
  /** Where its name is in the section that holds names. */
  readonly name: number;
  readonly type: number;
  readonly flags: number;
  readonly address: number;
  readonly offset: number;
  readonly size: number;
  readonly link: number;
  readonly entry: number;
}

/** Something in a file that contradicts the format, and where; reading went on without it. */
export interface ElfProblem {
  readonly message: string;
  readonly offset: number;
  /** False where no loader reads what is wrong, so that the file runs as well without it. */
  readonly loaded?: boolean;
}

/** The two tables that say where everything is, and the words in which the rest is written. */
export interface ElfHeader {
  readonly wide: boolean;
  readonly little: boolean;
  /** `e_type`: 1 relocatable, 2 executable, 3 shared or position-independent. */
  readonly type: number;
  readonly machine: string;
  readonly osAbi: number;
  readonly segments: readonly Segment[];
  readonly sections: readonly Section[];
  /** The index of the section with the sections' names. */
  readonly names: number;
}

/** Nothing real has more; what claims more is made to exhaust memory. */
const MOST_SEGMENTS = 1 << 12;
const MOST_SECTIONS = 1 << 20;

export function looksLikeElf(start: Uint8Array): boolean {
  return start[0] === 0x7f && start[1] === 0x45 && start[2] === 0x4c && start[3] === 0x46;
}

export function readElfHeader(source: ByteSource, problems: ElfProblem[]): ElfHeader {
  const start = source.read(0, 64);
  if (!looksLikeElf(start)) throw new FormatError('elf', 'no ELF file', 0);
  const [elfClass, order] = [start[4], start[5]];
  if (elfClass !== 1 && elfClass !== 2) throw new FormatError('elf', `no class ${elfClass ?? 'at all'}`, 4);
  if (order !== 1 && order !== 2) throw new FormatError('elf', `no byte order ${order ?? 'at all'}`, 5);
  const wide = elfClass === 2;
  const little = order === 1;
  if (start.length < (wide ? 64 : 52))
    throw new FormatError('elf', 'the header ends too early', start.length);
  const view = new ElfView(start, little, wide);

  const tail = wide ? 52 : 40;
  const type = view.u16(16);
  if (type < 1 || type > 3) throw new FormatError('elf', noProgram(type), 16);
  const sections = readSections(source, view, tail, problems);
  const manySegments = view.u16(tail + 4) === 0xffff;
  const segments = readSegments(source, view, tail, manySegments ? sections.segments : undefined, problems);
  return {
    wide,
    little,
    type,
    machine: machineName(view.u16(18), wide, little),
    osAbi: start[7]!,
    segments,
    sections: sections.list,
    names: sections.names,
  };
}

function noProgram(type: number): string {
  return type === 4 ? 'a core dump, no program' : `no program or library: e_type is ${type}`;
}

function readSegments(
  source: ByteSource,
  header: ElfView,
  tail: number,
  many: number | undefined,
  problems: ElfProblem[],
): Segment[] {
  const { wide, little } = header;
  const at = header.word(wide ? 32 : 28);
  const count = many ?? header.u16(tail + 4);
  const kind = { name: 'program header', least: wide ? 56 : 32, most: MOST_SEGMENTS };
  const table = readTable(source, at, count, header.u16(tail + 2), kind, problems);
  if (!table) return [];
  const view = new ElfView(table.bytes, little, wide);
  return Array.from({ length: table.count }, (_, i) => {
    const base = i * table.entry;
    return {
      type: view.u32(base),
      flags: view.u32(base + (wide ? 4 : 24)),
      offset: view.word(base + (wide ? 8 : 4)),
      address: view.word(base + (wide ? 16 : 8)),
      size: view.word(base + (wide ? 32 : 16)),
    };
  });
}

function readSections(source: ByteSource, header: ElfView, tail: number, problems: ElfProblem[]) {
  const { wide, little } = header;
  const none = { list: [] as Section[], names: 0, segments: 0 };
  const at = header.word(wide ? 40 : 32);
  if (at === 0) return none;
  const entry = header.u16(tail + 6);
  let count = header.u16(tail + 8);
  let names = header.u16(tail + 10);
  // Where a count doesn't fit into 16 bits, the first section, which is no section, holds it.
  const kind = { name: 'section header', least: wide ? 64 : 40, most: MOST_SECTIONS };
  const first = readTable(source, at, 1, entry, kind, problems);
  if (!first) return none;
  const zero = new ElfView(first.bytes, little, wide);
  if (count === 0) count = zero.word(wide ? 32 : 20);
  if (names === 0xffff) names = zero.u32(wide ? 40 : 24);
  const table = readTable(source, at, count, entry, kind, problems);
  if (!table) return { ...none, segments: zero.u32(wide ? 44 : 28) };
  const view = new ElfView(table.bytes, little, wide);
  const list = Array.from({ length: table.count }, (_, i) => sectionAt(view, i * table.entry));
  return { list, names, segments: zero.u32(wide ? 44 : 28) };
}

function sectionAt(view: ElfView, base: number): Section {
  const { wide } = view;
  return {
    name: view.u32(base),
    type: view.u32(base + 4),
    flags: view.word(base + 8),
    address: view.word(base + (wide ? 16 : 12)),
    offset: view.word(base + (wide ? 24 : 16)),
    size: view.word(base + (wide ? 32 : 20)),
    link: view.u32(base + (wide ? 40 : 24)),
    entry: view.word(base + (wide ? 56 : 36)),
  };
}

function readTable(
  source: ByteSource,
  at: number,
  count: number,
  entry: number,
  kind: { readonly name: string; readonly least: number; readonly most: number },
  problems: ElfProblem[],
): { bytes: Buffer; count: number; entry: number } | undefined {
  if (count === 0) return undefined;
  if (entry < kind.least) {
    problems.push({
      message: `a ${kind.name} of ${entry} bytes, where ${kind.least} are needed`,
      offset: at,
    });
    return undefined;
  }
  if (count > kind.most || at + count * entry > source.size) {
    problems.push({
      message: `the table of ${count} ${kind.name}s goes past the end of the file`,
      offset: at,
      loaded: kind.name !== 'section header',
    });
    return undefined;
  }
  const bytes = source.read(at, count * entry);
  return bytes.length === count * entry ? { bytes, count, entry } : undefined;
}

function machineName(machine: number, wide: boolean, little: boolean): string {
  switch (machine) {
    case 8:
      return `mips${wide ? '64' : ''}${little ? 'el' : ''}`;
    case 21:
      return little ? 'ppc64le' : 'ppc64';
    case 22:
      return wide ? 's390x' : 's390';
    case 40:
      return little ? 'arm' : 'armeb';
    case 183:
      return little ? 'aarch64' : 'aarch64_be';
    case 243:
      return wide ? 'riscv64' : 'riscv32';
    case 258:
      return wide ? 'loongarch64' : 'loongarch32';
    default:
      return machines[machine] ?? `machine-${machine}`;
  }
}

const machines: Readonly<Record<number, string>> = {
  2: 'sparc',
  3: 'i386',
  4: 'm68k',
  6: 'i486',
  15: 'parisc',
  18: 'sparc32plus',
  20: 'ppc',
  42: 'sh',
  43: 'sparc64',
  50: 'ia64',
  62: 'x86_64',
  83: 'avr',
  92: 'or1k',
  93: 'arc',
  94: 'xtensa',
  164: 'hexagon',
  189: 'microblaze',
  190: 'cuda',
  195: 'arcv2',
  224: 'amdgpu',
  247: 'bpf',
  252: 'csky',
  0x9026: 'alpha',
};

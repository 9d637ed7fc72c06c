/**
 * An ELF file as its loader sees it.
 *
 * The loader knows no sections: it follows the program headers to the dynamic section and from there, by address, to
 * strings, symbols and versions. So does this reader, which makes it right for files without section headers, with false
 * ones, or rewritten by patchelf. Section headers are asked only where the loader needs no answer: how many symbols
 * there are, and what the tools wrote into `.comment`.
 *
 * Files come from anywhere. Every offset and size is held against the file before it is read, every chain is bounded by
 * the window it was read into and goes forward only, and no table is allocated from a number that the file hasn't the
 * bytes for. What contradicts itself becomes a problem with its offset and the rest is still read; only what is no ELF
 * program at all is a FormatError.
 */
import type { ByteSource } from './byte-source.ts';
import { isEmptied, readDynamic, tags, type DynamicSection } from './elf-dynamic.ts';
import { readElfHeader, type ElfHeader, type ElfProblem } from './elf-header.ts';
import { readNotes, type ElfNotes } from './elf-notes.ts';
import { readSymbols, readVersionNeeds, type DynamicSymbols, type VersionNeed } from './elf-symbols.ts';

const PT_INTERP = 3;
const PT_GNU_STACK = 0x6474e551;
const PT_GNU_RELRO = 0x6474e552;
const PF_X = 1;
const DF_TEXTREL = 4;
const DF_BIND_NOW = 8;
const DF_STATIC_TLS = 16;
const DF_1_NOW = 1;
const DF_1_PIE = 0x08000000;
const SHT_PROGBITS = 1;
const MOST_INTERPRETER = 4096;
const MOST_COMMENT = 64 * 1024;
const MOST_CANDIDATES = 100;

/** By `EI_OSABI`; most systems leave it at 0. */
const systems: Readonly<Record<number, string>> = { 2: 'NetBSD', 6: 'Solaris', 9: 'FreeBSD', 12: 'OpenBSD' };

export interface ElfFile {
  readonly machine: string;
  readonly class: 32 | 64;
  readonly type: 'rel' | 'exec' | 'dyn';
  readonly interpreter: string | undefined;
  readonly dynamic: boolean;
  readonly needed: readonly string[];
  readonly soname: string | undefined;
  readonly rpath: string | undefined;
  readonly runpath: string | undefined;
  readonly versionNeeds: readonly VersionNeed[];
  /** Reads from the source as it is asked. */
  readonly symbols: DynamicSymbols | undefined;
  readonly relr: boolean;
  /** Undefined where the file doesn't say, and the loader takes the machine's habit. */
  readonly execStack: boolean | undefined;
  readonly relro: boolean;
  readonly bindNow: boolean;
  /** DF_1_PIE, which linkers set since 2016. */
  readonly pieFlag: boolean;
  readonly textrel: boolean;
  readonly staticTls: boolean;
  readonly notes: ElfNotes;
  /** Where it is another system than Linux or its relatives: `FreeBSD`. */
  readonly system: string | undefined;
  /** What compilers and linkers wrote of themselves. */
  readonly comment: string;
  readonly problems: readonly ElfProblem[];
}

export function readElf(source: ByteSource): ElfFile {
  const problems: ElfProblem[] = [];
  const header = readElfHeader(source, problems);
  const dynamic = readDynamic(source, header, problems);
  const flags = dynamic?.get(tags.flags) ?? 0;
  const flags1 = dynamic?.get(tags.flags1) ?? 0;
  const stack = header.segments.find(({ type }) => type === PT_GNU_STACK);
  const named = (tag: number, what: string): string | undefined => {
    const at = dynamic?.get(tag);
    return at === undefined ? undefined : dynamic?.string(at, what);
  };
  const notes = readNotes(source, header, problems);
  return {
    machine: header.machine,
    class: header.wide ? 64 : 32,
    type: header.type === 1 ? 'rel' : header.type === 2 ? 'exec' : 'dyn',
    interpreter: readInterpreter(source, header, problems),
    dynamic: dynamic !== undefined,
    needed: readNeeded(dynamic),
    soname: named(tags.soname, 'SONAME'),
    rpath: named(tags.rpath, 'RPATH'),
    runpath: named(tags.runpath, 'RUNPATH'),
    versionNeeds: dynamic ? readVersionNeeds(dynamic) : [],
    symbols: dynamic && readSymbols(dynamic, header),
    relr: dynamic !== undefined && (dynamic.has(tags.relr) || dynamic.has(tags.androidRelr)),
    execStack: stack && (stack.flags & PF_X) !== 0,
    relro: header.segments.some(({ type }) => type === PT_GNU_RELRO),
    bindNow: dynamic?.has(tags.bindNow) === true || (flags & DF_BIND_NOW) !== 0 || (flags1 & DF_1_NOW) !== 0,
    pieFlag: (flags1 & DF_1_PIE) !== 0,
    textrel: dynamic?.has(tags.textrel) === true || (flags & DF_TEXTREL) !== 0,
    staticTls: (flags & DF_STATIC_TLS) !== 0,
    notes,
    system: notes.system ?? systems[header.osAbi],
    comment: readComment(source, header),
    problems,
  };
}

function readNeeded(dynamic: DynamicSection | undefined): string[] {
  return dynamic?.needed.flatMap((at) => dynamic.string(at, 'NEEDED') ?? []) ?? [];
}

function readInterpreter(source: ByteSource, header: ElfHeader, problems: ElfProblem[]): string | undefined {
  const segment = header.segments.find(({ type }) => type === PT_INTERP);
  if (!segment || segment.size === 0 || isEmptied(header, segment)) return undefined;
  const bytes = source.read(segment.offset, Math.min(segment.size, MOST_INTERPRETER));
  const end = bytes.indexOf(0);
  if (end < 0) {
    problems.push({ message: 'the name of the interpreter has no end', offset: segment.offset });
    return undefined;
  }
  return bytes.toString('utf8', 0, end);
}

/** Names are read only of sections that can be it: not loaded, of bytes, made of strings. */
function readComment(source: ByteSource, header: ElfHeader): string {
  const names = header.sections[header.names];
  if (!names) return '';
  const candidates = header.sections.filter(
    ({ type, flags, address }) => type === SHT_PROGBITS && address === 0 && (flags & 0x32) === 0x30,
  );
  for (const { name, offset, size } of candidates.slice(0, MOST_CANDIDATES)) {
    if (source.read(names.offset + name, 9).toString('latin1') !== '.comment\0') continue;
    return source.read(offset, Math.min(size, MOST_COMMENT)).toString('latin1');
  }
  return '';
}

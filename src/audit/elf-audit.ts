import type { ByteSource } from '../formats/elf/byte-source.ts';
import { readElf, type ElfFile } from '../formats/elf/elf-file.ts';
import type { ElfProblem } from '../formats/elf/elf-header.ts';
import { FormatError } from '../formats/format-error.ts';
import { floorsOf } from './floor.ts';
import { elfTypeOf, libcKindOf } from './libc-kind.ts';
import type { ElfAudit, Problem } from './report.ts';
import { rpathProblems } from './rpath-check.ts';
import { readSymbolTraits, type ElfTraits } from './symbol-traits.ts';

/** One ELF file as far as it could be read: without `audit`, it is none that can be loaded or linked. */
export interface ElfReading {
  readonly audit: ElfAudit | undefined;
  readonly traits: ElfTraits | undefined;
  readonly problems: readonly Problem[];
}

/** Bytes to values: reads only the tables that the loader reads. `path` is what the report calls the file. */
export function auditElf(source: ByteSource, path: string): ElfReading {
  try {
    const elf = readElf(source);
    const read = auditOf(elf, path);
    const problems = elf.problems.map((problem) => malformed(path, problem));
    return { ...read, problems: [...problems, ...rpathProblems(read.audit)] };
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    return {
      audit: undefined,
      traits: undefined,
      problems: [malformed(path, { message: error.message, offset: error.offset ?? 0 })],
    };
  }
}

function malformed(path: string, { message, offset }: ElfProblem): Problem {
  return { code: 'elf-malformed', severity: 'error', message, path, offset };
}

function auditOf(elf: ElfFile, path: string): { audit: ElfAudit; traits: ElfTraits } {
  const type = elfTypeOf(elf);
  const kind = libcKindOf(elf, type);
  const { traits, usesLibc } = readSymbolTraits(elf);
  const libc = kind === 'none' && usesLibc ? 'unknown' : kind;
  const audit: ElfAudit = {
    path,
    machine: elf.machine,
    class: elf.class,
    type,
    libc,
    interpreter: elf.interpreter ?? null,
    soname: elf.soname ?? null,
    needed: elf.needed,
    rpath: elf.rpath ?? null,
    runpath: elf.runpath ?? null,
    ...floorsOf(elf.versionNeeds, elf.symbols, elf.relr && libc === 'glibc'),
    musl: libc === 'musl' ? traits.musl : null,
    relr: elf.relr,
    execStack: elf.execStack === true,
    relro: elf.relro ? (elf.bindNow ? 'full' : 'partial') : 'none',
    bindNow: elf.bindNow,
    pie: type === 'pie' || type === 'static-pie',
    textrel: elf.textrel,
    staticTls: elf.staticTls,
    isa: isaOf(elf.notes.isaNeeded ?? 0),
    kernel: elf.notes.kernel ?? null,
    buildId: elf.notes.buildId ?? null,
    origin: originOf(elf),
  };
  return { audit, traits };
}

function isaOf(needed: number): string | null {
  for (const level of [4, 3, 2]) if (needed & (1 << (level - 1))) return `x86-64-v${level}`;
  return null;
}

function originOf(elf: ElfFile): ElfAudit['origin'] {
  if (elf.notes.go === true) return 'go';
  if (elf.comment.includes('rustc version')) return 'rust';
  return /\bzig\b/.test(elf.comment) ? 'zig' : null;
}

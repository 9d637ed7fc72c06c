import { cpus } from '../../abi/cpu.ts';
import type { ElfAudit, Problem } from '../report.ts';
import type { Contents, FoundElf } from '../walk/contents.ts';

/** What an artifact says of itself, and where that isn't true. */
export interface Judged {
  readonly claims: Readonly<Record<string, unknown>>;
  readonly problems: readonly Problem[];
}

/** Files that a loader loads: object files of static libraries make no claim come true. */
export function loadable({ elfs }: Contents): FoundElf[] {
  return elfs.filter(({ audit }) => audit.type !== 'rel');
}

export function isProgram({ type }: ElfAudit): boolean {
  return type === 'exec' || type === 'pie' || type === 'static-exec' || type === 'static-pie';
}

/** `x.node`, or `x.node and 3 others`. */
export function namesOf(files: readonly FoundElf[]): string {
  const first = files[0]?.audit.path ?? 'nothing';
  return files.length < 2
    ? first
    : `${first} and ${files.length - 1} ${files.length === 2 ? 'other' : 'others'}`;
}

/** How a libc is needed, in words: `glibc 2.28`. */
export function libcInWords({ libc, floor, musl }: ElfAudit): string {
  if (libc === 'glibc') return floor.GLIBC === undefined ? 'glibc' : `glibc ${floor.GLIBC}`;
  return libc === 'musl' && musl !== null ? `musl ${musl.floor}` : libc;
}

/** The machine of an ELF header as Node and npm write it. */
export function nodeArch(machine: string): string {
  if (machine === 'loongarch64') return 'loong64';
  return cpus.find((cpu) => cpu.machine === machine)?.node ?? machine;
}

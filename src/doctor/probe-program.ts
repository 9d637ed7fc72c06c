/**
 * The smallest program that can tell what a step may do: a loop of some machine code over a table of system calls in its
 * own image. Each is made as the table says, its answer written beside it, and one of the last of them prints the table. So
 * it needs no compiler, no libc and nothing of a root, and there is one for each CPU that an emulator can run.
 *
 * Where a call succeeds that would have succeeded anyway, the answer is as good: only "not permitted" and "no such call" are
 * told apart from all the others.
 */
import { codeAddress, programFile, smallestProgram } from '../engines/embedded/foreign-cpus.ts';
import { systemCalls, type CpuWithCalls } from './system-calls.ts';

/** Takes the number and six arguments of each entry, and leaves the answer in its last word. */
const loops: Readonly<Record<CpuWithCalls, string>> = {
  amd64:
    '488d1d29000000 488b03 488b7b08 488b7310 488b5318 4c8b5320 4c8b4328 4c8b4b30 0f05 48894338 4883c340 ebd9 9090',
  arm64: '53010010 680240f9 608640a9 628e41a9 649642a9 010000d4 601e00f9 73020191 f9ffff17 00000000',
};

/** The calls by which the program does its own work. */
const own = {
  amd64: {
    openat: 257,
    close: 3,
    write: 1,
    ftruncate: 77,
    unlinkat: 263,
    clock_gettime: 228,
    execve: 59,
    exit: 231,
    uname: 63,
  },
  arm64: {
    openat: 56,
    close: 57,
    write: 64,
    ftruncate: 46,
    unlinkat: 35,
    clock_gettime: 113,
    execve: 221,
    exit: 94,
    uname: 160,
  },
} as const;

const entrySize = 64;
/** Seconds and nanoseconds, right behind the table; then what `uname` says, of which the third word is the release. */
const timeSize = 16;
const wordSize = 65;
const toldSize = timeSize + 6 * wordSize + 2;

const here = -100;
const newFile = 0o1101;
/** The first descriptor that is free once these are closed. */
const [first, last] = [3, 9];
/** More than 32 bits count. */
const bigFile = 5 * 2 ** 30;
/** The number of words that the program in memory is started with, its exit code. */
const words = 7;

/** Tries that a step needs, besides system calls that are allowed. */
const fileTries = ['null', 'shm', 'tmp', 'big', 'proc'] as const;
type FileTry = (typeof fileTries)[number];

/** A negative answer is an error's number. */
export interface ProbeAnswers {
  readonly calls: ReadonlyMap<string, number>;
  readonly files: ReadonlyMap<FileTry, number>;
  /** Milliseconds since 1970, by the kernel's clock. */
  readonly time: number;
  /** Of the kernel, as a step is told. */
  readonly release: string;
  /** A file of the memory's file system was executed. */
  readonly executed: boolean;
}

interface Entry {
  readonly number: number;
  readonly args: readonly number[];
  readonly tells?: { readonly call: string } | { readonly file: FileTry };
}

export function hasProbe(architecture: string): architecture is CpuWithCalls {
  return architecture in loops;
}

/** `files`: also what is to be tried where files may be left behind. */
export function probeProgram(cpu: CpuWithCalls, { files }: { readonly files: boolean }): Buffer {
  const loop = Buffer.from(loops[cpu].replaceAll(' ', ''), 'hex');
  const start = codeAddress(cpu) + loop.length;
  const size = entriesFor(cpu, files, 0).entries.length * entrySize;
  const { entries, data } = entriesFor(cpu, files, start + size);
  const table = Buffer.alloc(size);
  for (const [index, { number, args }] of entries.entries()) {
    for (const [place, word] of [number, ...args].entries())
      table.writeBigInt64LE(BigInt(word), index * entrySize + 8 * place);
  }
  return programFile(cpu, Buffer.concat([loop, table, data]), { writable: true });
}

interface Outcome {
  readonly files: boolean;
  readonly output: Buffer;
  /** The exit code. */
  readonly code: number;
}

/** Undefined where what was printed isn't a table. */
export function readAnswers(cpu: CpuWithCalls, { files, output, code }: Outcome): ProbeAnswers | undefined {
  const { entries } = entriesFor(cpu, files, 0);
  const size = entries.length * entrySize;
  if (output.length !== size + toldSize) return undefined;
  const calls = new Map<string, number>();
  const tried = new Map<FileTry, number>();
  for (const [index, { tells }] of entries.entries()) {
    if (tells === undefined) continue;
    const answer = Number(output.readBigInt64LE((index + 1) * entrySize - 8));
    if ('call' in tells) calls.set(tells.call, answer);
    else tried.set(tells.file, answer);
  }
  const [seconds, nanoseconds] = [size, size + 8].map((at) => Number(output.readBigInt64LE(at)));
  const time = seconds! * 1000 + nanoseconds! / 1e6;
  const named = output.subarray(size + timeSize + 2 * wordSize);
  const release = named.toString('latin1', 0, named.indexOf(0));
  return { calls, files: tried, time, release, executed: code === words };
}

/** `base` is where the data will be, right behind the entries. */
function entriesFor(cpu: CpuWithCalls, files: boolean, base: number): { entries: Entry[]; data: Buffer } {
  const { clock_gettime: clock, uname, write, execve, exit } = own[cpu];
  const data = new DataPart(base);
  const told = data.add(Buffer.alloc(toldSize));
  const entries: Entry[] = [
    { number: clock, args: [0, told] },
    { number: uname, args: [told + timeSize] },
  ];
  if (files) entries.push(...fileEntries(cpu, data));
  entries.push(
    ...systemCalls.map(({ name, numbers, args }) => ({ number: numbers[cpu], args, tells: { call: name } })),
  );
  const size = (entries.length + (files ? 3 : 2)) * entrySize;
  entries.push({ number: write, args: [1, base - size, size + toldSize] });
  if (files) {
    const name = data.text(inMemory);
    const list = Array.from({ length: words }, () => name);
    entries.push({ number: execve, args: [name, data.pointers(list), data.pointers([])] });
  }
  entries.push({ number: exit, args: [0] });
  return { entries, data: data.bytes };
}

const inMemory = '/dev/shm/targetry-probe';
const onDisk = '/tmp/targetry-probe';

function fileEntries(cpu: CpuWithCalls, data: DataPart): Entry[] {
  const { openat, close, write, ftruncate, unlinkat } = own[cpu];
  const closing = (descriptor = first): Entry => ({ number: close, args: [descriptor] });
  const open = (path: string, flags: number, file: FileTry): Entry => ({
    number: openat,
    args: [here, data.text(path), flags, 0o755],
    tells: { file },
  });
  const program = smallestProgram(cpu);
  return [
    ...Array.from({ length: last - first + 1 }, (_, index) => closing(first + index)),
    open('/dev/null', 0o2, 'null'),
    closing(),
    open('/proc/self/status', 0, 'proc'),
    closing(),
    open(inMemory, newFile, 'shm'),
    { number: write, args: [first, data.add(program), program.length] },
    closing(),
    open(onDisk, newFile, 'tmp'),
    { number: ftruncate, args: [first, bigFile], tells: { file: 'big' } },
    closing(),
    { number: unlinkat, args: [here, data.text(onDisk), 0] },
  ];
}

/** What stands behind the table; each thing that is added has an address. */
class DataPart {
  readonly #base: number;
  bytes = Buffer.alloc(0);

  constructor(base: number) {
    this.#base = base;
  }

  add(bytes: Buffer): number {
    const address = this.#base + this.bytes.length;
    this.bytes = Buffer.concat([this.bytes, bytes, Buffer.alloc(-bytes.length & 7)]);
    return address;
  }

  text(words: string): number {
    return this.add(Buffer.from(`${words}\0`));
  }

  /** Ended by none. */
  pointers(addresses: readonly number[]): number {
    const list = Buffer.alloc(8 * (addresses.length + 1));
    for (const [index, address] of addresses.entries()) list.writeBigInt64LE(BigInt(address), 8 * index);
    return this.add(list);
  }
}

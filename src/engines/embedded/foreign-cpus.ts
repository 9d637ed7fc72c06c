import { archHere, ociCpu } from '../../abi/cpu.ts';
/**
 * The CPUs whose programs an emulator can run here: how the kernel knows a program of each, and the smallest program of
 * each, which is run to see whether the kernel does. That program ends with its number of arguments as exit code: an
 * emulator that takes its own arguments for those of the program would be noticed.
 */
interface ForeignCpu {
  readonly wide: boolean;
  readonly little: boolean;
  /** `e_machine`, a number that all of ELF agrees on. */
  readonly machine: number;
  /** `e_flags` of a program. */
  readonly flags: number;
  /** `exit(argc)`, from where the stack begins with `argc`. */
  readonly code: string;
}

/** By OCI's name of the CPU. */
const foreignCpus: ReadonlyMap<string, ForeignCpu> = new Map([
  ['amd64', { wide: true, little: true, machine: 62, flags: 0, code: '8b3c24 b83c000000 0f05' }],
  ['386', { wide: false, little: true, machine: 3, flags: 0, code: '8b1c24 b801000000 cd80' }],
  ['arm64', { wide: true, little: true, machine: 183, flags: 0, code: 'e00340f9 a80b80d2 010000d4' }],
  ['arm', { wide: false, little: true, machine: 40, flags: 0x5000200, code: '00009de5 0170a0e3 000000ef' }],
  ['riscv64', { wide: true, little: true, machine: 243, flags: 5, code: '03350100 9308d005 73000000' }],
  ['ppc64le', { wide: true, little: true, machine: 21, flags: 2, code: '000061e8 01000038 02000044' }],
  ['s390x', { wide: true, little: false, machine: 22, flags: 0, code: 'e320f0000004 0a01' }],
]);

/** What a CPU runs besides its own programs, without emulation. */
const alsoRuns: Readonly<Record<string, readonly string[]>> = { amd64: ['386'] };

/** This machine's, as OCI calls it. */
export const ownCpu = ociCpu(archHere());

/** Whether `host`, this machine where it isn't said, needs an emulator for programs of a CPU; both as OCI calls them. */
export function isForeign(architecture: string, host = ownCpu): boolean {
  return architecture !== host && alsoRuns[host]?.includes(architecture) !== true;
}

/** Those that an emulator can run here, and need one. */
export function emulatedCpus(): string[] {
  return [...foreignCpus.keys()].filter((cpu) => cpu !== ownCpu);
}

export function canBeEmulated(architecture: string): boolean {
  return foreignCpus.has(architecture);
}

/** A line for binfmt_misc's `register`: programs of this CPU are run by `interpreter`. */
export function registration(architecture: string, interpreter: string, flags: string): string {
  const header = programHeader(foreignCpus.get(architecture)!);
  // The ABI is any, and a program has the type 2 or 3.
  const mask = Buffer.alloc(header.length, 0xff);
  mask[7] = 0;
  mask[header.indexOf(2, 16)] = 0xfe;
  return `:${interpreter}:M::${escaped(header)}:${escaped(mask)}:${interpreter}:${flags}`;
}

/** The start of an ELF file up to `e_machine`. */
function programHeader({ wide, little, machine }: ForeignCpu): Buffer {
  const header = Buffer.alloc(20);
  header.set([0x7f, 0x45, 0x4c, 0x46, wide ? 2 : 1, little ? 1 : 2, 1]);
  const word = (value: number, at: number) =>
    little ? header.writeUInt16LE(value, at) : header.writeUInt16BE(value, at);
  word(2, 16);
  word(machine, 18);
  return header;
}

function escaped(bytes: Buffer): string {
  return bytes.toString('hex').replaceAll(/../g, String.raw`\x$&`);
}

/** An ELF file that ends with its number of arguments, its own name among them, as exit code. */
export function smallestProgram(architecture: string): Buffer {
  return programFile(
    architecture,
    Buffer.from(foreignCpus.get(architecture)!.code.replaceAll(' ', ''), 'hex'),
  );
}

const base = 0x10000;

/** Where the machine code of a `programFile` is in memory. */
export function codeAddress(architecture: string): number {
  return base + headerSizes(foreignCpus.get(architecture)!).code;
}

function headerSizes({ wide }: ForeignCpu): { header: number; segment: number; code: number } {
  const [header, segment] = wide ? [64, 56] : [52, 32];
  return { header, segment, code: header + segment };
}

/** An ELF file of machine code alone, which may change itself where it is `writable`. */
export function programFile(architecture: string, code: Buffer, { writable = false } = {}): Buffer {
  const cpu = foreignCpus.get(architecture)!;
  const { wide, little, flags } = cpu;
  const { header: headerSize, segment: segmentSize, code: at } = headerSizes(cpu);
  const file = Buffer.alloc(at + code.length);
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  let place = 0;
  const put = (bytes: 2 | 4 | 8, value: number) => {
    if (bytes === 2) view.setUint16(place, value, little);
    else if (bytes === 4) view.setUint32(place, value, little);
    else view.setBigUint64(place, BigInt(value), little);
    place += bytes;
  };
  const word = wide ? 8 : 4;
  // To be read and executed.
  const rights = writable ? 7 : 5;
  file.set(programHeader(cpu));
  place = 20;
  put(4, 1);
  put(word, base + at);
  put(word, headerSize);
  put(word, 0);
  put(4, flags);
  for (const value of [headerSize, segmentSize, 1, 0, 0, 0]) put(2, value);
  // One segment: the whole file.
  put(4, 1);
  if (wide) put(4, rights);
  put(word, 0);
  put(word, base);
  put(word, base);
  put(word, file.length);
  put(word, file.length);
  if (!wide) put(4, rights);
  put(word, 0x1000);
  file.set(code, at);
  return file;
}

/**
 * Damages ELF files for as long as it is told and audits each: `node build/test/fuzz/elf.js [SECONDS] [SEED]`.
 *
 * Half of the files are made, half are from this machine; numbers are replaced by those that break readers: zero, the
 * ends of every width, sizes just past the file. A finding is anything but a report or problem, a case that takes more
 * than a second, or one that reads far more than the file has. It is written to /tmp and its seed is printed.
 */
import { closeSync, fstatSync, openSync, readSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { auditElf } from '../../src/audit/elf-audit.ts';
import { isRead, verdictsOf } from '../../src/audit/verdict.ts';
import { wheelTagsOf } from '../../src/audit/wheel-tags.ts';
import { sourceOfBytes, type ByteSource } from '../../src/formats/elf/byte-source.ts';
import { makeElf } from '../elf-maker.ts';

const MOST_BYTES = 256 * 1024;
const SLOW = 1000;

interface Finding {
  readonly seed: number;
  readonly what: string;
  readonly file: string;
}

export function fuzzElf(seconds: number, firstSeed: number): { cases: number; findings: Finding[] } {
  const originals = [...madeFiles(), ...filesOf('/usr/bin'), ...filesOf('/usr/lib/x86_64-linux-gnu')];
  const end = performance.now() + seconds * 1000;
  const findings: Finding[] = [];
  let seed = firstSeed;
  for (; performance.now() < end; seed++) {
    const random = randomOf(seed);
    const bytes = damaged(originals[random(originals.length)]!, random);
    const what = trouble(bytes);
    if (what === undefined) continue;
    const file = join(tmpdir(), `fuzz-elf-${seed}.bin`);
    writeFileSync(file, bytes);
    findings.push({ seed, what, file });
    if (findings.length >= 10) break;
  }
  return { cases: seed - firstSeed, findings };
}

function trouble(bytes: Buffer): string | undefined {
  const { source, read } = counted(sourceOfBytes(bytes));
  const start = performance.now();
  try {
    const reading = auditElf(source, 'fuzz');
    if (isRead(reading)) {
      verdictsOf(reading);
      wheelTagsOf([reading]);
    } else if (reading.problems.length === 0) {
      return 'neither a report nor a problem';
    }
    JSON.stringify(reading);
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
  const took = performance.now() - start;
  if (took > SLOW) return `took ${Math.round(took)} ms`;
  return read() > bytes.length * 60 + 65_536 ? `read ${read()} bytes of ${bytes.length}` : undefined;
}

/** Structured damage: whole numbers at places where numbers are, bytes anywhere, pieces moved, the end cut off. */
export function damaged(original: Buffer, random: (most: number) => number): Buffer {
  const bytes = Buffer.from(original);
  const changes = 1 + random(8);
  for (let i = 0; i < changes; i++) {
    // Headers and tables are at the start; a word in the first pages is hit more often than one in the code.
    const most = random(3) === 0 ? bytes.length : Math.min(bytes.length, random(2) === 0 ? 1024 : 16_384);
    const width = [1, 2, 4, 8][random(4)]!;
    const at = Math.max(0, Math.min(bytes.length - width, random(most) & ~(width - 1)));
    const value = INTERESTING[random(INTERESTING.length)]!(bytes.length, random);
    const number = BigInt.asUintN(width * 8, value);
    for (let k = 0; k < width; k++) bytes[at + k] = Number((number >> BigInt(8 * k)) & 0xffn);
  }
  if (random(8) === 0) {
    const size = 1 + random(64);
    bytes.copy(bytes, random(bytes.length), random(bytes.length), random(bytes.length) + size);
  }
  return random(6) === 0 ? bytes.subarray(0, random(bytes.length + 1)) : bytes;
}

const INTERESTING: readonly ((size: number, random: (most: number) => number) => bigint)[] = [
  () => 0n,
  () => 1n,
  () => -1n,
  () => 0x7fn,
  () => 0x8000n,
  () => 0x7fff_ffffn,
  () => 0x8000_0000n,
  () => 0x7fff_ffff_ffff_ffffn,
  () => 0x1_0000_0000n,
  (size) => BigInt(size),
  (size) => BigInt(size) - 1n,
  (size) => BigInt(size) + 1n,
  (size, random) => BigInt(random(size)),
  (_size, random) => BigInt(random(256)),
  (_size, random) => BigInt(random(65_536)),
];

function madeFiles(): Buffer[] {
  const versions = [
    { library: 'libc.so.6', version: 'GLIBC_2.28' },
    { library: 'libc.so.6', version: 'GLIBC_2.39', weak: true },
    { library: 'libstdc++.so.6', version: 'GLIBCXX_3.4.21' },
  ];
  const symbols = Array.from({ length: 30 }, (_, i) => ({
    name: `symbol_${i}`,
    version: i % 3,
    weak: i % 5 === 0,
  }));
  const notes = [
    { name: 'GNU', type: 5, body: Buffer.from('028000c004000000070000000000000000', 'hex').subarray(0, 16) },
    { name: 'GNU', type: 3, body: Buffer.from('00112233445566778899', 'hex') },
  ];
  return [true, false].flatMap((wide) =>
    [true, false].map((little) =>
      makeElf({
        wide,
        little,
        needed: ['libc.so.6', 'libstdc++.so.6'],
        soname: 'libx.so.1',
        runpath: '$ORIGIN',
        interpreter: '/lib64/ld-linux-x86-64.so.2',
        versions,
        symbols,
        notes,
        stack: 6,
        relro: true,
        relr: true,
      }),
    ),
  );
}

function filesOf(folder: string): Buffer[] {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return [];
  }
  const files: Buffer[] = [];
  for (const name of names) {
    if (files.length >= 40) break;
    const bytes = smallElf(join(folder, name));
    if (bytes) files.push(bytes);
  }
  return files;
}

function smallElf(path: string): Buffer | undefined {
  const file = openSync(path, 'r');
  try {
    const stat = fstatSync(file);
    if (!stat.isFile() || stat.size > MOST_BYTES) return undefined;
    const bytes = Buffer.alloc(stat.size);
    readSync(file, bytes, 0, stat.size, 0);
    return bytes.toString('latin1', 0, 4) === '\u007fELF' ? bytes : undefined;
  } finally {
    closeSync(file);
  }
}

function counted(source: ByteSource): { source: ByteSource; read: () => number } {
  let total = 0;
  const read = (offset: number, length: number): Buffer => {
    const bytes = source.read(offset, length);
    total += bytes.length;
    return bytes;
  };
  return { source: { size: source.size, read }, read: () => total };
}

/** mulberry32: small, and the same everywhere for one seed. */
export function randomOf(seed: number): (most: number) => number {
  let state = Math.imul(seed, 0x9e37_79b1) | 0;
  return (most) => {
    state = (state + 0x6d2b_79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * most);
  };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { cases, findings } = fuzzElf(Number(process.argv[2] ?? 60), Number(process.argv[3] ?? 1));
  for (const { seed, what, file } of findings) console.log(`seed ${seed}: ${what}\n  ${file}`);
  console.log(`elf: ${cases} cases, ${findings.length} findings`);
  process.exitCode = findings.length > 0 ? 1 : 0;
}

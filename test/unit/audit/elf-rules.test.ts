/** The rules of loaders, one by one, each with a file made for it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { auditElf } from '../../../src/audit/elf-audit.ts';
import type { Verdict } from '../../../src/audit/report.ts';
import { isRead, verdictsOf, type ReadElf } from '../../../src/audit/verdict.ts';
import { wheelTagsOf } from '../../../src/audit/wheel-tags.ts';
import { sourceOfBytes } from '../../../src/formats/elf/byte-source.ts';
import { makeElf, type MadeElf } from '../../elf-maker.ts';

const AARCH64 = 183;
const libc = (version: string, weak = false) => ({ library: 'libc.so.6', version, weak });
const cxx = (version: string) => ({ library: 'libstdc++.so.6', version });

const addon: MadeElf = { needed: ['libc.so.6'], stack: 6 };
const muslAddon: MadeElf = { needed: ['libc.musl-x86_64.so.1'], stack: 6 };
const program: MadeElf = { ...addon, interpreter: '/lib64/ld-linux-x86-64.so.2', flags1: 0x08000000 };

function read(made: MadeElf): ReadElf {
  const reading = auditElf(sourceOfBytes(makeElf(made)), 'x.so');
  assert.deepEqual(reading.problems, []);
  assert.ok(isRead(reading));
  return reading;
}

function runs(made: MadeElf, distro: string): Verdict {
  return verdictsOf(read(made)).find((verdict) => verdict.distro === distro)!;
}

function pathProblems(runpath: string, path: string): string[] {
  return auditElf(sourceOfBytes(makeElf({ ...addon, runpath })), path).problems.map(({ message }) => message);
}

test('the floor is the highest version, with every symbol that asks for it and what would be left', () => {
  const { audit } = read({
    ...addon,
    versions: [libc('GLIBC_2.4'), libc('GLIBC_2.28'), libc('GLIBC_2.17')],
    symbols: [
      { name: 'fcntl64', version: 1 },
      { name: 'statx', version: 1 },
      { name: 'memcpy', version: 2 },
    ],
  });
  assert.deepEqual(audit.floor, { GLIBC: '2.28' });
  assert.deepEqual(audit.nextLower, { GLIBC: '2.17' });
  const forcing = { library: 'libc.so.6', version: 'GLIBC_2.28', object: null };
  assert.deepEqual(audit.forcedBy, {
    GLIBC: [
      { symbol: 'fcntl64', ...forcing },
      { symbol: 'statx', ...forcing },
    ],
  });
});

test('a version marked weak is tolerated, a weak symbol without the mark is not', () => {
  const versions = [libc('GLIBC_2.17'), libc('GLIBC_2.39', true)];
  assert.deepEqual(read({ ...addon, versions }).audit.floor, { GLIBC: '2.17' });
  const symbols = [{ name: 'pidfd_spawnp', version: 1, weak: true }];
  const strong = [libc('GLIBC_2.17'), libc('GLIBC_2.39')];
  assert.deepEqual(read({ ...addon, versions: strong, symbols }).audit.floor, { GLIBC: '2.39' });
});

test('GLIBC_2.0 of libgcc_s is a version of libgcc', () => {
  const { audit } = read({
    machine: AARCH64,
    needed: ['libgcc_s.so.1', 'libc.musl-aarch64.so.1'],
    versions: [{ library: 'libgcc_s.so.1', version: 'GLIBC_2.0' }],
  });
  assert.equal(audit.libc, 'musl');
  assert.deepEqual(audit.floor, {});
});

test('DT_RELR asks for a new loader even where no version says so', () => {
  const { audit } = read({ ...addon, relr: true, versions: [libc('GLIBC_2.2.5')] });
  assert.equal(audit.floor.GLIBC, '2.36');
  assert.deepEqual(audit.forcedBy.GLIBC, [
    { symbol: null, library: 'libc.so.6', version: 'GLIBC_ABI_DT_RELR', object: null },
  ]);
  assert.equal(audit.nextLower.GLIBC, '2.2.5');
  assert.equal(runs({ ...addon, relr: true }, 'debian-11').runs, 'no');
  assert.equal(runs({ ...addon, relr: true }, 'debian-12').runs, 'yes');
  assert.equal(read({ ...muslAddon, relr: true }).audit.musl?.floor, '1.2.4');
  assert.equal(runs({ ...muslAddon, relr: true }, 'alpine-3.17').runs, 'no');
});

test('the families of one distro move on their own', () => {
  const made = {
    needed: ['libstdc++.so.6', 'libc.so.6'],
    stack: 6,
    versions: [libc('GLIBC_2.34'), cxx('GLIBCXX_3.4.32')],
  };
  assert.equal(runs(made, 'amazonlinux-2023').runs, 'yes');
  const { runs: answer, because } = runs(made, 'debian-12');
  assert.equal(answer, 'no');
  assert.deepEqual(because, ['it needs GLIBCXX_3.4.32, and the release has GLIBCXX_3.4.30 at most']);
  const bundled = new Set(['libstdc++.so.6']);
  const beside = verdictsOf(read(made), bundled).find(({ distro }) => distro === 'debian-12');
  assert.equal(beside?.runs, 'yes');
});

test('the floor of musl is told by symbols, and old names of large files are no error', () => {
  const made = { ...muslAddon, symbols: [{ name: 'qsort_r' }, { name: 'open64' }, { name: 'malloc' }] };
  assert.deepEqual(read(made).audit.musl, {
    floor: '1.2.3',
    forcedBy: [{ symbol: 'qsort_r', library: 'libc.musl-x86_64.so.1', version: 'musl 1.2.3', object: null }],
  });
  assert.equal(runs(made, 'alpine-3.13').runs, 'no');
  assert.match(runs(made, 'alpine-3.13').because[0]!, /qsort_r, which comes with musl 1.2.3/);
  assert.equal(runs(made, 'alpine-3.20').runs, 'yes');
  const weak = { ...muslAddon, symbols: [{ name: 'qsort_r', weak: true }] };
  assert.equal(read(weak).audit.musl, null);
});

test('a library with an executable stack is refused by glibc 2.41', () => {
  assert.equal(runs({ ...addon, stack: 7 }, 'debian-12').runs, 'yes');
  assert.equal(runs({ ...addon, stack: 7 }, 'debian-13').runs, 'no');
  assert.equal(runs({ needed: ['libc.so.6'] }, 'debian-13').runs, 'unknown');
  assert.equal(runs({ ...program, stack: 7 }, 'debian-13').runs, 'yes');
});

test('a snapshot of musl has what its number has, not what the next one brought', () => {
  const made = { ...muslAddon, symbols: [{ name: 'statx' }] };
  assert.equal(runs(made, 'alpine-3.19').runs, 'no');
  assert.equal(runs(made, 'alpine-3.20').runs, 'yes');
});

test("Alpine's libstdc++ has no versions, so its age is told by symbols", () => {
  const symbols = [{ name: 'napi_create_object' }, { name: '_ZSt28__throw_bad_array_new_lengthv' }];
  const made = { ...muslAddon, needed: ['libstdc++.so.6', ...muslAddon.needed!], symbols };
  const old = runs(made, 'alpine-3.15');
  assert.equal(old.runs, 'unknown');
  assert.match(old.because[0]!, /_ZSt28__throw_bad_array_new_lengthv, which came with GLIBCXX_3\.4\.29/);
  assert.equal(runs(made, 'alpine-3.16').runs, 'yes');
  const bundled = verdictsOf(read(made), new Set(['libstdc++.so.6']));
  assert.equal(bundled.find(({ distro }) => distro === 'alpine-3.15')!.runs, 'yes');
});

test('a library for glibc is not refused by musl for being one', () => {
  const versions = [libc('GLIBC_2.2.5'), libc('GLIBC_2.3.4')];
  const plain = { ...addon, versions, symbols: [{ name: 'malloc', version: 0 }] };
  assert.equal(runs(plain, 'alpine-3.20').runs, 'unknown');
  assert.match(runs(plain, 'alpine-3.20').because[0]!, /likely to load/);
  const checked = { ...plain, symbols: [{ name: '__memcpy_chk', version: 1 }] };
  assert.equal(runs(checked, 'alpine-3.20').runs, 'unknown');
  assert.equal(runs({ ...checked, flags: 8 }, 'alpine-3.20').runs, 'no');
  const loader = { ...plain, needed: ['libc.so.6', 'ld-linux-x86-64.so.2'] };
  assert.equal(runs(loader, 'alpine-3.20').runs, 'no');
});

test('a program runs where its interpreter is', () => {
  assert.equal(runs(program, 'debian-12').runs, 'yes');
  assert.equal(runs(program, 'alpine-3.20').runs, 'no');
  const musl = { ...muslAddon, interpreter: '/lib/ld-musl-x86_64.so.1', flags1: 0x08000000 };
  assert.equal(runs(musl, 'alpine-3.20').runs, 'yes');
  assert.equal(runs(musl, 'debian-12').runs, 'no');
  const nix = { ...program, interpreter: '/nix/store/abc-glibc-2.39/lib/ld-linux-x86-64.so.2' };
  assert.equal(runs(nix, 'debian-12').runs, 'unknown');
});

test('a static program runs everywhere', () => {
  const { audit, traits } = read({ type: 2 });
  assert.equal(audit.libc, 'static');
  assert.equal(audit.type, 'static-exec');
  const verdicts = verdictsOf({ audit, traits });
  assert.ok(verdicts.length > 80);
  assert.ok(verdicts.every(({ runs }) => runs === 'yes'));
});

test('what was not measured is unknown, with its reason', () => {
  const riscv = { ...addon, machine: 243 };
  assert.match(runs(riscv, 'debian-13').because[0]!, /measured on aarch64 and x86_64, not on riscv64/);
  const future = { ...addon, versions: [libc('GLIBC_2.99')] };
  assert.equal(runs(future, 'debian-unstable').runs, 'unknown');
  assert.equal(runs(future, 'debian-13').runs, 'no');
  const other = { ...addon, needed: ['libc.so.6', 'libssl.so.3'] };
  assert.deepEqual(runs(other, 'debian-13'), {
    distro: 'debian-13',
    runs: 'unknown',
    because: ['it needs libssl.so.3, which not every installation has'],
  });
  const isPrivate = { ...addon, versions: [libc('GLIBC_PRIVATE')] };
  assert.equal(runs(isPrivate, 'debian-13').runs, 'unknown');
});

test('the CPU that a property asks for is a condition, not a refusal', () => {
  const body = Buffer.alloc(16);
  body.writeUInt32LE(0xc0008002, 0);
  body.writeUInt32LE(4, 4);
  body.writeUInt32LE(0b111, 8);
  const made = { ...addon, notes: [{ name: 'GNU', type: 5, body }] };
  assert.equal(read(made).audit.isa, 'x86-64-v3');
  assert.deepEqual(runs(made, 'debian-12'), {
    distro: 'debian-12',
    runs: 'yes',
    because: ['on a CPU with x86-64-v3'],
  });
  assert.deepEqual(wheelTagsOf([read(made)]), ['manylinux_2_5_x86_64_v3', 'manylinux1_x86_64_v3']);
});

test('a wheel carries the widest tag that all of its files allow', () => {
  const low = read({ ...addon, versions: [libc('GLIBC_2.17')] });
  const high = read({ ...addon, versions: [libc('GLIBC_2.28')] });
  assert.deepEqual(wheelTagsOf([low]), ['manylinux_2_17_x86_64', 'manylinux2014_x86_64']);
  assert.deepEqual(wheelTagsOf([low, high]), ['manylinux_2_28_x86_64']);
  assert.deepEqual(wheelTagsOf([read({ ...addon, needed: ['libc.so.6', 'libfoo.so.1'] })]), []);
  const inside = new Set(['libfoo.so.1']);
  const withLibrary = read({ ...addon, needed: ['libc.so.6', 'libfoo.so.1'] });
  assert.deepEqual(wheelTagsOf([withLibrary], inside)[0], 'manylinux_2_5_x86_64');
  assert.deepEqual(wheelTagsOf([read({ ...addon, versions: [libc('GLIBC_PRIVATE')] })]), []);
  assert.deepEqual(wheelTagsOf([read(muslAddon)]), ['musllinux_1_1_x86_64']);
  const newer = read({ ...muslAddon, symbols: [{ name: 'qsort_r' }] });
  assert.deepEqual(wheelTagsOf([newer]), ['musllinux_1_2_x86_64']);
  // libstdc++ 3.4.25 is newer than what the policy of glibc 2.28 allows.
  const needed = ['libstdc++.so.6', 'libc.so.6'];
  const cxxForced = read({ needed, stack: 6, versions: [libc('GLIBC_2.17'), cxx('GLIBCXX_3.4.25')] });
  assert.deepEqual(wheelTagsOf([cxxForced]), ['manylinux_2_31_x86_64']);
  const banned = read({ ...addon, symbols: [{ name: '__cxa_thread_atexit_impl' }] });
  assert.deepEqual(wheelTagsOf([banned]), ['manylinux_2_24_x86_64']);
});

test('a search path that only one machine has is told, one beside the file is not', () => {
  assert.deepEqual(pathProblems('$ORIGIN:${ORIGIN}/../lib:/usr/lib/x86_64-linux-gnu/x', 'bin/x'), []);
  assert.deepEqual(pathProblems('/home/me/build', 'bin/x'), [
    'RUNPATH "/home/me/build" is a folder of one machine',
  ]);
  assert.match(pathProblems('$ORIGIN/../../lib', 'bin/x')[0]!, /leads out of the artifact/);
  assert.match(pathProblems('$ORIGIN:', 'bin/x')[0]!, /the folder that the user happens to be in/);
  assert.deepEqual(pathProblems('$ORIGIN/../../lib', 'x'), []);
});

test('the names of a 64-bit time on 32-bit machines are those of musl 1.2', () => {
  const made = {
    machine: 40,
    wide: false,
    needed: ['libc.musl-armv7.so.1'],
    symbols: [{ name: '__stat_time64' }],
  };
  assert.equal(read(made).audit.musl?.floor, '1.2.0');
  assert.deepEqual(wheelTagsOf([read(made)]), ['musllinux_1_2_armv7l']);
});

test('a program for another system does not run on Linux, static or not', () => {
  assert.deepEqual(runs({ type: 2, osAbi: 9 }, 'debian-12').because, ['it is built for FreeBSD']);
  assert.equal(runs({ ...addon, needed: ['libc.so.7'], osAbi: 9 }, 'alpine-3.20').runs, 'no');
  assert.deepEqual(wheelTagsOf([read({ type: 2, osAbi: 9 })]), []);
});

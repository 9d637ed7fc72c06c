import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { sourceOfBytes, type ByteSource } from '../../../src/formats/elf/byte-source.ts';
import { readElf } from '../../../src/formats/elf/elf-file.ts';
import { FormatError } from '../../../src/formats/format-error.ts';
import { makeElf, type MadeElf } from '../../elf-maker.ts';

const word = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_.]{0,12}$/);
const need = fc.record({ library: word, version: word, weak: fc.boolean() });

const description: fc.Arbitrary<MadeElf> = fc
  .record({
    wide: fc.boolean(),
    little: fc.boolean(),
    interpreter: fc.option(word, { nil: undefined }),
    needed: fc.array(word, { maxLength: 5 }),
    soname: fc.option(word, { nil: undefined }),
    rpath: fc.option(word, { nil: undefined }),
    runpath: fc.option(word, { nil: undefined }),
    versions: fc.array(need, { maxLength: 8 }),
    relr: fc.boolean(),
    relro: fc.boolean(),
    stack: fc.option(fc.constantFrom(6, 7), { nil: undefined }),
  })
  .chain((made) =>
    fc
      .array(
        fc.record({
          name: word,
          weak: fc.boolean(),
          defined: fc.boolean(),
          version: fc.option(fc.nat({ max: Math.max(0, made.versions.length - 1) }), { nil: undefined }),
        }),
        { maxLength: 20 },
      )
      .map((symbols) => {
        const plain = made.versions.length === 0;
        const list = plain ? symbols.map(({ name, weak }) => ({ name, weak })) : symbols;
        return Object.assign({ symbols: list }, made);
      }),
  ) as fc.Arbitrary<MadeElf>;

test('what was written is read, in every class and byte order', () => {
  fc.assert(
    fc.property(description, (made) => {
      const elf = readElf(sourceOfBytes(makeElf(made)));
      assert.deepEqual(elf.problems, []);
      assert.equal(elf.class, made.wide ? 64 : 32);
      assert.equal(elf.interpreter, made.interpreter);
      assert.deepEqual(elf.needed, made.needed);
      assert.equal(elf.soname, made.soname);
      assert.equal(elf.rpath, made.rpath);
      assert.equal(elf.runpath, made.runpath);
      assert.equal(elf.relr, made.relr);
      assert.equal(elf.relro, made.relro);
      assert.equal(elf.execStack, made.stack === undefined ? undefined : made.stack === 7);
      const told = elf.versionNeeds.map(({ library, version, weak }) => ({ library, version, weak }));
      assert.deepEqual(sorted(told), sorted(made.versions!));
      for (const { index } of elf.versionNeeds) {
        const names = made.symbols!.filter(({ version }) => version === index - 2).map(({ name }) => name);
        assert.deepEqual(elf.symbols!.ofVersions(new Set([index])).get(index) ?? [], names);
      }
      const undefinedNames: string[] = [];
      elf.symbols!.forEachUndefined((name) => undefinedNames.push(name));
      assert.deepEqual(
        undefinedNames,
        made.symbols!.flatMap(({ name, defined }) => (defined ? [] : name)),
      );
    }),
    { numRuns: 300 },
  );
});

test('damage anywhere is a problem or a FormatError, and reads no more than a few times the file', () => {
  const damage = fc.array(fc.tuple(fc.nat(), fc.oneof(fc.nat(255), fc.constantFrom(0, 0xff, 0x7f, 0x80))), {
    minLength: 1,
    maxLength: 24,
  });
  fc.assert(
    fc.property(description, damage, fc.option(fc.nat()), (made, changes, cut) => {
      const bytes = Buffer.from(makeElf(made));
      for (const [at, value] of changes) bytes[at % bytes.length] = value;
      const whole = cut === null ? bytes : bytes.subarray(0, cut % (bytes.length + 1));
      const { source, read } = counted(sourceOfBytes(whole));
      try {
        const elf = readElf(source);
        elf.symbols?.ofVersions(new Set(elf.versionNeeds.map(({ index }) => index)));
        elf.symbols?.forEachUndefined(() => {});
      } catch (error) {
        assert.ok(error instanceof FormatError, String(error));
      }
      assert.ok(read() <= whole.length * 40 + 4096, `${read()} bytes read of ${whole.length}`);
    }),
    { numRuns: 500 },
  );
});

test('a section header table of 4 GB is a problem with its offset', () => {
  const bytes = Buffer.concat([makeElf({ needed: ['libc.so.6'] }), Buffer.alloc(64)]);
  bytes.writeBigUInt64LE(BigInt(bytes.length - 64), 40);
  bytes.writeUInt16LE(0, 60);
  bytes.writeBigUInt64LE(0xffff_ffffn, bytes.length - 32);
  const elf = readElf(sourceOfBytes(bytes));
  assert.deepEqual(elf.needed, ['libc.so.6']);
  assert.equal(elf.problems.length, 1);
  assert.equal(elf.problems[0]!.offset, bytes.length - 64);
});

test('a string table larger than the file costs the names, not the memory', () => {
  const bytes = Buffer.from(makeElf({ needed: ['libc.so.6'] }));
  patchDynamic(bytes, 10, 0xf000_0000);
  const elf = readElf(sourceOfBytes(bytes));
  assert.deepEqual(elf.needed, []);
  assert.match(elf.problems[0]!.message, /the dynamic string table is said to have 4026531840 bytes/);
});

test('a chain of needed versions that points far away ends', () => {
  const made = { needed: ['a'], versions: [{ library: 'libc.so.6', version: 'GLIBC_2.2.5' }] };
  const bytes = Buffer.from(makeElf(made));
  const address = patchDynamic(bytes, 0x6fffffff, 0xffff_ffff);
  assert.ok(address);
  const verneed = dynamicValue(bytes, 0x6ffffffe) - 0x10000;
  bytes.writeUInt32LE(0x7fff_ffff, verneed + 12);
  const elf = readElf(sourceOfBytes(bytes));
  assert.deepEqual(
    elf.versionNeeds.map(({ version }) => version),
    ['GLIBC_2.2.5'],
  );
  assert.match(elf.problems[0]!.message, /the chain of needed versions leaves the file/);
});

test('a chain of needed versions that overlaps itself is bounded', () => {
  const made = { needed: ['a'], versions: [{ library: 'libc.so.6', version: 'GLIBC_2.2.5' }] };
  const bytes = Buffer.concat([makeElf(made), Buffer.alloc(1 << 20, 1)]);
  // Every byte after it is 1: each entry claims 257 others, one step of 0x01010101 further.
  const verneed = dynamicValue(bytes, 0x6ffffffe) - 0x10000;
  patchDynamic(bytes, 0x6fffffff, 0xffff_ffff);
  bytes.writeUInt32LE(1, verneed + 12);
  const elf = readElf(sourceOfBytes(bytes));
  assert.ok(elf.versionNeeds.length <= 1 << 15);
});

test('a hundred thousand names of one long string cost no gigabytes', () => {
  const soname = 'x'.repeat(60_000);
  const bytes = Buffer.from(makeElf({ needed: Array.from({ length: 100_000 }, () => 'a'), soname }));
  const at = dynamicValue(bytes, 14);
  for (let entry = entryOf(bytes, 1); bytes.readBigUInt64LE(entry) === 1n; entry += 16) {
    bytes.writeBigUInt64LE(BigInt(at), entry + 8);
  }
  const elf = readElf(sourceOfBytes(bytes));
  assert.ok(elf.needed.reduce((sum, name) => sum + name.length, 0) < 70_000_000);
  assert.ok(elf.problems.some(({ message }) => message.includes('its names add up to more')));
});

test('what is no ELF program says so', () => {
  const magic = Buffer.from([0x7f, 0x45, 0x4c, 0x46]);
  assert.throws(() => readElf(sourceOfBytes(Buffer.from('#!/bin/sh\n'))), FormatError);
  assert.throws(() => readElf(sourceOfBytes(magic)), /no class/);
  assert.throws(() => readElf(sourceOfBytes(makeElf({ type: 4 }))), /a core dump/);
  assert.throws(() => readElf(sourceOfBytes(makeElf({}).subarray(0, 40))), /the header ends too early/);
});

function sorted(needs: readonly unknown[]): string[] {
  return needs.map((need) => JSON.stringify(need)).sort();
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

/** Of 64-bit little-endian files that `makeElf` wrote. */
function entryOf(bytes: Buffer, tag: number): number {
  const segments = bytes.readUInt16LE(56);
  for (let i = 0; i < segments; i++) {
    const header = 64 + i * 56;
    if (bytes.readUInt32LE(header) !== 2) continue;
    let at = Number(bytes.readBigUInt64LE(header + 8));
    while (Number(bytes.readBigUInt64LE(at)) !== tag) at += 16;
    return at;
  }
  throw new Error(`no tag ${tag}`);
}

function dynamicValue(bytes: Buffer, tag: number): number {
  return Number(bytes.readBigUInt64LE(entryOf(bytes, tag) + 8));
}

function patchDynamic(bytes: Buffer, tag: number, value: number): number {
  const at = entryOf(bytes, tag);
  bytes.writeBigUInt64LE(BigInt(value), at + 8);
  return at;
}

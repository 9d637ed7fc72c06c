import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { sourceOfBytes } from '../../../src/formats/elf/byte-source.ts';
import { FormatError } from '../../../src/formats/format-error.ts';
import { readZip, readZipHead, readZipMember } from '../../../src/formats/zip.ts';
import { collect } from '../../archives.ts';
import { zip, type ZipMember } from '../../packages.ts';

async function read(bytes: Uint8Array) {
  const source = sourceOfBytes(bytes);
  const members = [];
  for (const entry of readZip(source)) {
    const text = entry.refused ?? (await collect(readZipMember(source, entry))).toString();
    members.push({ path: entry.path, type: entry.type, mode: entry.mode, text });
  }
  return members;
}

const texts = async (bytes: Uint8Array) => (await read(bytes)).map(({ path, text }) => [path, text]);

function refused(bytes: Uint8Array, message: RegExp): Promise<void> {
  return assert.rejects(read(bytes), (error: unknown) => {
    assert.ok(error instanceof FormatError, String(error));
    assert.match(error.message, message);
    assert.notEqual(error.offset, undefined);
    return true;
  });
}

const two: ZipMember[] = [
  { path: 'a.txt', bytes: 'stored', stored: true, mode: 0o755 },
  { path: 'd/b.txt', bytes: 'deflated '.repeat(100) },
];

test('stored and deflated members, folders, links and modes', async () => {
  const members = await read(zip([...two, { path: 'd/' }, { path: 'l', bytes: 'a.txt', mode: 0o120777 }]));
  assert.deepEqual(
    members.map(({ path, type, mode }) => [path, type, mode]),
    [
      ['a.txt', 'file', 0o755],
      ['d/b.txt', 'file', undefined],
      ['d/', 'folder', undefined],
      ['l', 'symlink', 0o777],
    ],
  );
  assert.equal(members[1]!.text, 'deflated '.repeat(100));
});

test('zip64, sizes behind the bytes, a comment, and bytes before the archive', async () => {
  const expected = two.map(({ path, bytes }) => [path, bytes]);
  const variants = [
    zip(two, { zip64: true }),
    zip(
      two.map((member) => ({ ...member, zip64: true, descriptor: true })),
      { zip64: true, before: Buffer.alloc(99) },
    ),
    zip(two, { comment: 'PK\x05\x06 is no directory here' }),
    zip(two, { before: Buffer.from('#!/usr/bin/env python3\n') }),
  ];
  for (const variant of variants) assert.deepEqual(await texts(variant), expected);
});

test('the first bytes of a member come without the rest', () => {
  const source = sourceOfBytes(zip([{ path: 'big', bytes: 'x'.repeat(5_000_000) }]));
  assert.equal(Buffer.from(readZipHead(source, readZip(source)[0]!, 8)).toString(), 'xxxxxxxx');
});

test('members that can not be read say why', async () => {
  const members = await read(
    zip([
      { path: 'locked', bytes: 'x', flags: 1 },
      { path: 'rare', bytes: 'x', method: 14 },
      { path: 'a\0b', bytes: 'x' },
    ]),
  );
  assert.deepEqual(
    members.map(({ text }) => text),
    ['it is encrypted', 'its compression, number 14, is not read', 'its name holds a NUL'],
  );
});

test('one member under many names is refused under all of them', async () => {
  const bytes = zip([
    { path: 'bomb', bytes: Buffer.alloc(1000) },
    ...Array.from({ length: 50 }, (_, i) => ({ path: `same-${i}`, declared: { offset: 0 } })),
  ]);
  const members = await read(bytes);
  assert.ok(members.every(({ text }) => text === 'its bytes overlap those of another member'));
});

test('members that lie about their bytes', async () => {
  // Small ones are unpacked at once, large ones in pieces.
  for (const bytes of ['abc', 'abc'.repeat(700_000)]) {
    const lie = (by: number) => zip([{ path: 'a', bytes, declared: { size: bytes.length + by } }]);
    await refused(lie(-1), /more bytes than it declares/);
    await refused(lie(1), /fewer bytes than it declares/);
  }
  await refused(zip([{ path: 'a', bytes: Buffer.alloc(500_000), declared: { size: 2 } }]), /more bytes/);
  await refused(zip([{ path: 'a', bytes: 'abc', declared: { crc: 1 } }]), /checksum is wrong/);
  await refused(zip([{ path: 'a', bytes: 'abc', declared: { offset: 1 } }]), /overlap|without its header/);
  await refused(zip(two, { count: 3 }), /fewer members than it declares/);
});

test('a header that contradicts the directory about the compression', async () => {
  const bytes = zip(two);
  bytes.writeUInt16LE(8, 8);
  await refused(bytes, /contradicts the directory/);
});

test('whatever byte of a deflated member is wrong, it is a FormatError', async () => {
  const bytes = zip([two[1]!]);
  const end = readZip(sourceOfBytes(bytes))[0]!.packed.size;
  for (let at = 30; at < 30 + 'd/b.txt'.length + end; at++) {
    const damaged = Buffer.from(bytes);
    damaged[at] = damaged[at]! ^ 0xff;
    const [entry] = readZip(sourceOfBytes(damaged));
    const read = collect(readZipMember(sourceOfBytes(damaged), entry!));
    await read.then(
      () => assert.ok(at < 30 + 'd/b.txt'.length, `byte ${at}`),
      (error: unknown) => assert.ok(error instanceof FormatError, String(error)),
    );
  }
});

test('every cut of an archive is a FormatError', async () => {
  const bytes = zip(two);
  for (let cut = 0; cut < bytes.length; cut += 3) await refused(bytes.subarray(0, cut), /./);
});

test('a directory of four gigabytes is refused before anything is read', async () => {
  const bytes = zip(two);
  bytes.writeUInt32LE(0xfffffffe, bytes.length - 10);
  await refused(bytes, /4294967294 bytes/);
});

test('what is written comes back', async () => {
  const member = fc.record({
    path: fc.stringMatching(/^[a-z]{1,8}(\/[a-z]{1,8}){0,2}$/),
    bytes: fc.uint8Array({ maxLength: 300 }),
    stored: fc.boolean(),
    descriptor: fc.boolean(),
    zip64: fc.boolean(),
  });
  const property = fc.asyncProperty(
    fc.array(member, { maxLength: 6 }),
    fc.boolean(),
    async (members, zip64) => {
      const source = sourceOfBytes(zip(members, { zip64 }));
      const entries = readZip(source);
      assert.deepEqual(
        entries.map(({ path }) => path),
        members.map(({ path }) => path),
      );
      for (const [index, entry] of entries.entries()) {
        assert.deepEqual([...(await collect(readZipMember(source, entry)))], [...members[index]!.bytes]);
      }
    },
  );
  await fc.assert(property, { numRuns: 60 });
});

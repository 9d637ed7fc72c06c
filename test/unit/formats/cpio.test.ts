import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { readCpio } from '../../../src/formats/cpio.ts';
import { FormatError } from '../../../src/formats/format-error.ts';
import { collect, stream } from '../../archives.ts';
import { cpio, type CpioMember } from '../../packages.ts';

async function read(bytes: Uint8Array, chunk?: number) {
  const entries = [];
  for await (const { body, offset: _, ...entry } of readCpio(stream(bytes, chunk))) {
    entries.push({ ...entry, text: (await collect(body)).toString() });
  }
  return entries;
}

test('files, folders, links and devices', async () => {
  const entries = await read(
    cpio([
      { path: './usr', mode: 0o040755 },
      { path: './usr/a', mode: 0o100755, bytes: 'abc' },
      { path: './usr/l', mode: 0o120777, bytes: 'a' },
      { path: './null', mode: 0o020666 },
    ]),
    7,
  );
  assert.deepEqual(
    entries.map(({ path, type, mode, text, linkTarget }) => [path, type, mode, text, linkTarget]),
    [
      ['./usr', 'folder', 0o755, '', undefined],
      ['./usr/a', 'file', 0o755, 'abc', undefined],
      ['./usr/l', 'symlink', 0o777, '', 'a'],
      ['./null', 'other', 0o666, '', undefined],
    ],
  );
});

test('of several names of one file, the last has the bytes and the others lead to it', async () => {
  const link = { inode: 7, links: 3 };
  const entries = await read(
    cpio([
      { path: 'one', ...link },
      { path: 'two', ...link },
      { path: 'other', bytes: 'x' },
      { path: 'three', bytes: 'same', ...link },
      { path: 'empty', inode: 9, links: 2 },
    ]),
  );
  assert.deepEqual(
    entries.map(({ path, type, text, linkTarget }) => [path, type, text, linkTarget]),
    [
      ['other', 'file', 'x', undefined],
      ['three', 'file', 'same', undefined],
      ['one', 'hardlink', '', 'three'],
      ['two', 'hardlink', '', 'three'],
      ['empty', 'file', '', undefined],
    ],
  );
});

test('every cut is a FormatError, and so are lies', async () => {
  const bytes = cpio([{ path: 'a', bytes: 'abc' }]);
  for (let cut = 0; cut < bytes.length - 3; cut++) {
    await assert.rejects(read(bytes.subarray(0, cut)), FormatError, `cut at ${cut}`);
  }
  const spoiled = (at: number, text: string): Buffer => {
    const copy = Buffer.from(bytes);
    copy.write(text, at, 'latin1');
    return copy;
  };
  await assert.rejects(read(spoiled(0, '070707')), /no cpio header/);
  await assert.rejects(read(spoiled(0, '07070X')), /above 4 GB/);
  await assert.rejects(read(spoiled(54, 'ffffffff')), /ends too early/);
  await assert.rejects(read(spoiled(54, 'nonumber')), /is no number/);
  await assert.rejects(read(spoiled(94, 'ffffffff')), /a name of 4294967295 bytes/);
  await assert.rejects(read(spoiled(94, '00000000')), /a name of 0 bytes/);
});

test('what is written comes back, in pieces of any size', async () => {
  const member: fc.Arbitrary<CpioMember> = fc.record({
    path: fc.stringMatching(/^[a-z/]{1,20}$/),
    bytes: fc.uint8Array({ maxLength: 100 }),
    mode: fc.constantFrom(0o100644, 0o100755),
  });
  const property = fc.asyncProperty(
    fc.array(member, { maxLength: 6 }),
    fc.integer({ min: 1, max: 99 }),
    async (members, chunk) => {
      const entries = [];
      for await (const { path, mode, body } of readCpio(stream(cpio(members), chunk))) {
        entries.push({ path, mode: mode | 0o100000, bytes: Uint8Array.from(await collect(body)) });
      }
      assert.deepEqual(
        entries,
        members.map((member) => ({ ...member })),
      );
    },
  );
  await fc.assert(property, { numRuns: 60 });
});

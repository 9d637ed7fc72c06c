import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { FormatError } from '../../../src/formats/format-error.ts';
import { readTar, type TarEntry } from '../../../src/formats/tar.ts';
import { collect, gnuLong, stream, tar, type TarMember } from '../../archives.ts';

type Read = Omit<TarEntry, 'body' | 'offset'> & { text: string };

async function read(bytes: Uint8Array, chunk?: number): Promise<Read[]> {
  const entries: Read[] = [];
  for await (const { body, offset: _, ...entry } of readTar(stream(bytes, chunk))) {
    entries.push({ ...entry, text: (await collect(body)).toString() });
  }
  return entries;
}

function refused(members: readonly TarMember[], message: RegExp): Promise<void> {
  return assert.rejects(read(tar(members)), (error: unknown) => {
    assert.ok(error instanceof FormatError);
    assert.match(error.message, message);
    assert.notEqual(error.offset, undefined);
    return true;
  });
}

test('every type of member comes with what its header says', async () => {
  const entries = await read(
    tar([
      { path: './usr/', type: '5', mode: 0o2755, gid: 50 },
      { path: './usr/a', bytes: 'abc', uid: 7, mtime: 1_600_000_000 },
      { path: './usr/l', type: '2', linkTarget: 'a', size: 99 },
      { path: './usr/h', type: '1', linkTarget: './usr/a', size: 3 },
      { path: './null', type: '3', device: [1, 3] },
      { path: './pipe', type: '6' },
      { path: 'old/', type: '\0' },
    ]),
  );
  assert.deepEqual(
    entries.map(({ path, type, size, text, linkTarget }) => [path, type, size, text, linkTarget]),
    [
      ['./usr/', 'folder', 0, '', undefined],
      ['./usr/a', 'file', 3, 'abc', undefined],
      ['./usr/l', 'symlink', 0, '', 'a'],
      ['./usr/h', 'hardlink', 0, '', './usr/a'],
      ['./null', 'character-device', 0, '', undefined],
      ['./pipe', 'fifo', 0, '', undefined],
      ['old/', 'folder', 0, '', undefined],
    ],
  );
  assert.equal(entries[0]?.mode, 0o2755);
  assert.deepEqual([entries[1]?.uid, entries[1]?.mtime], [7, 1_600_000_000]);
  assert.deepEqual(entries[4]?.device, { major: 1, minor: 3 });
});

test('PAX and GNU names, extended attributes and large numbers are understood', async () => {
  const long = `${'long/'.repeat(60)}name`;
  const entries = await read(
    tar([
      {
        path: 'short',
        pax: {
          path: long,
          mtime: '1600000000.25',
          uid: '3000000',
          'SCHILY.xattr.user.x': Buffer.from([0, 255]),
        },
      },
      gnuLong('K', long),
      gnuLong('L', `${long}/é`),
      { path: 'short', type: '2', linkTarget: 'short' },
      {
        path: 'base256',
        spoil(header) {
          header.fill(0, 108, 116);
          header.writeUInt8(0x80, 108);
          header.writeUInt32BE(4_000_000_000, 112);
          header.fill(0xff, 136, 148);
        },
      },
    ]),
  );
  assert.deepEqual(
    entries.map(({ path }) => path),
    [long, `${long}/é`, 'base256'],
  );
  assert.deepEqual([entries[0]?.mtime, entries[0]?.uid], [1_600_000_000.25, 3_000_000]);
  assert.deepEqual([...(entries[0]?.xattrs ?? [])], [['user.x', Uint8Array.from([0, 255])]]);
  assert.equal(entries[1]?.linkTarget, long);
  assert.deepEqual([entries[2]?.uid, entries[2]?.mtime], [4_000_000_000, -1]);
});

const withMagic = (magic: string) => (header: Buffer) => {
  header.write('front', 345, 'latin1');
  header.write(magic, 257, 'latin1');
};

test('a POSIX prefix belongs to the name, what GNU keeps there does not', async () => {
  const entries = await read(
    tar([
      { path: 'a', spoil: withMagic('ustar\x0000') },
      { path: 'b', spoil: withMagic('ustar  \0') },
    ]),
  );
  assert.deepEqual(
    entries.map(({ path }) => path),
    ['front/a', 'b'],
  );
});

test('bodies may be left unread, half-read, or read too late', async () => {
  const bytes = tar([
    { path: 'a', bytes: 'a'.repeat(2000) },
    { path: 'b', bytes: 'b' },
  ]);
  const seen: string[] = [];
  let first: TarEntry | undefined;
  for await (const entry of readTar(stream(bytes, 100))) {
    first ??= entry;
    seen.push(entry.path);
    for await (const _ of entry.body) break;
  }
  assert.deepEqual(seen, ['a', 'b']);
  await assert.rejects(collect(first!.body), /after the next member/);
});

test('what cannot be read faithfully is refused with its place', async () => {
  await refused([{ path: 'x', type: 'S' }], /sparse/);
  await refused([{ path: 'x', pax: { 'GNU.sparse.major': '1' } }], /sparse/);
  await refused([{ path: 'x', type: 'Q' }], /unknown type "Q"/);
  await refused([{ path: '' }], /without a name/);
  await refused([{ path: 'x', type: '2' }], /without a target/);
  await refused([gnuLong('L', 'x')], /without its member/);
  await refused([{ path: 'x', pax: { path: 'a\0b' } }], /NUL/);
  await refused([{ path: 'x', pax: { size: '1e9' } }], /no number/);
  await refused([{ path: 'x', pax: { size: '-1' } }], /size of -1/);
  await refused([{ path: 'x', type: 'x', size: 2 ** 30 }], /description of/);
  await refused([{ path: 'x', spoil: (header) => header.write('9', 124) }], /no octal number/);
  await refused([{ path: 'x', spoil: (header) => header.fill(0x8f, 124, 136) }], /too large/);
  const broken = tar([{ path: 'x' }]);
  broken[3] = 7;
  await assert.rejects(read(broken), /checksum/);
});

const anyMember = fc.record({
  path: fc.stringMatching(/^[a-z]{1,8}(\/[a-z]{1,8}){0,3}$/),
  mode: fc.nat(0o7777),
  uid: fc.nat(2_000_000),
  mtime: fc.nat(2 ** 31),
  bytes: fc.uint8Array({ maxLength: 1500 }),
});

test('what was written is read again, however the stream is cut', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(anyMember, { maxLength: 5 }),
      fc.integer({ min: 1, max: 1500 }),
      async (members, chunk) => {
        const entries = await read(tar(members), chunk);
        assert.deepEqual(
          entries.map(({ path, mode, uid, mtime, text }) => ({ path, mode, uid, mtime, text })),
          members.map(({ bytes, ...member }) => ({ ...member, text: Buffer.from(bytes).toString() })),
        );
      },
    ),
    { numRuns: 50 },
  ));

test('cut off or changed anywhere, it ends, at worst with a FormatError', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(anyMember, { minLength: 1, maxLength: 3 }),
      fc.nat(),
      fc.option(fc.tuple(fc.nat(), fc.nat(255))),
      async (members, cut, change) => {
        const bytes = tar([...members, { path: 'p', pax: { path: 'q', size: '0' } }]);
        if (change !== null) bytes[change[0] % bytes.length] = change[1];
        try {
          await read(bytes.subarray(0, cut % bytes.length));
        } catch (error) {
          assert.ok(error instanceof FormatError, String(error));
        }
      },
    ),
    { numRuns: 300 },
  ));

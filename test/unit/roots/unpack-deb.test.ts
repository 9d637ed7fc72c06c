import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { gzipSync } from 'node:zlib';
import { sha256 } from '../../../src/base/sha256.ts';
import { FormatError } from '../../../src/formats/format-error.ts';
import { DamagedBlob } from '../../../src/roots/checked-blob.ts';
import type { TreeManifest } from '../../../src/roots/tree-manifest.ts';
import { unpackDeb } from '../../../src/roots/unpack-deb.ts';
import { limitUnpacked, mostUnpacked } from '../../../src/roots/unpacked-limit.ts';
import { ar, collect, deb, stream, tar, type TarMember } from '../../archives.ts';

const MB = 1024 ** 2;

interface Unpacked {
  readonly folder: string;
  readonly manifest: TreeManifest;
}

async function unpack(t: TestContext, members: readonly TarMember[]): Promise<Unpacked> {
  const top = mkdtempSync(join(tmpdir(), 'targetry-unpack-'));
  t.after(() => rmSync(top, { recursive: true, force: true }));
  const bytes = deb({ Package: 'p', Version: '1' }, members, { postinst: '#!/bin/sh\n' });
  const [blob, folder] = [join(top, 'blob'), join(top, 'tree')];
  writeFileSync(blob, bytes);
  mkdirSync(folder);
  await unpackDeb(blob, sha256(bytes), folder, MB);
  return {
    folder,
    manifest: JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as TreeManifest,
  };
}

test('a package becomes files, control files and a manifest', async (t) => {
  const { folder, manifest } = await unpack(t, [
    { path: './', type: '5', mode: 0o700 },
    { path: './usr/', type: '5', mode: 0o755, mtime: 1000 },
    { path: './usr/bin/', type: '5', mode: 0o555, mtime: 1_600_000_000 },
    { path: './usr/bin/tool', bytes: 'hi', mode: 0o4755, mtime: 1_500_000_000 },
    { path: './usr/bin/same', type: '1', linkTarget: './usr/bin/tool', mode: 0o4755 },
    { path: './usr/bin/link', type: '2', linkTarget: '../../../../etc/passwd', mtime: 5 },
    { path: './dev/null', type: '3', device: [1, 3], mode: 0o666 },
    { path: './usr/bin/', type: '5', mode: 0o755, mtime: 1_600_000_000 },
  ]);
  const fs = join(folder, 'fs');
  assert.deepEqual(readdirSync(folder).sort(), ['control', 'fs', 'manifest.json']);
  assert.deepEqual(readdirSync(join(folder, 'control')).sort(), ['control', 'postinst']);
  const tool = lstatSync(join(fs, 'usr/bin/tool'));
  assert.deepEqual([tool.mode & 0o7777, tool.mtimeMs, tool.nlink], [0o4755, 1_500_000_000_000, 2]);
  assert.equal(lstatSync(join(fs, 'usr/bin')).mtimeMs, 1_600_000_000_000);
  assert.equal(readlinkSync(join(fs, 'usr/bin/link')), '../../../../etc/passwd');
  assert.deepEqual(readdirSync(join(fs, 'dev')), []);
  assert.deepEqual(
    manifest.entries.map(({ path, type }) => [path, type]),
    [
      ['usr', 'folder'],
      ['usr/bin', 'folder'],
      ['usr/bin/tool', 'file'],
      ['usr/bin/same', 'hardlink'],
      ['usr/bin/link', 'symlink'],
      ['dev/null', 'character-device'],
      ['usr/bin', 'folder'],
    ],
  );
  const file = manifest.entries[2];
  assert.ok(file?.type === 'file' && file.sha256 === sha256('hi'));
});

test('an archive that would reach outside, or contradicts itself, is refused', async (t) => {
  const link: TarMember = { path: 'link', type: '2', linkTarget: '/tmp' };
  const up: TarMember = { path: 'up', type: '2', linkTarget: '../../..' };
  const cases: [RegExp, ...TarMember[]][] = [
    [/absolute/, { path: '/etc/passwd' }],
    [/leads upwards/, { path: './a/../../b' }],
    [/leads upwards/, { path: '..' }],
    [/through the symlink "link"/, link, { path: 'link/file' }],
    [/through the symlink "link"/, link, { path: 'link/a/b/', type: '5' }],
    [/through the symlink "up"/, up, { path: 'up/escaped' }],
    [/through the character-device "null"/, { path: 'null', type: '3', device: [1, 3] }, { path: 'null/x' }],
    [/"null" comes twice/, { path: 'null', type: '3', device: [1, 3] }, { path: 'null', bytes: 'x' }],
    [/"a" comes twice/, { path: 'a', bytes: '1' }, { path: 'a', bytes: '2' }],
    [/"a" comes twice/, { path: 'a' }, { path: 'a', type: '1', linkTarget: 'a' }],
    [/is no file before it/, { path: 'null', type: '3' }, { path: 'a', type: '1', linkTarget: 'null' }],
    [/through the file "a"/, { path: 'a' }, { path: 'a/b' }],
    [/"link" comes twice/, link, { path: 'link' }],
    [/"link" comes twice/, link, { path: 'link', type: '5' }],
    [/"a" comes twice/, { path: 'a/b' }, { path: 'a' }],
    [/"a" comes twice/, { path: 'a' }, { path: './a' }],
    [/is no file before it/, { path: 'a', type: '1', linkTarget: 'b' }, { path: 'b' }],
    [/is no file before it/, link, { path: 'a', type: '1', linkTarget: 'link' }],
    [/absolute/, { path: 'a', type: '1', linkTarget: '/etc/passwd' }],
    [/leads upwards/, { path: 'a', type: '1', linkTarget: '../../blob' }],
    [/more than 255 bytes/, { path: 'x', pax: { path: 'é'.repeat(128) } }],
    [/longer than/, { path: 'x', pax: { path: 'a/'.repeat(2000) } }],
    [/too long/, { path: 'x', type: '2', pax: { linkpath: 'a/'.repeat(3000) } }],
    [/not in UTF-8/, { path: 'x', pax: { path: Buffer.from([0x61, 0xff]) } }],
    [/"" comes twice/, { path: './', type: '2', linkTarget: '/' }],
  ];
  for (const [message, ...members] of cases) {
    await assert.rejects(unpack(t, members), (error: unknown) => {
      assert.ok(error instanceof FormatError, String(error));
      assert.match(error.message, message);
      return true;
    });
  }
});

test('bytes that are not those of their name are not unpacked', async (t) => {
  const top = mkdtempSync(join(tmpdir(), 'targetry-unpack-'));
  t.after(() => rmSync(top, { recursive: true, force: true }));
  const bytes = deb({ Package: 'p', Version: '1' }, []);
  writeFileSync(join(top, 'blob'), bytes.subarray(0, -1));
  mkdirSync(join(top, 'tree'));
  await assert.rejects(unpackDeb(join(top, 'blob'), sha256(bytes), join(top, 'tree'), MB), DamagedBlob);
});

/** Half a gigabyte of zeros behind the header of one file, in some megabytes. */
function bomb(extension: 'gz' | 'xz'): Buffer {
  const header = tar([{ path: 'zeros', size: 512 * MB }], false);
  const zeros = Buffer.alloc(16 * MB);
  const pack = (bytes: Uint8Array) =>
    extension === 'gz'
      ? gzipSync(bytes, { level: 1 })
      : spawnSync('xz', ['-0', '-c'], { input: bytes, maxBuffer: 1e9 }).stdout;
  const piece = pack(zeros);
  return Buffer.concat([pack(header), ...Array<Buffer>(32).fill(piece)]);
}

for (const extension of ['gz', 'xz'] as const) {
  test(`half a gigabyte of zeros in a data.tar.${extension} are refused before they are written`, async (t) => {
    if (extension === 'xz' && spawnSync('xz', ['--version']).status !== 0) return t.skip('there is no xz');
    const top = mkdtempSync(join(tmpdir(), 'targetry-unpack-'));
    t.after(() => rmSync(top, { recursive: true, force: true }));
    const control = gzipSync(tar([{ path: './control', bytes: 'Package: p\n' }]));
    const bytes = ar([
      { name: 'debian-binary', bytes: '2.0\n' },
      { name: 'control.tar.gz', bytes: control },
      { name: `data.tar.${extension}`, bytes: bomb(extension) },
    ]);
    assert.ok(bytes.length < 4 * MB);
    writeFileSync(join(top, 'blob'), bytes);
    mkdirSync(join(top, 'tree'));
    await assert.rejects(unpackDeb(join(top, 'blob'), sha256(bytes), join(top, 'tree'), 64 * MB), {
      message: /unpacks to more than 67108864 bytes/,
    });
    assert.deepEqual(readdirSync(join(top, 'tree')), ['fs']);
    assert.deepEqual(readdirSync(join(top, 'tree/fs')), []);
    return undefined;
  });
}

test('what no header tells is counted as it comes', async () => {
  const chunks = Array<Uint8Array>(100).fill(Buffer.alloc(10));
  const read = limitUnpacked(stream(Buffer.concat(chunks), 10), 995, 'deb');
  await assert.rejects(collect(read), {
    message: 'deb: it unpacks to more than 995 bytes, which no package of its size does',
  });
});

test('a package may unpack to a gigabyte, or to two hundred times its size', (t) => {
  const top = mkdtempSync(join(tmpdir(), 'targetry-unpack-'));
  t.after(() => rmSync(top, { recursive: true, force: true }));
  const blob = join(top, 'blob');
  writeFileSync(blob, 'x');
  assert.equal(mostUnpacked(blob), 1024 * MB);
  truncateSync(blob, 100 * MB);
  assert.equal(mostUnpacked(blob), 200 * 100 * MB);
});

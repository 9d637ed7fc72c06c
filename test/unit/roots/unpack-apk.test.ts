import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { gzipSync } from 'node:zlib';
import { sha256 } from '../../../src/base/sha256.ts';
import { FormatError } from '../../../src/formats/format-error.ts';
import { DamagedBlob } from '../../../src/roots/checked-blob.ts';
import type { TreeManifest } from '../../../src/roots/tree-manifest.ts';
import { unpackApk } from '../../../src/roots/unpack-apk.ts';
import { apk, tar, type TarMember } from '../../archives.ts';

interface Unpacked {
  readonly folder: string;
  readonly manifest: TreeManifest;
}

async function unpackBytes(t: TestContext, bytes: Buffer, name = sha256(bytes)): Promise<Unpacked> {
  const top = mkdtempSync(join(tmpdir(), 'targetry-unpack-'));
  t.after(() => rmSync(top, { recursive: true, force: true }));
  const [blob, folder] = [join(top, 'blob'), join(top, 'tree')];
  writeFileSync(blob, bytes);
  mkdirSync(folder);
  await unpackApk(blob, name, folder, 1024 ** 2);
  const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as TreeManifest;
  return { folder, manifest };
}

function unpack(t: TestContext, members: readonly TarMember[]): Promise<Unpacked> {
  const scripts = { 'post-install': '#!/bin/sh\n', odd: 'x' };
  return unpackBytes(t, apk({ pkgname: 'p', pkgver: '1-r0' }, members, { scripts }));
}

test('a package becomes files, its scripts and a manifest with what its database needs', async (t) => {
  const { folder, manifest } = await unpack(t, [
    { path: 'usr', type: '5', mode: 0o755 },
    {
      path: 'usr/tool',
      bytes: 'hi',
      mode: 0o4755,
      mtime: 1_500_000_000,
      user: 'nginx',
      uid: 7,
      group: 'root',
    },
    { path: 'usr/same', type: '1', linkTarget: 'usr/tool', mode: 0o4755 },
    { path: 'usr/link', type: '2', linkTarget: 'tool', mode: 0o777, user: 'root', group: 'root' },
    { path: 'usr/free', bytes: '', user: 'root', uid: 5 },
  ]);
  assert.deepEqual(readdirSync(join(folder, 'control')).sort(), ['.PKGINFO', '.post-install']);
  const tool = lstatSync(join(folder, 'fs/usr/tool'));
  assert.deepEqual([tool.mode & 0o7777, tool.mtimeMs, tool.nlink], [0o4755, 1_500_000_000_000, 2]);
  assert.match(manifest.identity!, /^Q1[A-Za-z0-9+/]{27}=$/);
  const noted = manifest.entries.map(({ path, checksum, user, group }) => [path, checksum, user, group]);
  assert.deepEqual(noted, [
    ['usr', undefined, undefined, undefined],
    ['usr/tool', sha1('hi'), 'nginx', undefined],
    ['usr/same', sha1(''), undefined, undefined],
    ['usr/link', sha1('tool'), undefined, undefined],
    ['usr/free', sha1(''), 'root', undefined],
  ]);
});

test('what apk passes over is not installed: dotted names at the top, and the keepers of empty folders', async (t) => {
  const { manifest } = await unpack(t, [
    { path: '.melange.yaml', bytes: 'x' },
    { path: './etc', type: '5' },
    { path: 'var', type: '5' },
    { path: 'var/.keep_dir', bytes: '' },
    { path: 'var/.keep_', bytes: '' },
    { path: 'var/.hidden', bytes: '' },
  ]);
  assert.deepEqual(
    manifest.entries.map(({ path }) => path),
    ['var', 'var/.keep_', 'var/.hidden'],
  );
});

test('an archive that would reach outside, or contradicts itself, is refused', async (t) => {
  const link: TarMember = { path: 'link', type: '2', linkTarget: '/tmp' };
  const cases: [RegExp, ...TarMember[]][] = [
    [/absolute/, { path: '/etc/passwd' }],
    [/leads upwards/, { path: 'a/../../b' }],
    [/through the symlink "link"/, link, { path: 'link/file' }],
    [/"link" comes twice/, link, { path: 'link' }],
    [/leads upwards/, { path: 'a', type: '1', linkTarget: '../../blob' }],
    [/is no file before it/, { path: 'a', type: '1', linkTarget: 'b' }, { path: 'b' }],
    [/unpacks to more than/, { path: 'a', size: 2 ** 33 }],
    [/a control character/, { path: 'a\nP:other' }],
  ];
  for (const [message, ...members] of cases) {
    await assert.rejects(unpack(t, members), (error: unknown) => {
      assert.ok(error instanceof FormatError, String(error));
      assert.match(error.message, message);
      return true;
    });
  }
});

test('files that are not those of the signed part are refused, and so is what is no package', async (t) => {
  const bytes = apk({ pkgname: 'p', pkgver: '1-r0' }, [{ path: 'a', bytes: 'x' }]);
  const other = gzipSync(tar([{ path: 'a', bytes: 'y' }]));
  const own = gzipSync(tar([{ path: 'a', bytes: 'x', pax: { 'APK-TOOLS.checksum.SHA1': sha1x } }]));
  assert.deepEqual(bytes.subarray(-own.length), own);
  await assert.rejects(
    unpackBytes(t, Buffer.concat([bytes.subarray(0, -own.length), other])),
    /are not those/,
  );
  await assert.rejects(unpackBytes(t, Buffer.concat([bytes, other])), /are not those/);
  await assert.rejects(unpackBytes(t, bytes.subarray(0, -5)), FormatError);
  await assert.rejects(
    unpackBytes(t, Buffer.concat([gzipSync(tar([{ path: 'x' }], false)), bytes])),
    /no .PKGINFO/,
  );
  await assert.rejects(unpackBytes(t, bytes, 'f'.repeat(64)), DamagedBlob);
});

const sha1x = '11f6ad8ec52a2984abaafd7c3b516503785c2072';

function sha1(text: string): string {
  return `Q1${createHash('sha1').update(text).digest('base64')}`;
}

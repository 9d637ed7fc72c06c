import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePkgInfo, readApkHead, readApkStart } from '../../../src/formats/apk.ts';
import { FormatError } from '../../../src/formats/format-error.ts';
import { apk, signingKey } from '../../archives.ts';

const key = signingKey('test.rsa.pub');
const HELLO = apk(
  { pkgname: 'hello', pkgver: '1.0-r0', depend: ['musl', 'so:libz.so.1'] },
  [{ path: 'usr/bin/hello', bytes: 'hi', mode: 0o755 }],
  { key, scripts: { 'post-install': '#!/bin/sh\n' } },
);

test('a package is taken apart at its gzip members, whatever lies behind them', async () => {
  const head = await readApkHead(HELLO);
  assert.deepEqual(
    head.signatures.map(({ hash, key }) => [hash, key]),
    [['sha1', 'test.rsa.pub']],
  );
  assert.deepEqual([...head.files.keys()], ['.PKGINFO', '.post-install']);
  const info = parsePkgInfo(Buffer.from(head.files.get('.PKGINFO')!).toString());
  assert.deepEqual(info.get('depend'), ['musl', 'so:libz.so.1']);
  assert.equal(HELLO.readUInt16BE(head.dataStart), 0x1f8b);
});

test('half a head is no error while more may come', async () => {
  const { dataStart } = await readApkHead(HELLO);
  for (const length of [0, 5, 12, 200, dataStart - 1]) {
    assert.equal(await readApkStart(HELLO.subarray(0, length)), undefined, `${length} bytes`);
    await assert.rejects(readApkHead(HELLO.subarray(0, length)), FormatError);
  }
  assert.equal((await readApkHead(HELLO.subarray(0, dataStart))).dataStart, dataStart);
});

test('what is no package is refused', async () => {
  const spoiled = Buffer.from(HELLO);
  spoiled.fill(0xff, 12, 60);
  for (const bytes of [Buffer.from('!<arch>\nno package'), Buffer.from('ADBd12345678'), spoiled]) {
    await assert.rejects(readApkHead(bytes), FormatError);
  }
});

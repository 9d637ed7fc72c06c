import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { readApkHead } from '../../../src/formats/apk.ts';
import { checkApk } from '../../../src/packages/apk/check.ts';
import { parseApkIndex } from '../../../src/packages/apk/index-text.ts';
import { ApkKeys } from '../../../src/packages/apk/keys.ts';
import type { Failure } from '../../../src/report/failure.ts';
import { apk, apkIndex, apkIndexEntry, signingKey } from '../../archives.ts';

const key = signingKey('test.rsa.pub');
const keys = new ApkKeys(new Map([[key.name, key.publicPem]]));

for (const hash of ['sha1', 'sha256'] as const) {
  test(`an index signed with ${hash} is taken from whom is trusted only`, async () => {
    const head = await readApkHead(apkIndex('P:a\n', key, hash));
    assert.equal(keys.verify(head, 'x'), 'test.rsa.pub');
    const refused = (other: ApkKeys) => {
      try {
        return other.verify(head, 'x');
      } catch (error) {
        return (error as Failure).code;
      }
    };
    assert.equal(refused(new ApkKeys(new Map())), 'signature-unknown-key');
    assert.equal(refused(new ApkKeys(new Map([[key.name, signingKey('other').publicPem]]))), 'signature-bad');
  });
}

test('an index without a signature is refused', async () => {
  const head = await readApkHead(apkIndex('P:a\n', undefined));
  assert.throws(() => keys.verify(head, 'x'), { code: 'signature-missing' });
});

test('every byte of a package is held against its index', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'apk-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const good = apk({ pkgname: 'a', pkgver: '1' }, [{ path: 'a', bytes: 'a'.repeat(5000) }], { key });
  const [one] = parseApkIndex(await apkIndexEntry(good));
  const { dataStart } = await readApkHead(good);
  const check = (bytes: Buffer) => {
    writeFileSync(join(folder, 'a.apk'), bytes);
    return checkApk(join(folder, 'a.apk'), one!.checksum, 'http://x/a.apk');
  };
  await check(good);
  const spoiled = Buffer.from(good);
  spoiled[dataStart + 20]! ^= 1;
  await assert.rejects(check(spoiled), { code: 'hash-mismatch', message: /the files of/ });
  await assert.rejects(check(Buffer.concat([good, Buffer.from('more')])), { code: 'hash-mismatch' });
  const other = apk({ pkgname: 'a', pkgver: '2' }, [], { key });
  await assert.rejects(check(other), { code: 'hash-mismatch', message: /not the package/ });
  await assert.rejects(check(good.subarray(0, 40)), { code: 'package-broken' });
});

test('an index is read in its order, and what is no package in it is passed over', () => {
  const text =
    'C:Q1a\nP:a\nV:1\nS:12\nk:5\nD:b !c so:d>=2\np:e=1 f\ni:g h\nZ:new\n\nP:broken\n\nC:Q1b\nP:b\nV:2\n';
  const [a, b, ...rest] = parseApkIndex(text);
  assert.equal(rest.length, 0);
  assert.deepEqual([a!.name, a!.version, a!.checksum, a!.size, a!.priority], ['a', '1', 'Q1a', 12, 5]);
  assert.deepEqual(
    a!.depends.map(({ name }) => name),
    ['b', 'c', 'so:d'],
  );
  assert.equal(a!.depends[1]!.isConflict, true);
  assert.deepEqual(
    a!.provides.map(({ version }) => version),
    ['1', undefined],
  );
  assert.equal(b!.depends.length, 0);
});

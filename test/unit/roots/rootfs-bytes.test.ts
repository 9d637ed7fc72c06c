import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { sha256 } from '../../../src/base/sha256.ts';
import { readTar } from '../../../src/formats/tar.ts';
import type { Failure } from '../../../src/report/failure.ts';
import { rootfsBytes } from '../../../src/roots/rootfs-bytes.ts';
import { collect, stream } from '../../archives.ts';

const LONG = `${'long-name-'.repeat(15)}é`;

function rootfs(t: TestContext): string {
  const top = mkdtempSync(join(tmpdir(), 'targetry-rootfs-'));
  t.after(() => rmSync(top, { recursive: true, force: true }));
  mkdirSync(join(top, 'bin'));
  writeFileSync(join(top, 'bin/sh'), 'shell');
  chmodSync(join(top, 'bin/sh'), 0o4755);
  symlinkSync(`../${LONG}`, join(top, 'bin/link'));
  mkdirSync(join(top, LONG));
  writeFileSync(join(top, LONG, 'empty'), '');
  return top;
}

const bytesOf = (path: string): Promise<Buffer> => collect(rootfsBytes(path, 'rootfs'));

test('a folder is locked by names, modes, links and contents, not by times or owners', async (t) => {
  const [one, other] = [rootfs(t), rootfs(t)];
  utimesSync(join(other, 'bin/sh'), 5, 5);
  const before = sha256(await bytesOf(one));
  assert.equal(sha256(await bytesOf(other)), before);
  chmodSync(join(other, 'bin/sh'), 0o755);
  assert.notEqual(sha256(await bytesOf(other)), before);
});

test('the tar of a folder is one that readers of tar read', async (t) => {
  const bytes = await bytesOf(rootfs(t));
  const read: string[] = [];
  for await (const { path, type, mode, uid, linkTarget = '' } of readTar(stream(bytes))) {
    read.push(`${path} ${type} ${mode.toString(8)} ${uid} ${linkTarget}`);
  }
  assert.deepEqual(read, [
    'bin/ folder 755 0 ',
    `bin/link symlink 777 0 ../${LONG}`,
    'bin/sh file 4755 0 ',
    `${LONG}/ folder 755 0 `,
    `${LONG}/empty file 644 0 `,
  ]);
  const listed = spawnSync('tar', ['-t', '--quoting-style=literal'], { input: bytes, encoding: 'utf8' });
  assert.equal(listed.stderr, '');
  assert.deepEqual(
    listed.stdout.trim().split('\n'),
    read.map((line) => line.split(' ')[0]),
  );
});

test('a path that is not there is named as it was written', async () => {
  await assert.rejects(bytesOf('/nowhere/at/all'), (error: Failure) => {
    assert.equal(error.code, 'rootfs-unreadable');
    return /rootfs is not there/.test(error.message);
  });
});

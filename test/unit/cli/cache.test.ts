import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { program } from '../../program.ts';
import { Store } from '../../../src/store/store.ts';

test('the exit code of a check says whether the store was whole, and each report has its form', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'targetry-cache-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const store = await Store.open(folder);
  const { sha256 } = await store.addBlob([Buffer.from('hello')]);
  const cache = (...words: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, 'cache', ...words], {
      env: { PATH: process.env['PATH'], HOME: folder, TARGETRY_STORE: folder },
      encoding: 'utf8',
    });
    return { status, stdout, stderr };
  };
  const json = (...words: string[]) =>
    JSON.parse(cache(...words, '--format', 'json').stdout) as Record<string, unknown>;
  assert.match(cache().stdout, /^ {2}blobs +1 .*packages, indexes, exported files$/m);
  assert.equal(json()['schema'], 'targetry.cache/1');
  assert.equal(cache('verify').status, 0);
  appendFileSync(store.blobPath(sha256), '!');
  const bad = cache('verify', '--format', 'json');
  assert.equal(bad.status, 1);
  assert.match(bad.stdout, new RegExp(`"targetry.cache-verify/1"[^]*"key": "${sha256}"`));
  assert.match(cache('verify').stdout, /^0 blobs, .* all as they were made$/m);
  assert.equal(json('prune', '--older-than', '30d')['schema'], 'targetry.cache-prune/1');
  assert.equal(cache('prune').status, 2);
  assert.match(cache('prune', '--max-size', '20').stderr, /write a number and a unit: 500M, 20G/);
});

test('a store that nothing is in yet has nothing to prune', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'targetry-cache-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const env = { PATH: process.env['PATH'], TARGETRY_STORE: join(folder, 'store') };
  const { status, stdout } = spawnSync(process.execPath, [program, 'cache'], { env, encoding: 'utf8' });
  assert.equal(status, 0);
  assert.equal(stdout, `${env.TARGETRY_STORE}: empty\n`);
});

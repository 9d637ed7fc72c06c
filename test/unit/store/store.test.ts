import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { test, type TestContext } from 'node:test';
import { sha256 } from '../../../src/base/sha256.ts';
import { Failure } from '../../../src/report/failure.ts';
import { removeTree, Store, storeFailure } from '../../../src/store/store.ts';

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'targetry-store-'));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return join(path, 'store');
}

test('bytes are kept under their hash, and wrong bytes not at all', async (t) => {
  const store = await Store.open(folder(t));
  const bytes = Buffer.from('hello');
  const expected = { sha256: sha256(bytes), size: 5 };
  assert.deepEqual(await store.addBlob([bytes], expected), expected);
  assert.ok(store.hasBlob(expected.sha256));
  for (const wrong of ['hellO', 'hell', 'hello, world']) {
    const adding = store.addBlob([Buffer.from(wrong)], expected, () => new Failure('usage', 'wrong bytes'));
    await assert.rejects(adding, /wrong bytes/);
  }
  assert.deepEqual(readdirSync(join(store.folder, 'tmp')), []);
  await store.dropBlob(expected.sha256);
  assert.ok(!store.hasBlob(expected.sha256));
});

test('who comes second uses the folder of the first', async (t) => {
  const store = await Store.open(folder(t));
  const [one, two] = [await store.temporaryFolder(), await store.temporaryFolder()];
  writeFileSync(join(one, 'one'), '');
  writeFileSync(join(two, 'two'), '');
  const path = await store.adoptFolder(one, 'trees', 'key');
  assert.equal(await store.adoptFolder(two, 'trees', 'key'), path);
  assert.deepEqual(readdirSync(path), ['made.json', 'one']);
  assert.ok(!existsSync(two));
});

test('records are whole or missing', async (t) => {
  const store = await Store.open(folder(t));
  await store.writeRecord('kind', 'key', { a: 1 });
  assert.deepEqual(await store.readRecord('kind', 'key'), { a: 1 });
  writeFileSync(join(store.folder, 'records', 'kind', 'key.json'), '{"a"');
  assert.equal(await store.readRecord('kind', 'key'), undefined);
  assert.equal(await store.readRecord('kind', 'other'), undefined);
});

test('what dead processes left is swept, what live or unknown ones use stays', async (t) => {
  const store = await Store.open(folder(t));
  const mine = await store.temporaryFolder();
  const { pid } = spawnSync('true');
  const dead = mine.replace(`-${process.pid}-`, `-${pid}-`);
  const [foreign, old] = [
    join(store.folder, 'tmp', 'elsewhere-1-a'),
    join(store.folder, 'tmp', 'elsewhere-1-b'),
  ];
  for (const path of [dead, foreign, old]) mkdirSync(path);
  utimesSync(old, 0, 0);
  await Store.open(store.folder);
  assert.deepEqual([mine, dead, foreign, old].map(existsSync), [true, false, true, false]);
});

test('the store is for its owner alone, and errors that a user can cure say how', async (t) => {
  const path = folder(t);
  mkdirSync(path, { mode: 0o755 });
  await Store.open(path);
  assert.equal(statSync(path).mode & 0o777, 0o700);
  writeFileSync(join(path, 'file'), '');
  await assert.rejects(Store.open(join(path, 'file')), { code: 'store-unwritable' });
  await assert.rejects(Store.open(join(path, 'file', 'store')), { code: 'store-unwritable' });
  await assert.rejects(Store.open('/proc/targetry'), { code: 'store-unwritable' });
  const full = storeFailure(Object.assign(new Error('x'), { code: 'ENOSPC' }), '/s');
  assert.ok(full instanceof Failure && full.message.includes('the disk is full'));
  assert.match(full.hint!, /free some room/);
  const readOnly = storeFailure(Object.assign(new Error('x'), { code: 'EROFS' }), '/s');
  assert.ok(readOnly instanceof Failure && !readOnly.hint!.includes('room'), 'there is nothing to free');
  const bug = new TypeError('x');
  assert.equal(storeFailure(bug, '/s'), bug);
});

test('a tree is removed even where folders have no permissions', async (t) => {
  const path = folder(t);
  mkdirSync(join(path, 'a', 'b'), { recursive: true });
  writeFileSync(join(path, 'a', 'b', 'c'), '');
  chmodSync(join(path, 'a', 'b'), 0);
  chmodSync(join(path, 'a'), 0o500);
  await removeTree(path);
  assert.ok(!existsSync(path));
});

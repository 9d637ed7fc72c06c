import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { sha256 } from '../../../src/base/sha256.ts';
import { Store } from '../../../src/store/store.ts';

async function open(t: TestContext): Promise<Store> {
  const folder = mkdtempSync(join(tmpdir(), 'targetry-power-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return Store.open(folder);
}

async function adopt(store: Store, text: string): Promise<string> {
  const folder = await store.temporaryFolder();
  writeFileSync(join(folder, 'file'), text);
  return readFileSync(join(await store.adoptFolder(folder, 'trees', 'key'), 'file'), 'utf8');
}

/** As if the tree had been made under another boot of the machine. */
function moveToOtherBoot(store: Store): number {
  const path = join(store.folderPath('trees', 'key'), 'made.json');
  const note = JSON.parse(readFileSync(path, 'utf8')) as { boot: string; at: number };
  writeFileSync(path, JSON.stringify({ ...note, boot: 'other' }));
  return note.at;
}

function noteSettled(store: Store, boot: string, since: number, until: number): void {
  mkdirSync(join(store.folder, 'records/settled'), { recursive: true });
  writeFileSync(join(store.folder, 'records/settled', `${boot}.json`), JSON.stringify({ since, until }));
}

test('a tree that a power cut may have spoiled is made again in its place', async (t) => {
  const store = await open(t);
  assert.equal(await adopt(store, 'first'), 'first');
  assert.equal(await adopt(store, 'second'), 'first');
  moveToOtherBoot(store);
  assert.ok(!store.hasFolder('trees', 'key'));
  assert.equal(await adopt(store, 'third'), 'third');
});

test('a tree whose note the disk lost is made again', async (t) => {
  const store = await open(t);
  await adopt(store, 'first');
  truncateSync(join(store.folderPath('trees', 'key'), 'made.json'));
  assert.ok(!store.hasFolder('trees', 'key'));
  assert.equal(await adopt(store, 'second'), 'second');
});

test('what another boot made before it had the disk catch up is used as it is', async (t) => {
  const store = await open(t);
  await adopt(store, 'first');
  const at = moveToOtherBoot(store);
  noteSettled(store, 'other', 0, at - 1);
  assert.ok(!(await Store.open(store.folder)).hasFolder('trees', 'key'));
  noteSettled(store, 'other', 0, at);
  assert.ok((await Store.open(store.folder)).hasFolder('trees', 'key'));
  noteSettled(store, 'other', 0, at - 1);
  noteSettled(store, 'third', at - 10, at + 10);
  assert.ok(
    !(await Store.open(store.folder)).hasFolder('trees', 'key'),
    'another boot can vouch for nothing but its own',
  );
});

test('bytes of another boot are hashed before they are used, and only once', async (t) => {
  const store = await open(t);
  const { sha256: hash } = await store.addBlob([Buffer.from('hello')]);
  const path = store.blobPath(hash);
  utimesSync(path, 5, 5);
  assert.ok(store.hasBlob(hash));
  writeFileSync(path, 'hellO');
  utimesSync(path, 5, 5);
  assert.ok(!store.hasBlob(hash), 'the name without its bytes');
  noteSettled(store, 'other', 4000, 6000);
  assert.ok((await Store.open(store.folder)).hasBlob(hash), 'the disk had caught up: nothing to hash');
  writeFileSync(path, 'hello');
  utimesSync(path, 5, 7);
  assert.ok((await Store.open(store.folder)).hasBlob(hash));
  writeFileSync(path, 'damaged after it was checked');
  assert.ok(store.hasBlob(hash), 'checked in this boot: believed');
  await store.addBlob([Buffer.from('hello')]);
  assert.equal(sha256(readFileSync(path)), hash);
});

test(
  'a store that is removed while the disk still catches up does not come back',
  { timeout: 60_000 },
  async (t) => {
    const store = await open(t);
    const tools = mkdtempSync(join(tmpdir(), 'targetry-slow-disk-'));
    const [go, done] = [join(tools, 'go'), join(tools, 'done')];
    execFileSync('mkfifo', [go, done]);
    writeFileSync(join(tools, 'sync'), `#!/bin/sh\ncat '${go}'\n`, { mode: 0o755 });
    writeFileSync(join(tools, 'rm'), `#!/bin/sh\n/bin/rm "$@"\necho >'${done}'\n`, { mode: 0o755 });
    const path = process.env['PATH'];
    process.env['PATH'] = `${tools}:${path}`;
    t.after(() => {
      process.env['PATH'] = path;
      rmSync(tools, { recursive: true });
    });

    await adopt(store, 'first');
    store.settle();
    rmSync(store.folder, { recursive: true });
    mkdirSync(store.folder);
    await writeFile(go, '');
    await readFile(done);
    assert.deepEqual(readdirSync(store.folder), []);
  },
);

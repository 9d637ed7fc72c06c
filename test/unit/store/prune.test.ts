import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { takeInventory, type StoreEntry } from '../../../src/store/inventory.ts';
import { choosePruned, removeUnused } from '../../../src/store/prune.ts';
import { Store } from '../../../src/store/store.ts';

function entry(key: string, usedAt: number, own: number, linked: [number, number][] = []): StoreEntry {
  return { kind: 'trees', key, path: key, usedAt, own, linked: new Map(linked) };
}

const nobody = { isNeeded: () => false };
const keysOf = ({ victims }: ReturnType<typeof choosePruned>) => victims.map(({ key }) => key);

test('a file with two names is free only when both are gone', () => {
  const entries = [entry('a', 1, 10, [[7, 100]]), entry('b', 2, 10, [[7, 100]]), entry('c', 3, 10)];
  const one = choosePruned(entries, { ...nobody, most: 125 });
  assert.deepEqual([keysOf(one), one.freed, one.total], [['a'], 10, 130]);
  const two = choosePruned(entries, { ...nobody, most: 119 });
  assert.deepEqual([keysOf(two), two.freed], [['a', 'b'], 120]);
});

test('age and size together: what is old goes in any case', () => {
  const entries = [entry('a', 1, 10), entry('b', 2, 10), entry('c', 3, 10)];
  assert.deepEqual(keysOf(choosePruned(entries, { ...nobody, before: 3 })), ['a', 'b']);
  assert.deepEqual(keysOf(choosePruned(entries, { ...nobody, before: 3, most: 5 })), ['a', 'b', 'c']);
  assert.deepEqual(keysOf(choosePruned(entries, { ...nobody, most: 1000 })), []);
  assert.deepEqual(keysOf(choosePruned(entries, { ...nobody, before: 9, busySince: 2 })), ['a']);
});

test('an entry that was used after it was chosen gets its place back', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'targetry-prune-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const store = await Store.open(folder);
  const temporary = await store.temporaryFolder();
  writeFileSync(join(temporary, 'file'), '');
  const path = await store.adoptFolder(temporary, 'trees', 'key');
  utimesSync(join(path, 'made.json'), 5, 5);
  const chosen = takeInventory(store).find(({ kind }) => kind === 'trees');
  assert.ok((await Store.open(folder)).hasFolder('trees', 'key'));
  assert.equal(await removeUnused(store, chosen!), false);
  assert.ok(existsSync(join(path, 'file')));
  utimesSync(join(path, 'made.json'), 5, 5);
  assert.equal(await removeUnused(store, chosen!), true);
  assert.ok(!existsSync(path));
  assert.equal(await removeUnused(store, chosen!), false, 'somebody else was quicker');
});

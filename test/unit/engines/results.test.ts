import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { Results } from '../../../src/engines/embedded/results.ts';
import { Store } from '../../../src/store/store.ts';

const skip = process.platform === 'linux' ? false : 'needs Linux';

async function stage(t: TestContext): Promise<Store> {
  const folder = mkdtempSync(join(tmpdir(), 'targetry-results-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return Store.open(folder);
}

async function keep(store: Store, results: Results, text: string): Promise<string> {
  const result = await store.temporaryFolder();
  mkdirSync(join(result, 'fs'));
  writeFileSync(join(result, 'fs/file'), text);
  return readFileSync(join(await results.keep(result, 'key'), 'file'), 'utf8');
}

/** As if the note had been written under another boot of the machine. */
function moveToOtherBoot(store: Store, settledUntil?: number): void {
  const path = join(store.folderPath('snapshots', 'key'), 'made.json');
  const note = JSON.parse(readFileSync(path, 'utf8')) as { at: number };
  writeFileSync(path, JSON.stringify({ ...note, boot: 'other' }));
  if (settledUntil === undefined) return;
  const settled = join(store.folder, 'records/settled');
  mkdirSync(settled, { recursive: true });
  writeFileSync(join(settled, 'other.json'), JSON.stringify({ since: 0, until: note.at + settledUntil }));
}

test('who comes second uses what is there', { skip }, async (t) => {
  const store = await stage(t);
  const results = new Results(store, 'all');
  assert.equal(results.layer('key'), undefined);
  assert.equal(await keep(store, results, 'first'), 'first');
  assert.equal(await keep(store, results, 'second'), 'first');
});

test('a layer of another boot is believed only where the disk had caught up', { skip }, async (t) => {
  const store = await stage(t);
  const results = new Results(store, 'all');
  await keep(store, results, 'first');
  moveToOtherBoot(store);
  assert.equal(results.layer('key'), undefined);
  assert.equal(await keep(store, results, 'second'), 'second');
  moveToOtherBoot(store, -1);
  const later = async () => new Results(await Store.open(store.folder), 'all');
  assert.equal((await later()).layer('key'), undefined);
  moveToOtherBoot(store, 1);
  assert.notEqual((await later()).layer('key'), undefined);
});

test('a layer with other owners inside is made again', { skip }, async (t) => {
  const store = await stage(t);
  await keep(store, new Results(store, 'one:1000'), 'first');
  assert.equal(await keep(store, new Results(store, 'range:1000'), 'second'), 'second');
});

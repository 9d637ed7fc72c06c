import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { LockedPackage } from '../../../src/lock/lock.ts';
import { Unpacker } from '../../../src/roots/unpacker.ts';
import { Store } from '../../../src/store/store.ts';
import { ar, deb, tar } from '../../archives.ts';

async function start(t: TestContext): Promise<{ store: Store; unpacker: Unpacker }> {
  const folder = mkdtempSync(join(tmpdir(), 'targetry-unpacker-'));
  const store = await Store.open(folder);
  const unpacker = new Unpacker(store, 2);
  t.after(async () => {
    await unpacker.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return { store, unpacker };
}

async function add(store: Store, name: string, bytes: Uint8Array): Promise<LockedPackage> {
  const blob = await store.addBlob([bytes]);
  return { name, version: '1', arch: 'all', repository: 'r', path: `${name}.deb`, ...blob };
}

test('packages are unpacked side by side, each once', async (t) => {
  const { store, unpacker } = await start(t);
  const names = ['a', 'b', 'c', 'd', 'e'];
  // So large that two threads pay.
  const bytes = randomBytes(400_000);
  const packages = await Promise.all(
    names.map((name) => add(store, name, deb({ Package: name }, [{ path: `./${name}`, bytes }]))),
  );
  await Promise.all([...packages, packages[0]!].map((one) => unpacker.unpack(one, 'deb')));
  for (const { name, sha256 } of packages) {
    assert.ok(existsSync(join(store.folderPath('trees', sha256), 'fs', name)));
  }
  assert.deepEqual(readdirSync(join(store.folder, 'tmp')), []);
  await unpacker.unpack(packages[0]!, 'deb');
});

// Few bytes are unpacked where they are asked for, many by threads.
for (const [where, size] of [
  ['here', 0],
  ['by threads', 1_200_000],
] as const) {
  test(`broken and damaged packages are told apart, leave nothing, and stop no others: ${where}`, async (t) => {
    const { store, unpacker } = await start(t);
    const bytes = randomBytes(size);
    const broken = await add(
      store,
      'broken',
      ar([
        { name: 'debian-binary', bytes: '9\n' },
        { name: 'x', bytes },
      ]),
    );
    const damaged = await add(store, 'damaged', deb({ Package: 'damaged' }, []));
    writeFileSync(store.blobPath(damaged.sha256), '');
    const good = await add(store, 'good', deb({ Package: 'good' }, [{ path: './good', bytes }]));
    const gone = { ...good, name: 'gone', sha256: '0'.repeat(64) };
    const results = await Promise.allSettled(
      [broken, damaged, gone, good].map((one) => unpacker.unpack(one, 'deb')),
    );
    const codes = results.map((result) =>
      result.status === 'rejected' ? (result.reason as { code: string }).code : 'done',
    );
    assert.deepEqual(codes, ['package-broken', 'package-damaged', 'ENOENT', 'done']);
    assert.ok(!store.hasBlob(damaged.sha256));
    assert.deepEqual(readdirSync(join(store.folder, 'tmp')), []);
  });
}

test('packages that come one after the other get a thread when they are many: the rest of the command is not kept waiting', async (t) => {
  const { store, unpacker } = await start(t);
  let threads = 0;
  const count = () => threads++;
  process.on('worker', count);
  t.after(() => process.off('worker', count));
  for (const [name, expected] of [
    ['a', 0],
    ['b', 0],
    ['c', 1],
    ['d', 1],
  ] as const) {
    const one = await add(store, name, deb({ Package: name }, [{ path: name, bytes: randomBytes(400_000) }]));
    await unpacker.unpack(one, 'deb');
    assert.equal(threads, expected, name);
  }
});

test('a package that says of itself to unpack to more than any does is broken', async (t) => {
  const { store, unpacker } = await start(t);
  const members = [
    { name: 'debian-binary', bytes: '2.0\n' },
    { name: 'control.tar.gz', bytes: gzipSync(tar([{ path: './control', bytes: 'Package: p\n' }])) },
    { name: 'data.tar.gz', bytes: gzipSync(tar([{ path: 'zeros', size: 10 * 1024 ** 3 }], false)) },
  ];
  await assert.rejects(unpacker.unpack(await add(store, 'bomb', ar(members)), 'deb'), {
    code: 'package-broken',
    why: /unpacks to more than 1073741824 bytes/,
  });
});

test('closing gives up what waits', async (t) => {
  const { store, unpacker } = await start(t);
  const one = await add(store, 'one', deb({ Package: 'one' }, [{ path: './one' }]));
  const work = [1, 2, 3, 4].map(() => unpacker.unpack(one, 'deb'));
  const results = Promise.allSettled(work);
  await unpacker.close();
  for (const result of await results) {
    if (result.status === 'rejected') assert.equal((result.reason as { code: string }).code, 'canceled');
  }
});

test('closing gives up what was about to be handed to a thread', async (t) => {
  const { store, unpacker } = await start(t);
  const one = await add(store, 'one', deb({ Package: 'one' }, [{ path: './one' }]));
  const folder = await store.temporaryFolder();
  let hand: (temporary: string) => void = () => {};
  t.mock.method(store, 'temporaryFolder', () => new Promise<string>((resolve) => (hand = resolve)));
  const work = unpacker.unpack(one, 'deb');
  await unpacker.close();
  hand(folder);
  await assert.rejects(work, { code: 'canceled' });
});

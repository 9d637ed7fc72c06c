/** A store on a disk that runs full: each thing that is made in it is whole or not there, and the message says why. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, test, type TestContext } from 'node:test';
import { Failure } from '../../src/report/failure.ts';
import { composeRoot } from '../../src/roots/compose.ts';
import { rootKey } from '../../src/roots/known-root.ts';
import { placeOutput } from '../../src/roots/place-output.ts';
import { Unpacker } from '../../src/roots/unpacker.ts';
import { Store } from '../../src/store/store.ts';
import { lockDebs, type TestPackage } from '../compose-debs.ts';

const MEGABYTE = 1024 * 1024;
let skip: string | undefined;

before(() => {
  if (process.geteuid?.() !== 0) skip = 'only root can mount a small disk';
  else if (spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'x', tmpdir()]).status !== 0)
    skip = 'nothing can be mounted here';
});

interface Disk {
  readonly folder: string;
  readonly store: Store;
  /** Leaves so many bytes free. */
  readonly fill: (left: number) => void;
  /** What has a name in the store, besides folders and sessions. */
  readonly entries: () => string[];
}

async function smallDisk(t: TestContext, megabytes: number): Promise<Disk> {
  const folder = mkdtempSync(join(tmpdir(), 'targetry-disk-'));
  const mount = (options: string) => {
    const { status, stderr } = spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'targetry-test', folder]);
    assert.equal(status, 0, String(stderr));
  };
  mount(`size=${megabytes}m`);
  t.after(() => {
    spawnSync('umount', ['-l', folder]);
    rmSync(folder, { recursive: true });
  });
  const top = join(folder, 'store');
  return {
    folder,
    store: await Store.open(top),
    fill: (left) => {
      rmSync(join(folder, 'filler'), { force: true });
      const { bavail, bsize } = statfsSync(folder);
      writeFileSync(join(folder, 'filler'), Buffer.alloc(Math.max(0, bavail * bsize - left)));
    },
    entries: () =>
      ['blobs/sha256', 'trees', 'roots', 'records', 'tmp', 'claims'].flatMap((kind) => {
        try {
          return readdirSync(join(top, kind)).map((name) => `${kind}/${name}`);
        } catch {
          return [];
        }
      }),
  };
}

async function assertFull(work: Promise<unknown>): Promise<void> {
  const error: unknown = await work.then(
    () => assert.fail('it should have failed'),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof Failure, String(error));
  assert.match(`${error.code} ${error.message}`, /^(store|output)-unwritable .*disk is full/);
}

/** 4 MB of zeros in a few kilobytes, of which either compression makes a stream. */
const LARGE: TestPackage = {
  name: 'large',
  files: [{ path: 'usr/large', bytes: Buffer.alloc(4 * MEGABYTE) }],
};

test('a download that fills the disk leaves nothing behind, and goes into the store once there is room', async (t) => {
  if (skip !== undefined) return t.skip(skip);
  const { store, fill, entries } = await smallDisk(t, 8);
  const bytes = [Buffer.alloc(MEGABYTE, 'a'), Buffer.alloc(MEGABYTE, 'b')];
  fill(1.5 * MEGABYTE);
  await assertFull(store.addBlob(bytes));
  assert.deepEqual(entries(), []);
  fill(4 * MEGABYTE);
  assert.ok(store.hasBlob((await store.addBlob(bytes)).sha256));
  return undefined;
});

test('a package that fills the disk leaves no part of it unpacked, and is unpacked once there is room', async (t) => {
  if (skip !== undefined) return t.skip(skip);
  const { store, fill, entries } = await smallDisk(t, 16);
  const { packages } = await lockDebs(store, [LARGE]);
  const unpack = async () => {
    const unpacker = new Unpacker(store, 1);
    try {
      await unpacker.unpack(packages[0]!, 'deb');
    } finally {
      await unpacker.close();
    }
  };
  const empty = entries();
  for (const left of [0, MEGABYTE]) {
    fill(left);
    await assertFull(unpack());
    assert.deepEqual(entries(), empty);
  }
  fill(10 * MEGABYTE);
  await unpack();
  assert.ok(store.hasFolder('trees', packages[0]!.sha256));
  return undefined;
});

test('a root that fills the disk is not taken for whole, and is made once there is room', async (t) => {
  if (skip !== undefined) return t.skip(skip);
  const { store, fill } = await smallDisk(t, 16);
  const locked = await lockDebs(store, [{ name: 'small', files: [{ path: 'usr/x', bytes: 'x' }] }]);
  await composeRoot(locked, store);
  await store.dropFolder('roots', rootKey(locked));
  fill(0);
  await assertFull(composeRoot(locked, store));
  assert.ok(!store.hasFolder('roots', rootKey(locked)));
  assert.deepEqual(readdirSync(join(store.folder, 'tmp')), []);
  fill(4 * MEGABYTE);
  await composeRoot(locked, store);
  assert.ok(store.hasFolder('roots', rootKey(locked)));
  return undefined;
});

test('what the store remembers stays as it was where the disk is too full to write it anew', async (t) => {
  if (skip !== undefined) return t.skip(skip);
  const { store, fill } = await smallDisk(t, 4);
  await store.writeRecord('kind', 'key', 'old');
  fill(0);
  await assertFull(store.writeRecord('kind', 'key', 'new'));
  assert.equal(await store.readRecord('kind', 'key'), 'old');
  assert.deepEqual(readdirSync(join(store.folder, 'tmp')), []);
  return undefined;
});

test('a lock that fills the disk leaves no other file in the project', async (t) => {
  if (skip !== undefined) return t.skip(skip);
  const { folder, fill } = await smallDisk(t, 4);
  const project = join(folder, 'project');
  mkdirSync(project);
  const path = join(project, 'targetry.lock');
  const write = (text: string) =>
    placeOutput(path, 'file', (temporary) => writeFile(temporary, text, { flush: true }));
  await write('old');
  fill(0);
  await assertFull(write('new'.repeat(10_000)));
  assert.deepEqual(readdirSync(project), ['targetry.lock']);
  return undefined;
});

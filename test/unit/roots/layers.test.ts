import assert from 'node:assert/strict';
import { lstatSync, mkdtempSync, readdirSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { LockedLayer } from '../../../src/lock/lock.ts';
import type { Failure } from '../../../src/report/failure.ts';
import { composeRoot } from '../../../src/roots/compose.ts';
import { rootKey } from '../../../src/roots/known-root.ts';
import { Store } from '../../../src/store/store.ts';
import { tar, type TarMember } from '../../archives.ts';
import { lockDebs } from '../../compose-debs.ts';

const folder = (path: string, mode = 0o755): TarMember => ({ path: `${path}/`, type: '5', mode });
const link = (path: string, linkTarget: string): TarMember => ({ path, type: '2', linkTarget });
const file = (path: string, bytes = path): TarMember => ({ path, bytes });
const gone = (path: string): TarMember => ({ path });

/** All paths of the root that these layers make, without the places to mount on, with a link's target. */
async function layers(t: TestContext, ...tars: readonly (readonly TarMember[])[]): Promise<string[]> {
  return walk(await composed(t, tars), '').filter((path) => !PLACES.includes(path));
}

const PLACES = ['dev', 'etc', 'proc', 'root', 'run', 'sys', 'tmp', 'var', 'var/tmp'];

function walk(top: string, folder: string): string[] {
  return readdirSync(join(top, folder), { withFileTypes: true })
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isSymbolicLink()) return [`${path} -> ${readlinkSync(join(top, path))}`];
      return entry.isDirectory() ? [path, ...walk(top, path)] : [path];
    })
    .sort();
}

async function composed(t: TestContext, tars: readonly (readonly TarMember[])[]): Promise<string> {
  const top = mkdtempSync(join(tmpdir(), 'targetry-layers-'));
  t.after(() => rmSync(top, { recursive: true, force: true }));
  const store = await Store.open(top);
  const locked: LockedLayer[] = [];
  for (const members of tars) {
    locked.push({ source: 'image', ...(await store.addBlob([gzipSync(tar(members))])) });
  }
  return composeRoot({ ...(await lockDebs(store, [])), distro: 'image', layers: locked }, store);
}

test('a later layer adds, replaces, and takes away files and folders', async (t) => {
  assert.deepEqual(
    await layers(
      t,
      [folder('a'), file('a/one'), file('a/two'), folder('b'), folder('b/c'), file('b/c/deep'), file('same')],
      [folder('a'), gone('a/.wh.one'), file('a/three'), gone('.wh.b'), file('same', 'new')],
    ),
    ['a', 'a/three', 'a/two', 'same'],
  );
});

test("an opaque folder hides what was below, never the layer's own files, however they are ordered", async (t) => {
  assert.deepEqual(
    await layers(
      t,
      [folder('a'), file('a/old'), folder('a/sub'), file('a/sub/old')],
      [folder('a'), file('a/new'), gone('a/.wh..wh..opq'), folder('a/sub'), file('a/sub/new')],
    ),
    ['a', 'a/new', 'a/sub', 'a/sub/new'],
  );
  assert.deepEqual(
    await layers(t, [file('old')], [file('new'), gone('.wh..wh..opq'), gone('.wh..wh.plnk')]),
    ['new'],
  );
});

test('a folder takes the place of a link, and a link that of a folder with all that was in it', async (t) => {
  assert.deepEqual(
    await layers(
      t,
      [folder('usr'), folder('usr/x'), file('usr/x/f'), link('x', 'usr/x'), folder('y'), file('y/f')],
      [folder('x'), file('x/own'), link('y', 'x')],
    ),
    ['usr', 'usr/x', 'usr/x/f', 'x', 'x/own', 'y -> x'],
  );
});

test('files of a later layer go where a link of an earlier one leads, and never out of the root', async (t) => {
  assert.deepEqual(
    await layers(
      t,
      [folder('usr'), folder('usr/bin'), link('bin', 'usr/bin'), link('out', '../../../../opt')],
      [file('bin/tool'), file('out/passwd')],
    ),
    ['bin -> usr/bin', 'opt', 'opt/passwd', 'out -> ../../../../opt', 'usr', 'usr/bin', 'usr/bin/tool'],
  );
});

test('modes of folders are those of the last layer that has them; hard links stay one file', async (t) => {
  const top = await composed(t, [
    [folder('a', 0o700), file('a/one'), { path: 'a/same', type: '1', linkTarget: 'a/one' }],
    [folder('a', 0o750)],
  ]);
  assert.equal(lstatSync(join(top, 'a')).mode & 0o777, 0o750);
  assert.equal(statSync(join(top, 'a/one')).ino, statSync(join(top, 'a/same')).ino);
});

test('a layer that points outside of the root is refused', async (t) => {
  for (const hostile of ['../escape', '/etc/passwd', 'a/../../escape']) {
    await assert.rejects(layers(t, [file(hostile)]), (error: Failure) => error.code === 'package-broken');
  }
});

test('the order of the layers is part of what a root is called', async () => {
  const layer = (letter: string): LockedLayer => ({ source: 'image', size: 1, sha256: letter.repeat(64) });
  const locked = await lockDebs(undefined as unknown as Store, []);
  const key = (...letters: string[]): string => rootKey({ ...locked, layers: letters.map(layer) });
  assert.notEqual(key('a', 'b'), key('b', 'a'));
});

import assert from 'node:assert/strict';
import {
  createReadStream,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { sha256 } from '../../../src/base/sha256.ts';
import { readTar, type TarEntry } from '../../../src/formats/tar.ts';
import { planRoot } from '../../../src/roots/compose.ts';
import { exportRoot, type RootForm } from '../../../src/roots/export-root.ts';
import type { RootTree } from '../../../src/roots/root-tree.ts';
import { Store } from '../../../src/store/store.ts';
import { lockDebs, type TestPackage } from '../../compose-debs.ts';

const CAPABILITY = Buffer.from([1, 0, 0, 2, 0, 32, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);

const PACKAGES: readonly TestPackage[] = [
  {
    name: 'tool',
    files: [
      { path: './usr/bin/tool', bytes: 'tool', mode: 0o4755, mtime: 1_600_000_000 },
      { path: './usr/bin/again', type: '1', linkTarget: './usr/bin/tool' },
      { path: './usr/bin/ping', bytes: 'ping', pax: { 'SCHILY.xattr.security.capability': CAPABILITY } },
      { path: './srv/disk', type: '4', device: [7, 1], mode: 0o660, gid: 6 },
      { path: './srv/pipe', type: '6', mode: 0o600 },
      { path: './srv/mine', bytes: 'x', uid: 33, gid: 33 },
    ],
  },
];

interface Scene {
  readonly tree: RootTree;
  readonly top: string;
  readonly write: (path: string, form: RootForm) => ReturnType<typeof exportRoot>;
}

async function scene(t: TestContext, packages = PACKAGES): Promise<Scene> {
  const top = mkdtempSync(join(tmpdir(), 'targetry-export-'));
  t.after(() => rmSync(top, { recursive: true, force: true }));
  const store = await Store.open(join(top, 'store'));
  const { tree } = await planRoot(await lockDebs(store, packages), store);
  const image = { name: 'it', platform: 'arm/v7', env: { LANG: 'C.UTF-8' }, createdBy: 'a test' };
  const { signal } = new AbortController();
  const write: Scene['write'] = (path, form) =>
    exportRoot(tree, { path: join(top, path), form, image, signal });
  return { tree, top, write };
}

async function membersOf(path: string): Promise<Map<string, TarEntry>> {
  const members = new Map<string, TarEntry>();
  for await (const entry of readTar(createReadStream(path))) members.set(entry.path, entry);
  return members;
}

test('a tar has devices, owners, capabilities and hard links, whoever writes it', async (t) => {
  const { write, top } = await scene(t);
  await write('root.tar', 'tar');
  const members = await membersOf(join(top, 'root.tar'));
  const facts = (path: string) => {
    const { type, mode, uid, gid, linkTarget, device } = members.get(path)!;
    return [type, mode.toString(8), uid, gid, linkTarget ?? device];
  };
  assert.deepEqual(facts('./'), ['folder', '755', 0, 0, undefined]);
  assert.deepEqual(facts('bin'), ['symlink', '777', 0, 0, 'usr/bin']);
  assert.deepEqual(facts('usr/bin/again'), ['file', '4755', 0, 0, undefined]);
  assert.deepEqual(facts('usr/bin/tool'), ['hardlink', '4755', 0, 0, 'usr/bin/again']);
  assert.deepEqual(facts('srv/disk'), ['block-device', '660', 0, 6, { major: 7, minor: 1 }]);
  assert.deepEqual(facts('srv/pipe'), ['fifo', '600', 0, 0, undefined]);
  assert.deepEqual(facts('srv/mine'), ['file', '644', 33, 33, undefined]);
  const xattr = members.get('usr/bin/ping')!.xattrs.get('security.capability');
  assert.deepEqual(Buffer.from(xattr!), CAPABILITY);
  assert.equal(members.get('usr/bin/again')!.mtime, 1_600_000_000);
});

test('two stores and two folders give the same bytes', async (t) => {
  const [one, two] = [await scene(t), await scene(t, PACKAGES.toReversed())];
  const tars = [await one.write('a.tar', 'tar'), await two.write('deep/er/b.tar', 'tar')];
  assert.deepEqual(tars[0], tars[1]);
  assert.equal(sha256(readFileSync(join(one.top, 'a.tar'))), tars[0]!.sha256);
  assert.deepEqual(await one.write('image', 'oci'), await two.write('other', 'oci'));
});

test('an OCI layout names every part by its hash, and holds the tar as its layer', async (t) => {
  const { write, top } = await scene(t);
  const [tar, image] = [await write('root.tar', 'tar'), await write('image', 'oci')];
  const blob = (digest: string) => readFileSync(join(top, 'image/blobs/sha256', digest.slice(7)));
  for (const name of readdirSync(join(top, 'image/blobs/sha256')))
    assert.equal(sha256(blob(`sha256:${name}`)), name);
  const index = JSON.parse(readFileSync(join(top, 'image/index.json'), 'utf8'));
  const [entry] = index.manifests;
  assert.equal(entry.digest, `sha256:${image.sha256}`);
  assert.deepEqual(entry.platform, { architecture: 'arm', variant: 'v7', os: 'linux' });
  const manifest = JSON.parse(blob(entry.digest).toString());
  assert.equal(manifest.layers[0].digest, `sha256:${tar.sha256}`);
  const config = JSON.parse(blob(manifest.config.digest).toString());
  assert.deepEqual(config.rootfs.diff_ids, [`sha256:${tar.sha256}`]);
  assert.ok(config.config.Env.includes('LANG=C.UTF-8'));
  assert.ok(config.config.Env.some((one: string) => one.startsWith('PATH=')));
});

test('a folder is a copy, and tells what this user could not set in it', async (t) => {
  const { write, top, tree } = await scene(t);
  const { leftOut } = await write('root', 'folder');
  const tool = statSync(join(top, 'root/usr/bin/tool'));
  assert.equal(tool.mode & 0o7777, 0o4755);
  assert.equal(tool.ino, statSync(join(top, 'root/usr/bin/again')).ino);
  const node = tree.nodes.get('usr/bin/tool')!;
  assert.ok(node.type === 'file');
  assert.notEqual(tool.ino, statSync(node.source).ino);
  if (process.geteuid?.() === 0) {
    assert.deepEqual(leftOut?.owners, []);
    assert.equal(statSync(join(top, 'root/srv/mine')).uid, 33);
  } else {
    assert.deepEqual(leftOut?.owners, ['srv/disk', 'srv/mine']);
    assert.deepEqual(leftOut?.devices, ['srv/disk']);
    assert.deepEqual(leftOut?.xattrs, ['usr/bin/ping']);
  }
});

test('nothing is overwritten but an empty folder or an older file', async (t) => {
  const { write, top } = await scene(t);
  mkdirSync(join(top, 'empty'));
  mkdirSync(join(top, 'full/x'), { recursive: true });
  writeFileSync(join(top, 'old.tar'), 'old');
  await write('empty', 'folder');
  await write('old.tar', 'tar');
  await assert.rejects(write('full', 'folder'), { code: 'output-taken' });
  await assert.rejects(write('full', 'tar'), { code: 'output-taken' });
  await assert.rejects(write('old.tar', 'folder'), { code: 'output-taken' });
  await assert.rejects(write('old.tar/root', 'folder'), { code: 'output-unwritable' });
  assert.deepEqual(readdirSync(top).sort(), ['empty', 'full', 'old.tar', 'store']);
});

test('a file that was changed in the store is named instead of being archived', async (t) => {
  const { write, top, tree } = await scene(t);
  const node = tree.nodes.get('usr/bin/tool')!;
  assert.ok(node.type === 'file');
  const { mtime } = statSync(node.source);
  writeFileSync(node.source, 'tooo');
  utimesSync(node.source, mtime, mtime);
  await assert.rejects(write('root.tar', 'tar'), {
    code: 'tree-damaged',
    message: /usr\/bin\/again of tool/,
  });
  assert.deepEqual(readdirSync(top), ['store']);
});

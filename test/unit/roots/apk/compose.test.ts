import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readTar } from '../../../../src/formats/tar.ts';
import { alpineKeys } from '../../../../src/packages/apk/keys.ts';
import type { TreeManifest } from '../../../../src/roots/tree-manifest.ts';
import type { Store } from '../../../../src/store/store.ts';
import { collect, stream } from '../../../archives.ts';
import { apkFile, composeApks, lockApks, makeApk } from '../../../compose-apks.ts';
import { composeLocked } from '../../../compose-debs.ts';

test('of two packages with one file the later one has it where both are of one origin', async (t) => {
  const root = await composeApks(t, [
    { name: 'a', fields: { origin: 'o', depend: 'b' }, files: [{ path: 'f', bytes: 'of a' }] },
    { name: 'b', fields: { origin: 'o' }, files: [{ path: 'f', bytes: 'of b' }] },
  ]);
  assert.equal(root.look('f'), 'of a');
  assert.match(root.look('lib/apk/db/installed')!, /P:a\n[^]*R:f[^]*P:b\n/);
  assert.equal(root.look('lib/apk/db/installed')!.split('R:f').length, 2);
});

test('who replaces the other has the file, and the higher priority decides where both do', async (t) => {
  const files = (text: string) => [{ path: 'etc/f', bytes: text }];
  const root = await composeApks(t, [
    { name: 'a', fields: { replaces: ['b<2', 'c'], replaces_priority: '5' }, files: files('of a') },
    { name: 'b', fields: { replaces: 'a', replaces_priority: '4' }, files: files('of b') },
    { name: 'c', files: [{ path: 'etc/g', bytes: '' }] },
  ]);
  assert.equal(root.look('etc/f'), 'of a');
});

test('a file that two packages have and neither replaces is refused, as apk refuses it', async (t) => {
  const files = [{ path: 'etc/f', bytes: '' }];
  await assert.rejects(
    composeApks(t, [
      { name: 'a', fields: { replaces: 'b>2' }, files },
      { name: 'b', files },
    ]),
    { code: 'package-files-clash', message: '/etc/f is in a and in b' },
  );
  await assert.rejects(
    composeApks(t, [
      { name: 'a', files },
      { name: 'b', files: [{ path: 'etc/f/g', bytes: '' }] },
    ]),
    { code: 'package-files-clash' },
  );
});

test('what lies behind a link of another package goes where the link leads', async (t) => {
  const root = await composeApks(t, [
    { name: 'a', files: [{ path: 'bin/tool', bytes: 'tool' }] },
    { name: 'b', files: [{ path: 'bin', type: '2', linkTarget: 'usr/bin', mode: 0o777 }] },
  ]);
  assert.equal(root.look('bin'), '-> usr/bin');
  assert.equal(root.look('usr/bin/tool'), 'tool');
});

test('a folder of several packages permits only what all permit, and the first folders are as apk makes them', async (t) => {
  const folder = (path: string, mode: number) => ({ path, type: '5', mode });
  const root = await composeApks(t, [
    { name: 'a', files: [folder('srv', 0o775), folder('var', 0o700)] },
    { name: 'b', files: [folder('srv', 0o757)] },
  ]);
  // A user's own folders stay open for the user, so the manifest is what tells.
  const manifest = readFileSync(join(root.folder, '../manifest.json'), 'utf8');
  const { entries } = JSON.parse(manifest) as TreeManifest;
  const mode = (wanted: string) => entries.find(({ path }) => path === wanted)?.mode;
  assert.deepEqual([mode('srv'), mode('var'), mode('tmp'), mode('proc')], [0o755, 0o755, 0o1777, 0o555]);
  assert.match(root.look('lib/apk/db/installed')!, /F:srv\nM:0:0:775\n/);
});

test("apk's database holds packages, scripts, triggers and wishes", async (t) => {
  const root = await composeApks(t, [
    {
      name: 'Zeta',
      fields: {
        size: '20',
        depend: ['alpha', 'so:x'],
        provides: 'so:x=1',
        builddate: '1600000000',
        triggers: '/etc/* /usr',
      },
      files: [{ path: 'usr/z', bytes: 'z', mode: 0o755 }],
      scripts: { trigger: 'echo t', 'pre-install': 'echo p' },
    },
    { name: 'alpha', fields: { size: '0' }, files: [{ path: 'a' }], scripts: { 'post-install': 'x' } },
  ]);
  const lines = root.look('lib/apk/db/installed')!.split('\n');
  // What says that it installs nothing isn't looked into.
  assert.deepEqual(
    lines.filter((line) => /^[PAIDpFRart]:/.test(line)),
    [
      'P:alpha',
      'A:x86_64',
      'I:0',
      'P:Zeta',
      'A:x86_64',
      'I:20',
      't:1600000000',
      'D:alpha so:x',
      'p:so:x=1',
      'F:usr',
      'R:z',
      'a:0:0:755',
    ],
  );
  const [identity] = lines.filter((line) => line.startsWith('C:')).slice(1);
  assert.equal(root.look('lib/apk/db/triggers'), `${identity!.slice(2)} /etc/* /usr\n`);
  const scripts = new Map<string, string>();
  for await (const { path, mtime, body } of readTar(
    stream(Buffer.from(root.look('lib/apk/db/scripts.tar')!)),
  ))
    scripts.set(`${path} ${mtime}`, (await collect(body)).toString());
  assert.deepEqual(
    [...scripts],
    [
      [`Zeta-1-r0.${identity!.slice(2)}.pre-install 1600000000`, 'echo p'],
      [`Zeta-1-r0.${identity!.slice(2)}.trigger 1600000000`, 'echo t'],
    ],
  );
  assert.equal(root.look('etc/apk/world'), 'Zeta\nalpha\n');
  assert.equal(root.look('etc/apk/arch'), 'x86_64\n');
});

test("a distro's root says where more of its packages are, and trusts the keys that its index was signed with", async (t) => {
  const locked = async (store: Store) => {
    const own = await lockApks(
      store,
      'aarch64',
      ['a'],
      [await apkFile(makeApk({ name: 'a', files: [{ path: 'a' }] }))],
    );
    const repository = { date: '2026-01-01T00:00:00Z', release: '0' };
    const key = alpineKeys('aarch64').names()[0]!;
    return {
      ...own,
      repositories: [
        { ...repository, name: 'alpine 3.20 main', key },
        { ...repository, name: 'own', key: 'own.rsa.pub' },
      ],
    };
  };
  const root = await composeLocked(t, locked);
  assert.match(root.look('etc/apk/repositories')!, /^https:\/\/[^/]+\/alpine\/v3\.20\/main\n$/);
  const keys = readdirSync(join(root.folder, 'etc/apk/keys'));
  assert.deepEqual(keys, [alpineKeys('aarch64').names()[0]]);
  const wolfi = await composeLocked(t, async (store) => ({
    ...(await locked(store)),
    distro: 'wolfi',
    release: '-',
  }));
  assert.match(wolfi.look('usr/lib/apk/db/installed')!, /P:a\n/);
  assert.equal(wolfi.look('lib'), undefined);
  assert.equal(wolfi.look('etc/apk/repositories'), undefined);
});

test('a script is left only where it runs and does something that nothing here stands for', async (t) => {
  const root = await composeApks(t, [
    { name: 'user', scripts: { 'pre-install': '#!/bin/sh\naddgroup -S x 2>/dev/null\nexit 0\n' } },
    {
      name: 'makes',
      scripts: { 'post-install': '#!/bin/sh\nmkdir /x\n', 'post-upgrade': '#!/bin/sh\nmkdir /y\n' },
    },
    {
      name: 'waits',
      fields: { triggers: '/usr/*/x /none' },
      scripts: { trigger: '#!/bin/sh\nmake-cache\n' },
    },
    {
      name: 'fires',
      fields: { triggers: '/usr/share/icons/*' },
      scripts: { trigger: '#!/bin/sh\nmake-cache\n' },
    },
    { name: 'hook', files: [{ path: 'etc/apk/commit_hooks.d/x.sh', bytes: '' }] },
    { name: 'icons', files: [{ path: 'usr/share/icons/x/y', bytes: '' }] },
  ]);
  assert.deepEqual(root.record.scripts, {
    fires: ['trigger'],
    hook: ['etc/apk/commit_hooks.d/x.sh'],
    makes: ['post-install'],
  });
});

test('links of one package lead no file of another out of the root, and circles are refused', async (t) => {
  const link = (path: string, linkTarget: string) => ({ path, type: '2', linkTarget, mode: 0o777 });
  const root = await composeApks(t, [
    {
      name: 'a',
      files: [link('up', '../../../../../../up-there'), link('srv', '/srv-here'), link('to', '..')],
    },
    {
      name: 'b',
      files: [
        { path: 'up/x', bytes: 'up' },
        { path: 'srv/x', bytes: 'srv' },
        { path: 'to/x', bytes: 'to' },
      ],
    },
  ]);
  assert.deepEqual(
    ['up-there/x', 'srv-here/x', 'x'].map((path) => root.look(path)),
    ['up', 'srv', 'to'],
  );
  await assert.rejects(
    composeApks(t, [
      { name: 'a', files: [link('one', 'two'), link('two', 'one')] },
      { name: 'b', files: [{ path: 'one/x', bytes: '' }] },
    ]),
    { code: 'package-broken', message: /lead in a circle/ },
  );
});

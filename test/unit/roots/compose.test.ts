import assert from 'node:assert/strict';
import { lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { test } from 'node:test';
import { composeRoot } from '../../../src/roots/compose.ts';
import { rootKey } from '../../../src/roots/known-root.ts';
import { Store } from '../../../src/store/store.ts';
import type { TarMember } from '../../archives.ts';
import { composeDebs, lockDebs, type TestPackage } from '../../compose-debs.ts';

const folder = (path: string, mode = 0o755) => ({ path: `${path}/`, type: '5', mode });
const link = (path: string, linkTarget: string) => ({ path, type: '2', linkTarget });

const file = (bytes: string): TarMember[] => [{ path: './etc/x', bytes }];

/** All that matters of a tree. */
function describe(top: string): unknown[] {
  // Names alone would be followed through links, into the machine's own /run.
  return readdirSync(top, { recursive: true, withFileTypes: true })
    .map((entry) => relative(top, join(entry.parentPath, entry.name)))
    .sort()
    .map((path) => {
      const { mode, mtimeMs } = lstatSync(join(top, path));
      return [
        path,
        mode,
        mtimeMs,
        (mode & 0o170000) === 0o100000 ? readFileSync(join(top, path), 'hex') : '',
      ];
    });
}

test('files are linked from their trees, with /usr merged and the places to mount on', async (t) => {
  const root = await composeDebs(t, [
    {
      name: 'tool',
      files: [
        folder('./bin'),
        { path: './bin/tool', bytes: 'tool', mode: 0o4755, mtime: 1_600_000_000 },
        { path: './bin/same', type: '1', linkTarget: './bin/tool' },
        folder('./usr'),
        folder('./usr/bin', 0o750),
        link('./usr/bin/alias', 'tool'),
        folder('./lib64'),
        link('./lib64/ld.so', '/lib/ld.so'),
        folder('./etc'),
        { path: './etc/conf', bytes: 'x', mode: 0o600 },
      ],
    },
  ]);
  assert.equal(root.look('bin'), '-> usr/bin');
  assert.equal(root.look('lib64'), '-> usr/lib64');
  assert.equal(root.look('usr/bin/tool'), 'tool');
  assert.equal(root.look('usr/bin/alias'), '-> tool');
  assert.equal(root.look('usr/lib64/ld.so'), '-> /lib/ld.so');
  const tool = statSync(join(root.folder, 'usr/bin/tool'));
  const tree = join(root.store.folderPath('trees', root.locked.packages[0]!.sha256), 'fs/bin/tool');
  assert.equal(tool.ino, statSync(tree).ino);
  assert.equal(tool.ino, statSync(join(root.folder, 'usr/bin/same')).ino);
  assert.deepEqual([tool.mode & 0o7777, tool.mtimeMs], [0o4755, 1_600_000_000_000]);
  for (const path of ['dev', 'proc', 'sys', 'run', 'tmp', 'root']) assert.equal(root.look(path), 'folder');
  assert.equal(lstatSync(join(root.folder, 'tmp')).mode & 0o7777, 0o1777);
  assert.equal(lstatSync(root.folder).mode & 0o7777, 0o755);
});

test('a root is made once, and its key is that of its packages', async (t) => {
  const top = mkdtempSync(join(tmpdir(), 'targetry-root-'));
  t.after(() => rmSync(top, { recursive: true, force: true }));
  const store = await Store.open(top);
  const locked = await lockDebs(store, [{ name: 'a' }, { name: 'b' }]);
  const [one, two] = await Promise.all([composeRoot(locked, store), composeRoot(locked, store)]);
  assert.equal(one, two);
  assert.equal(await composeRoot(locked, store), one);
  assert.deepEqual(readdirSync(join(top, 'tmp')), []);
  const key = rootKey(locked);
  assert.equal(rootKey({ ...locked, name: 'other', packages: locked.packages.toReversed() }), key);
  assert.notEqual(rootKey({ ...locked, packages: locked.packages.slice(1) }), key);
});

test('a link to a folder stays, and what others put into that folder goes where it leads', async (t) => {
  const root = await composeDebs(t, [
    { name: 'a', files: [folder('usr'), folder('usr/share'), link('usr/share/doc', '../lib/doc')] },
    {
      name: 'b',
      files: [
        folder('usr'),
        folder('usr/share'),
        folder('usr/share/doc'),
        { path: 'usr/share/doc/b', bytes: 'b' },
      ],
    },
  ]);
  assert.equal(root.look('usr/share/doc'), '-> ../lib/doc');
  assert.equal(root.look('usr/lib/doc/b'), 'b');
});

test('links that lead out of the root lead to its own top instead', async (t) => {
  const root = await composeDebs(t, [
    { name: 'a', files: [link('out', '../../../../../etc')] },
    { name: 'b', files: [{ path: 'out/passwd-of-b', bytes: 'b' }] },
  ]);
  assert.equal(root.look('etc/passwd-of-b'), 'b');
});

test('one file of two packages: the same, replaced, or refused', async (t) => {
  const cases: [TestPackage, TestPackage, string | RegExp][] = [
    [{ name: 'a', files: file('1') }, { name: 'b', files: file('1') }, '1'],
    [{ name: 'a', files: file('1') }, { name: 'b', files: file('2'), fields: { Replaces: 'a (<< 2)' } }, '2'],
    [{ name: 'a', files: file('1'), fields: { Replaces: 'b' } }, { name: 'b', files: file('2') }, '1'],
    [{ name: 'a', files: file('1') }, { name: 'b', files: file('2') }, /\/etc\/x is in b and in a/],
    [
      { name: 'a', files: file('1') },
      { name: 'b', files: file('2'), fields: { Replaces: 'a (<< 1)' } },
      /is in b and in a/,
    ],
    [
      { name: 'a', files: file('1') },
      { name: 'b', files: [folder('./etc'), folder('./etc/x')] },
      /clash|is in|folder/,
    ],
    [
      { name: 'a', files: file('1') },
      { name: 'b', files: [{ path: './etc/x/y', bytes: '2' }] },
      /etc\/x is a folder/,
    ],
  ];
  for (const [one, two, expected] of cases) {
    if (typeof expected === 'string') {
      assert.equal((await composeDebs(t, [one, two])).look('etc/x'), expected);
    } else {
      await assert.rejects(composeDebs(t, [one, two]), (error: unknown) => {
        assert.equal((error as { code?: string }).code, 'package-files-clash');
        assert.match((error as Error).message, expected);
        return true;
      });
    }
  }
});

test('a control file that is none is told with the name of its package', async (t) => {
  const composing = composeDebs(t, [{ name: 'odd', fields: { Replaces: 'a (~ 1)' } }]);
  await assert.rejects(composing, {
    code: 'package-broken',
    message: "the control file of odd 1 can't be read",
  });
});

test('links in a circle are refused, unless nobody goes through them', async (t) => {
  const circle = { name: 'a', files: [link('./x', 'y'), link('./y', 'x')] };
  assert.equal((await composeDebs(t, [circle])).look('x'), '-> y');
  const through = { name: 'b', files: [{ path: './x/file', bytes: '' }] };
  await assert.rejects(composeDebs(t, [circle, through]), { code: 'package-broken' });
});

test('a link of a package that merging turns onto its own file gives way to the file', async (t) => {
  const files = [link('./usr/bin/x', '/bin/x'), { path: './bin/x', bytes: 'x' }];
  assert.equal((await composeDebs(t, [{ name: 'a', files }])).look('usr/bin/x'), 'x');
});

test('what could not be done is written down', async (t) => {
  const { record } = await composeDebs(t, [
    {
      name: 'a',
      files: [
        { path: './dev/x', type: '3', device: [1, 3] },
        { path: './cap', pax: { 'SCHILY.xattr.security.capability': 'x' } },
      ],
      control: { postinst: '#!/bin/sh\nlaunch-rockets\n', prerm: '#!/bin/sh\n' },
    },
  ]);
  assert.deepEqual(record.leftOut.devices, ['dev/x']);
  assert.deepEqual(record.leftOut.xattrs, ['cap']);
  assert.deepEqual(record.scripts, { a: ['postinst'] });
});

test('composing the same packages in two stores gives the same bytes, modes and times', async (t) => {
  const packages = [
    { name: 'base-files', files: [folder('./var'), { path: './var/x', bytes: 'x', mtime: 7 }] },
  ];
  const [one, two] = [await composeDebs(t, packages), await composeDebs(t, packages)];
  assert.deepEqual(describe(one.folder), describe(two.folder));
});

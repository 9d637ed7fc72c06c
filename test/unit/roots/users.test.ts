import assert from 'node:assert/strict';
import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { gzipSync } from 'node:zlib';
import { rootKey } from '../../../src/roots/known-root.ts';
import { tar } from '../../archives.ts';
import { composeLocked, lockDebs, type TestPackage } from '../../compose-debs.ts';

const file = (path: string, bytes: string, mode = 0o644) => ({ path, bytes, mode });

/** A root of one package, or of layers, with these accounts. */
function withUsers(t: TestContext, users: readonly string[], files: TestPackage['files'] = []) {
  return composeLocked(t, async (store) => ({ ...(await lockDebs(store, [{ name: 'p', files }])), users }));
}

test('an account gets the next number from 1000 on, a group of its own, a home and a shell', async (t) => {
  const root = await withUsers(
    t,
    ['build', 'test'],
    [
      file('etc/passwd', 'root:x:0:0:root:/root:/bin/sh\nperson:x:1000:1000::/home/person:/bin/sh\n'),
      file('etc/group', 'root:x:0:\nperson:x:1000:\nothers:x:1002:\n'),
      file('etc/shadow', 'root:*::0:99999:7:::\n', 0o640),
      file('etc/gshadow', 'root:*::\n', 0o640),
      file('bin/bash', ''),
    ],
  );
  assert.deepEqual(root.look('etc/passwd')!.trim().split('\n').slice(2), [
    'build:x:1001:1001::/home/build:/bin/bash',
    'test:x:1003:1003::/home/test:/bin/bash',
  ]);
  assert.deepEqual(root.look('etc/group')!.trim().split('\n').slice(3), ['build:x:1001:', 'test:x:1003:']);
  assert.match(root.look('etc/shadow')!, /\nbuild:\*::0:99999:7:::\ntest:/);
  assert.match(root.look('etc/gshadow')!, /\nbuild:\*::\ntest:/);
  assert.equal(lstatSync(join(root.folder, 'etc/shadow')).mode & 0o777, 0o640);
  assert.equal(root.look('home/build'), 'folder');
  if (process.geteuid?.() === 0) assert.equal(lstatSync(join(root.folder, 'home/test')).uid, 1003);
  assert.deepEqual(root.record.effects.at(-1), {
    effect: 'users',
    done: ['user build', 'user test'],
    skipped: [],
  });
});

test('an account that the root has is left as it is, and told', async (t) => {
  const passwd = 'nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n';
  const root = await withUsers(t, ['nobody'], [file('etc/passwd', passwd)]);
  assert.equal(root.look('etc/passwd'), passwd);
  assert.deepEqual(root.record.effects.at(-1)?.skipped, ['nobody: the root has this account already']);
});

test('a group of the same name becomes its group', async (t) => {
  const root = await withUsers(t, ['build'], [file('etc/group', 'root:x:0:\nbuild:x:300:\n')]);
  assert.match(root.look('etc/passwd')!, /^build:\*:1000:300:/m);
  assert.equal(root.look('etc/group'), 'root:x:0:\nbuild:x:300:\n');
});

test('a root without any accounts gets those that it needs', async (t) => {
  const root = await withUsers(t, ['build']);
  assert.equal(
    root.look('etc/passwd'),
    'root:*:0:0:root:/root:/bin/sh\nbuild:*:1000:1000::/home/build:/bin/sh\n',
  );
});

test('the layers of an image get accounts too', async (t) => {
  const root = await composeLocked(t, async (store) => {
    const passwd = { path: 'etc/passwd', bytes: 'root:x:0:0::/root:/bin/sh\n' };
    const layer = { source: 'rootfs' as const, ...(await store.addBlob([gzipSync(tar([passwd]))])) };
    return { ...(await lockDebs(store, [])), distro: 'rootfs', layers: [layer], users: ['build'] };
  });
  assert.match(root.look('etc/passwd')!, /^build:.*\/home\/build/m);
});

test('accounts are a part of what names a root, only where there are any', async (t) => {
  const { locked } = await withUsers(t, []);
  const { users: _, ...without } = locked;
  assert.equal(rootKey(locked), rootKey({ ...without, users: [] }));
  assert.notEqual(rootKey(locked), rootKey({ ...locked, users: ['build'] }));
  assert.notEqual(rootKey({ ...locked, users: ['a', 'b'] }), rootKey({ ...locked, users: ['b', 'a'] }));
});

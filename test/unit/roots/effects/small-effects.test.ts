import assert from 'node:assert/strict';
import { test } from 'node:test';
import { composeDebs } from '../../../compose-debs.ts';

test('base-files: its folders and links, and the defaults that it ships', async (t) => {
  const root = await composeDebs(t, [
    {
      name: 'base-files',
      files: [
        { path: './usr/share/base-files/profile', bytes: 'PS1=x\n' },
        { path: './var/run/', type: '5' },
        { path: './var/lock/', type: '5' },
        { path: './etc/dpkg/origins/debian' },
      ],
    },
  ]);
  assert.equal(root.look('etc/profile'), 'PS1=x\n');
  assert.equal(root.look('var/run'), '-> /run');
  assert.equal(root.look('var/lock'), '-> /run/lock');
  assert.equal(root.look('run/lock'), 'folder');
  assert.equal(root.look('usr/local/bin'), 'folder');
  assert.equal(root.look('etc/dpkg/origins/default'), '-> debian');
});

test('name services: hosts, a place for resolv.conf, and nsswitch.conf where a package has one', async (t) => {
  const bare = await composeDebs(t, [{ name: 'a' }]);
  assert.match(bare.look('etc/hosts') ?? '', /^127\.0\.0\.1\tlocalhost\n/);
  assert.equal(bare.look('etc/resolv.conf'), '');
  assert.equal(bare.look('etc/nsswitch.conf'), undefined);
  const files = [{ path: './usr/share/libc-bin/nsswitch.conf', bytes: 'hosts: files dns\n' }];
  const root = await composeDebs(t, [{ name: 'libc-bin', files }]);
  assert.equal(root.look('etc/nsswitch.conf'), 'hosts: files dns\n');
});

test('shells: the list, and what packages add to it if it is there', async (t) => {
  const root = await composeDebs(t, [
    {
      name: 'dash',
      files: [{ path: './bin/dash' }],
      control: { postinst: 'add-shell /bin/dash\nadd-shell /bin/gone\n' },
    },
    { name: 'debianutils', files: [{ path: './usr/share/debianutils/shells', bytes: '# list\n/bin/sh\n' }] },
    {
      name: 'zsh',
      files: [{ path: './usr/share/debianutils/shells.d/zsh', bytes: '/bin/zsh\n' }, { path: './bin/zsh' }],
    },
  ]);
  assert.equal(root.look('etc/shells'), '# list\n/bin/sh\n/bin/zsh\n/bin/dash\n');
});

test('time zone: UTC, where there are zones', async (t) => {
  const root = await composeDebs(t, [{ name: 'tzdata', files: [{ path: './usr/share/zoneinfo/Etc/UTC' }] }]);
  assert.equal(root.look('etc/localtime'), '-> /usr/share/zoneinfo/Etc/UTC');
});

test('ccache: a link for each compiler that is installed', async (t) => {
  const names = ['ccache', 'gcc', 'gcc-12', 'x86_64-linux-gnu-g++-12', 'clang-16', 'clang-format', 'cc1'];
  const root = await composeDebs(t, [
    {
      name: 'all',
      files: [
        ...names.map((name) => ({ path: `./usr/bin/${name}` })),
        { path: './usr/lib/gcc/x86_64-linux-gnu/12/cc1' },
      ],
    },
  ]);
  assert.deepEqual([...root.effect('compiler-cache').done].sort(), [
    'usr/lib/ccache/clang-16',
    'usr/lib/ccache/gcc',
    'usr/lib/ccache/gcc-12',
    'usr/lib/ccache/x86_64-linux-gnu-g++-12',
  ]);
  assert.equal(root.look('usr/lib/ccache/gcc'), '-> ../../bin/ccache');
});

/**
 * `targetry rootfs` of the example environments: the same bytes from two folders, two stores and two users, and programs that
 * work in them.
 */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe } from 'node:test';
import { hashOfFile } from '../../src/store/store.ts';
import { ExampleRoots, RELEASES, repository, whyNotHere } from '../example-roots.ts';

const CPUS = ['x64', 'arm64'];

describe('roots of the example environments', { skip: whyNotHere() }, () => {
  const roots = new ExampleRoots();

  for (const release of RELEASES) {
    for (const arch of CPUS) {
      roots.test(
        `${release} ${arch}: two folders and two stores give one sha256, and no script is left`,
        async () => {
          const [one, two] = [
            await roots.write('one', release, arch),
            await roots.write('two', release, arch),
          ];
          assert.equal(one.sha256, two.sha256);
          assert.deepEqual(one.scripts, {});
          assert.deepEqual(
            one.effects.flatMap(({ skipped }) => skipped),
            [],
          );
          roots.emptyStores();
          rmSync(two.path);
          if (arch !== 'x64') rmSync(one.path);
          else renameSync(one.path, join(roots.top, `${release}.tar`));
        },
      );
    }

    roots.test(`${release}: compilers, Python, dpkg and apt work after a mere chroot`, () => {
      const root = join(roots.top, `${release}-root`);
      mkdirSync(root);
      execFileSync('tar', ['-xpf', join(roots.top, `${release}.tar`), '-C', root, '--numeric-owner']);
      assert.equal(inside(root, 'dpkg --audit; dpkg --verify; dpkg --configure --pending'), '');
      assert.match(
        inside(root, 'apt-get check; apt-get -s install gcc make 2>&1'),
        /0 upgraded, 0 newly installed, 0 to remove/,
      );
      assert.equal(inside(root, COMPILE), 'hello\nhello\nhello\n');
      assert.equal(inside(root, PYTHON), 'venv\nlibz.so.1\n');
      rmSync(root, { recursive: true });
    });
  }

  roots.test('an ordinary user writes the same tar, and of a folder learns what could not be set', () => {
    const home = join(roots.top, 'user');
    makeHome(home);
    const [release] = RELEASES;
    const tar = asUser(home, ['rootfs', release!, '--arch', 'x64', '-o', 'it.tar', '-C', 'project']);
    const hash = hashOfFile(join(roots.top, `${release}.tar`));
    assert.match(tar, new RegExp(`sha256:${hash}`));
    const folder = asUser(home, ['rootfs', release!, '--arch', 'x64', '-o', 'it', '-C', 'project']);
    assert.match(folder, /\d+ paths whose owner is not the right one: \/etc\/gshadow/);
    assert.match(folder, /\d+ paths left out, because devices can't be made here: \/dev\/console/);
  });

  function makeHome(home: string): void {
    for (const path of ['', 'project']) mkdirSync(join(home, path));
    chmodSync(roots.top, 0o755);
    for (const file of ['targetry.yaml', 'targetry.lock'])
      copyFileSync(join(roots.top, 'one', file), join(home, 'project', file));
    // Copied, because the repository may be in a folder that only its owner may enter.
    mkdirSync(join(home, 'targetry'));
    for (const part of ['build/src', 'data', 'package.json'])
      cpSync(join(repository, part), join(home, 'targetry', part), { recursive: true });
    symlinkSync(join(repository, 'node_modules'), join(home, 'targetry/node_modules'));
    for (const path of ['', 'project', 'project/targetry.lock']) chownSync(join(home, path), USER, USER);
  }
});

/** One that no machine has. */
const USER = 54_321;

function asUser(home: string, words: readonly string[]): string {
  const main = join(home, 'targetry/build/src/cli/main.js');
  return execFileSync(process.execPath, [main, ...words], {
    uid: USER,
    gid: USER,
    cwd: home,
    env: { PATH: process.env['PATH'], HOME: home },
    encoding: 'utf8',
  });
}

/** Nothing is mounted: the devices are the root's own. */
function inside(root: string, script: string): string {
  const { stdout, stderr, status } = spawnSync(
    'chroot',
    [
      root,
      '/usr/bin/env',
      '-i',
      'PATH=/usr/sbin:/usr/bin:/sbin:/bin',
      'HOME=/root',
      'LC_ALL=C.UTF-8',
      '/bin/sh',
      '-euc',
      script,
    ],
    { encoding: 'utf8' },
  );
  assert.equal(status, 0, stdout + stderr);
  return stdout + stderr;
}

const COMPILE = `cd /tmp
printf '#include <stdio.h>\\nint main(void){puts("hello");return 0;}\\n' > hello.c
gcc hello.c -o a && ./a
PATH=/usr/lib/ccache:$PATH
cc hello.c -o b && ./b
printf 'cmake_minimum_required(VERSION 3.13)\\nproject(x C)\\nadd_executable(c hello.c)\\n' > CMakeLists.txt
cmake -G Ninja -S . -B out > /dev/null
ninja -C out > /dev/null
out/c
git init -q repository
pkg-config --version > /dev/null`;

const PYTHON = `python3 -m venv /tmp/venv
/tmp/venv/bin/python -c 'import sys, ssl; print(sys.prefix[5:])'
/tmp/venv/bin/pip --version > /dev/null
python3 -c 'import ctypes.util; print(ctypes.util.find_library("z"))'`;

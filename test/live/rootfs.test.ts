/**
 * `targetry rootfs` of the example environments: the same bytes from two folders, two stores and two users, programs that
 * work in them, and what differs from mmdebstrap's roots of the same packages.
 */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, copyFileSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext } from 'node:test';
import { readLock } from '../../src/lock/read.ts';
import { writeRootfs } from '../../src/operations/rootfs.ts';
import { Failure } from '../../src/report/failure.ts';
import { hashOfStored } from '../../src/store/store.ts';
import { ExampleRoots, RELEASES, whyNotHere } from '../example-roots.ts';
import { besideMmdebstrap, explainedPaths, ubuntuSources, whyNoMmdebstrap } from '../mmdebstrap.ts';
import { copyOfProgram } from '../program.ts';

const CPUS = ['x64', 'arm64'];
const noMmdebstrap = whyNoMmdebstrap();

describe('roots of the example environments', { skip: whyNotHere() }, () => {
  const roots = new ExampleRoots();

  for (const release of RELEASES) {
    for (const arch of CPUS) {
      // Each release and each CPU is made twice: this one here, and the first of x64 by an ordinary user.
      const isTwice = release !== RELEASES[0] && arch !== 'x64';
      roots.test(
        `${release} ${arch}: ${isTwice ? 'two folders and two stores give one sha256, and ' : ''}no script is left`,
        async () => {
          const one = await roots.write('one', release, arch);
          assert.deepEqual(one.scripts, {});
          assert.deepEqual(
            one.effects.flatMap(({ skipped }) => skipped),
            [],
          );
          if (arch === 'x64') roots.keepPackages(release);
          if (isTwice) {
            const two = await roots.write('two', release, arch);
            assert.equal(one.sha256, two.sha256);
            rmSync(two.path);
          }
          roots.emptyStores();
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

  beside(roots);

  roots.test('an ordinary user writes the same tar, and of a folder learns what could not be set', () => {
    const home = join(roots.top, 'user');
    makeHome(home);
    const [release] = RELEASES;
    giveStore(roots.packagesOf(release!), home);
    const tar = asUser(home, ['rootfs', release!, '--arch', 'x64', '-o', 'it.tar', '-C', 'project']);
    const hash = hashOfStored(join(roots.top, `${release}.tar`));
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
    copyOfProgram(join(home, 'targetry'));
    for (const path of ['', 'project', 'project/targetry.lock']) chownSync(join(home, path), USER, USER);
  }
});

function beside(roots: ExampleRoots): void {
  const used = new Set<string>();
  const compare = async (...root: Parameters<typeof besideMmdebstrap>) => {
    for (const path of await besideMmdebstrap(...root)) used.add(path);
  };
  const test = (name: string, work: (t: TestContext) => Promise<void>) =>
    roots.test(name, (t) => (noMmdebstrap === undefined ? work(t) : t.skip(noMmdebstrap)));

  for (const release of RELEASES) {
    test(`${release}: every difference from mmdebstrap's is explained`, async () => {
      const lock = (await readLock(join(roots.top, 'one/targetry.lock'), 'targetry.lock'))!;
      const locked = lock.environments.find(({ name, arch }) => name === release && arch === 'amd64')!;
      const ours = join(roots.top, `${release}.tar`);
      await compare(ours, { locked, store: roots.packagesOf(release), folder: roots.top });
    });
  }

  test("noble: every difference from mmdebstrap's is explained", async (t) => {
    const folder = join(roots.top, 'ubuntu');
    mkdirSync(folder);
    // No compiler, which the others have: it is most of what would be unpacked.
    const packages = 'apt, make, python3-venv, pkg-config, ca-certificates';
    const yaml = `name: x\nenvironments: { it: { ubuntu: noble, packages: [${packages}] } }\n`;
    writeFileSync(join(folder, 'targetry.yaml'), yaml);
    const context = { ...roots.context('one'), cwd: folder };
    const output = join(folder, 'it.tar');
    try {
      await writeRootfs(context, { environment: 'it', arch: 'x64', output });
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== 'mirror-unreachable') throw error;
      return t.skip(error.message);
    }
    const lock = (await readLock(join(folder, 'targetry.lock'), 'targetry.lock'))!;
    const sources = await ubuntuSources();
    await compare(output, { locked: lock.environments[0]!, store: context.store, folder, sources });
    return undefined;
  });

  test('no explanation is left of a difference that is gone', () => {
    assert.deepEqual(
      explainedPaths().filter((path) => !used.has(path)),
      [],
    );
    return Promise.resolve();
  });
}

/** A copy that belongs to the user: all that it holds are packages. */
function giveStore(store: string, home: string): void {
  mkdirSync(join(home, '.cache'));
  execFileSync('cp', ['-a', store, join(home, '.cache/targetry')]);
  execFileSync('chown', ['-R', `${USER}:${USER}`, join(home, '.cache')]);
}

/** One that no machine has. */
const USER = 54_321;

function asUser(home: string, words: readonly string[]): string {
  const main = join(home, 'targetry/build/bundle/targetry.js');
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

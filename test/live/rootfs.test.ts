/**
 * `targetry rootfs` of the example environments and of a smaller one: the same bytes from two folders, two stores and two
 * users, programs that work in them, and what differs from mmdebstrap's roots of the same packages.
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
      roots.test(`${release} ${arch}: no script is left`, async () => {
        const { path, scripts, effects } = await roots.write(release, arch);
        assert.deepEqual(scripts, {});
        assert.deepEqual(
          effects.flatMap(({ skipped }) => skipped),
          [],
        );
        if (arch === 'x64') {
          roots.keepPackages(release);
          renameSync(path, join(roots.top, `${release}.tar`));
        } else {
          rmSync(path);
          // Until then: what packages hold for all CPUs is the same.
          roots.emptyStore();
        }
      });
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

  const testNoble = ubuntuRoots(roots);
  testNoble(
    'an ordinary user writes the same tar in another folder, with another store, and of a folder learns what could not be set',
    ({ project, store, tar }) => {
      const home = join(roots.top, 'user');
      makeHome(home, project);
      giveStore(store, home);
      const words = ['rootfs', 'it', '--arch', 'x64', '-C', 'project', '-o'];
      assert.match(asUser(home, [...words, 'it.tar']), new RegExp(`sha256:${hashOfStored(tar)}`));
      const folder = asUser(home, [...words, 'it']);
      assert.match(
        folder,
        /\d+ paths whose owner is not the right one: \/usr\/sbin\/pam_extrausers_chkpwd \/usr\/sbin\/unix_chkpwd/,
      );
      assert.match(folder, /\d+ paths left out, because devices can't be made here: \/dev\/console/);
    },
  );

  beside(roots, testNoble);

  function makeHome(home: string, project: string): void {
    for (const path of ['', 'project']) mkdirSync(join(home, path));
    chmodSync(roots.top, 0o755);
    for (const file of ['targetry.yaml', 'targetry.lock'])
      copyFileSync(join(project, file), join(home, 'project', file));
    copyOfProgram(join(home, 'targetry'));
    for (const path of ['', 'project', 'project/targetry.lock']) chownSync(join(home, path), USER, USER);
  }
});

interface Noble {
  readonly project: string;
  readonly store: string;
  readonly tar: string;
}

type TestNoble = (name: string, work: (noble: Noble, t: TestContext) => void | Promise<void>) => void;

/** One root for all of its tests. */
function ubuntuRoots(roots: ExampleRoots): TestNoble {
  let noble: Promise<Noble> | undefined;
  return (name, work) =>
    roots.test(name, async (t) => {
      try {
        await work(await (noble ??= makeNoble(roots)), t);
      } catch (error) {
        if (!(error instanceof Failure) || error.code !== 'mirror-unreachable') throw error;
        t.skip(error.message);
      }
    });
}

async function makeNoble(roots: ExampleRoots): Promise<Noble> {
  const project = join(roots.top, 'ubuntu');
  mkdirSync(project);
  // No compiler, which the others have: it is most of what would be unpacked.
  const packages = 'apt, make, python3-venv, pkg-config, ca-certificates';
  const yaml = `name: x\nenvironments: { it: { ubuntu: noble, packages: [${packages}] } }\n`;
  writeFileSync(join(project, 'targetry.yaml'), yaml);
  const context = { ...roots.context(), cwd: project };
  const tar = join(project, 'it.tar');
  await writeRootfs(context, { environment: 'it', arch: 'x64', output: tar });
  return { project, store: context.store, tar };
}

function beside(roots: ExampleRoots, testNoble: TestNoble): void {
  const used = new Set<string>();
  const compare = async (t: TestContext, ...root: Parameters<typeof besideMmdebstrap>) => {
    if (noMmdebstrap !== undefined) return t.skip(noMmdebstrap);
    for (const path of await besideMmdebstrap(...root)) used.add(path);
    return undefined;
  };

  for (const release of RELEASES) {
    roots.test(`${release}: every difference from mmdebstrap's is explained`, async (t) => {
      const lock = (await readLock(join(roots.project, 'targetry.lock'), 'targetry.lock'))!;
      const locked = lock.environments.find(({ name, arch }) => name === release && arch === 'amd64')!;
      const ours = join(roots.top, `${release}.tar`);
      await compare(t, ours, { locked, store: roots.packagesOf(release), folder: roots.top });
    });
  }

  testNoble("noble: every difference from mmdebstrap's is explained", async ({ project, store, tar }, t) => {
    const lock = (await readLock(join(project, 'targetry.lock'), 'targetry.lock'))!;
    const sources = await ubuntuSources();
    await compare(t, tar, { locked: lock.environments[0]!, store, folder: project, sources });
  });

  roots.test('no explanation is left of a difference that is gone', (t) => {
    if (noMmdebstrap !== undefined) return t.skip(noMmdebstrap);
    assert.deepEqual(
      explainedPaths().filter((path) => !used.has(path)),
      [],
    );
    return undefined;
  });
}

/** Of what came down, a copy that belongs to the user. */
function giveStore(store: string, home: string): void {
  const theirs = join(home, '.cache/targetry');
  mkdirSync(theirs, { recursive: true });
  execFileSync('cp', ['-a', join(store, 'blobs'), theirs]);
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

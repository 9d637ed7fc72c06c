/**
 * `targetry rootfs` of the example environments: the same bytes from two folders, two stores and two users, programs that
 * work in them, and what differs from mmdebstrap's roots of the same packages.
 */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext } from 'node:test';
import { readLock } from '../../src/lock/read.ts';
import { writeRootfs } from '../../src/operations/rootfs.ts';
import { Failure } from '../../src/report/failure.ts';
import { removeWithStore } from '../late-note.ts';
import { ExampleRoots, RELEASES, whyNotHere } from '../example-roots.ts';
import { besideMmdebstrap, explainedPaths, ubuntuSources, whyNoMmdebstrap } from '../mmdebstrap.ts';
import { copyOfProgram } from '../program.ts';

const CPUS = ['x64', 'arm64'];
const noMmdebstrap = whyNoMmdebstrap();

describe('roots of the example environments', { skip: whyNotHere() }, () => {
  const roots = new ExampleRoots();

  const written = new Map<string, string>();

  for (const release of RELEASES) {
    for (const arch of CPUS) {
      roots.test(`${release} ${arch}: no script is left`, async () => {
        const { path, sha256, scripts, effects } = await roots.write(release, arch);
        written.set(`${release} ${arch}`, sha256!);
        assert.deepEqual(scripts, {});
        assert.deepEqual(
          effects.flatMap(({ skipped }) => skipped),
          [],
        );
        if (arch === 'x64') {
          roots.keepPackages(release);
          renameSync(path, join(roots.top, `${release}.tar`));
        } else rmSync(path);
      });
    }

    // Each release and each CPU once.
    const theirs = release === RELEASES[0] ? 'x64' : 'arm64';
    roots.test(
      `${release} ${theirs}: an ordinary user, folder and store of their own, writes the same`,
      async () => {
        const home = makeHome(roots, release);
        const words = ['rootfs', release, '--arch', theirs, '-C', 'project', '-o'];
        assert.match(
          asUser(home, [...words, 'it.tar']),
          new RegExp(`sha256:${written.get(`${release} ${theirs}`)}`),
        );
        const folder = asUser(home, [...words, 'it']);
        assert.match(
          folder,
          /\d+ paths whose owner is not the right one: \/(etc\/gshadow|usr\/sbin\/unix_chkpwd) /,
        );
        assert.match(folder, /\d+ paths left out, because devices can't be made here: \/dev\/console/);
        await removeWithStore(home);
        roots.emptyStore();
      },
    );

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
});

/** A home with the project and what has come down for it. */
function makeHome(roots: ExampleRoots, release: string): string {
  const home = join(roots.top, `user-${release}`);
  const store = join(home, '.cache/targetry');
  for (const path of [join(home, 'project'), store]) mkdirSync(path, { recursive: true });
  chmodSync(roots.top, 0o755);
  for (const file of ['targetry.yaml', 'targetry.lock'])
    copyFileSync(join(roots.project, file), join(home, 'project', file));
  execFileSync('cp', ['-a', join(roots.context().store, 'blobs'), store]);
  execFileSync('chown', ['-R', `${USER}:${USER}`, home]);
  copyOfProgram(join(home, 'targetry'));
  return home;
}

function beside(roots: ExampleRoots): void {
  const used = new Set<string>();
  const compare = async (...root: Parameters<typeof besideMmdebstrap>) => {
    for (const path of await besideMmdebstrap(...root)) used.add(path);
  };
  const test = (name: string, work: (t: TestContext) => Promise<void>) =>
    roots.test(name, (t) => (noMmdebstrap === undefined ? work(t) : t.skip(noMmdebstrap)));

  for (const release of RELEASES) {
    test(`${release}: every difference from mmdebstrap's is explained`, async () => {
      const lock = (await readLock(join(roots.project, 'targetry.lock'), 'targetry.lock'))!;
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
    const context = { ...roots.context(), cwd: folder };
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

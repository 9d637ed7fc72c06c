/**
 * `targetry rootfs` of the example environments: the same bytes from two folders, two stores and two users; programs that
 * work in them; and nothing in them that differs from an installation by mmdebstrap without a reason.
 */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readLock } from '../../src/lock/read.ts';
import { lockProject } from '../../src/operations/lock.ts';
import { writeRootfs, type RootfsResult } from '../../src/operations/rootfs.ts';
import type { Context } from '../../src/report/context.ts';
import { Failure } from '../../src/report/failure.ts';
import { hashOfFile } from '../../src/store/store.ts';
import { compareRoots, membersOfTar } from '../root-archives.ts';

const repository = fileURLToPath(new URL('../../../', import.meta.url));
const explanations = join(repository, 'test/mmdebstrap-differences.json');
const RELEASES = ['bookworm', 'trixie'];
const CPUS = ['x64', 'arm64'];

describe('roots of the example environments', { skip: whyNot() }, () => {
  let top = '';
  const seconds: string[] = [];
  let unreachable: string | undefined;
  before(async () => {
    top = mkdtempSync(join(tmpdir(), 'targetry-live-rootfs-'));
    // Locked now, so that the mirror still has every package.
    for (const place of ['one', 'two']) mkdirSync(join(top, place));
    copyFileSync(join(repository, 'examples/environments/targetry.yaml'), join(top, 'one/targetry.yaml'));
    try {
      await lockProject(contextIn('one'), { environments: [], update: false, offline: false });
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== 'mirror-unreachable') throw error;
      unreachable = error.message;
      return;
    }
    for (const file of ['targetry.yaml', 'targetry.lock'])
      copyFileSync(join(top, 'one', file), join(top, 'two', file));
  });
  after(() => {
    rmSync(top, { recursive: true, force: true });
    console.log(seconds.join('\n'));
  });

  function online(name: string, work: (t: TestContext) => void | Promise<void>): void {
    it(name, (t) => (unreachable === undefined ? work(t) : t.skip(unreachable)));
  }

  function contextIn(place: string): Context {
    return {
      cwd: join(top, place),
      env: process.env,
      store: join(top, `${place}-store`),
      emit: () => {},
      signal: new AbortController().signal,
    };
  }

  async function write(place: string, environment: string, arch: string): Promise<RootfsResult> {
    const start = performance.now();
    const output = join(top, place, `${environment}.tar`);
    const result = await writeRootfs(contextIn(place), { environment, arch, output, offline: false });
    seconds.push(
      `${environment} ${arch} from ${place}: ${((performance.now() - start) / 1000).toFixed(1)} s`,
    );
    return result;
  }

  for (const release of RELEASES) {
    for (const arch of CPUS) {
      online(
        `${release} ${arch}: two folders and two stores give one sha256, and no script is left`,
        async () => {
          const [one, two] = [await write('one', release, arch), await write('two', release, arch)];
          assert.equal(one.sha256, two.sha256);
          assert.deepEqual(one.scripts, {});
          assert.deepEqual(
            one.effects.flatMap(({ skipped }) => skipped),
            [],
          );
          rmSync(two.path);
          if (arch !== 'x64') rmSync(one.path);
          else execFileSync('mv', [one.path, join(top, `${release}.tar`)]);
        },
      );
    }

    online(`${release}: compilers, Python, dpkg and apt work after a mere chroot`, () => {
      const root = join(top, `${release}-root`);
      mkdirSync(root);
      execFileSync('tar', ['-xpf', join(top, `${release}.tar`), '-C', root, '--numeric-owner']);
      assert.equal(inside(root, 'dpkg --audit; dpkg --verify; dpkg --configure --pending'), '');
      assert.match(
        inside(root, 'apt-get check; apt-get -s install gcc make 2>&1'),
        /0 upgraded, 0 newly installed, 0 to remove/,
      );
      assert.equal(inside(root, COMPILE), 'hello\nhello\nhello\n');
      assert.equal(inside(root, PYTHON), 'venv\n');
      rmSync(root, { recursive: true });
    });

    online(`${release}: what differs from mmdebstrap's root is explained`, async (t) => {
      if (spawnSync('mmdebstrap', ['--version']).error !== undefined)
        return t.skip('mmdebstrap is not installed');
      const theirs = join(top, 'mmdebstrap.tar');
      const lock = (await readLock(join(top, 'one/targetry.lock'), 'targetry.lock'))!;
      const { packages } = lock.environments.find(({ name, arch }) => name === release && arch === 'amd64')!;
      const include = packages.map(({ name, version }) => `${name}=${version}`).join(',');
      const words = [
        '--quiet',
        '--variant=custom',
        '--architectures=amd64',
        `--include=${include}`,
        release,
        theirs,
      ];
      execFileSync('mmdebstrap', words, { stdio: ['ignore', 'ignore', 'inherit'] });
      const [ours, other] = [await membersOfTar(join(top, `${release}.tar`)), await membersOfTar(theirs)];
      rmSync(theirs);
      assert.deepEqual(compareRoots(ours, other, explanations).unexplained, []);
    });
  }

  online('an ordinary user writes the same tar, and of a folder learns what could not be set', () => {
    const home = join(top, 'user');
    makeHome(home);
    const [release] = RELEASES;
    const tar = asUser(home, ['rootfs', release!, '--arch', 'x64', '-o', 'it.tar', '-C', 'project']);
    const hash = hashOfFile(join(top, `${release}.tar`));
    assert.match(tar, new RegExp(`sha256:${hash}`));
    const folder = asUser(home, ['rootfs', release!, '--arch', 'x64', '-o', 'it', '-C', 'project']);
    assert.match(folder, /\d+ paths whose owner is not the right one: \/etc\/gshadow/);
    assert.match(folder, /\d+ paths left out, because devices can't be made here: \/dev\/console/);
  });

  function makeHome(home: string): void {
    for (const path of ['', 'project']) mkdirSync(join(home, path));
    chmodSync(top, 0o755);
    for (const file of ['targetry.yaml', 'targetry.lock'])
      copyFileSync(join(top, 'one', file), join(home, 'project', file));
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
/tmp/venv/bin/pip --version > /dev/null`;

function whyNot(): string | false {
  if (process.geteuid?.() !== 0) return 'a chroot needs root';
  return process.arch === 'x64' ? false : 'needs a machine of x64';
}

/** The example of the README, on this machine and on each daemon: who runs the steps may not be seen in what comes out. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { sha256 } from '../../src/base/sha256.ts';
import { lockedProject, programArguments, targetry, type Answer } from '../build/command-line.ts';
import { removeWithStore } from '../late-note.ts';
import { daemonFor, daemonKinds } from './daemons.ts';
import { lightProject } from './light-project.ts';

const artifacts = ['x64-gnu', 'x64-musl', 'arm64-gnu', 'arm64-musl'].map((name) => `hello-linux-${name}`);

function built(folder: string): Record<string, string> {
  return Object.fromEntries(
    artifacts.map((name) => [name, sha256(readFileSync(join(folder, 'dist', name)))]),
  );
}

function lines({ stderr }: Answer): string[] {
  return stderr.split('\n').filter((line) => line.startsWith('['));
}

for (const kind of daemonKinds) {
  test(`${kind}: the example comes out as the embedded engine makes it`, async (t) => {
    const daemon = await daemonFor(t, kind);
    if (daemon === undefined) return;
    const folder = lockedProject(t);
    const here = await targetry(['build', '--engine', 'embedded'], { cwd: folder });
    assert.equal(here.exit, 0, here.stderr);
    const expected = built(folder);

    const there = (words: readonly string[] = []) =>
      targetry(['build', '--engine', 'buildkit', ...words], {
        cwd: folder,
        env: { BUILDKIT_HOST: daemon.address },
      });
    writeFileSync(join(folder, 'dist', artifacts[0]!), '');
    const first = await there();
    assert.equal(first.exit, 0, first.stderr);
    assert.deepEqual(built(folder), expected);
    assert.match(first.stderr, /compile \| .*-o out\/hello hello\.c/);
    const log = readFileSync(join(folder, 'dist/logs/linux-x64-gnu/03-check.log'), 'utf8');
    assert.equal(log, 'hello 1.0\n');

    const again = await there();
    assert.equal(again.exit, 0, again.stderr);
    const ran = lines(again).filter((line) => !/\[CACHED\]|send|prepare|unpack|export/.test(line));
    assert.deepEqual(ran, [], 'nothing changed, so no step runs');

    // Of the same size: it must be seen all the same.
    const source = readFileSync(join(folder, 'hello.c'), 'utf8');
    writeFileSync(join(folder, 'hello.c'), source.replace('printf', 'printx'));
    const broken = await there(['linux-x64-gnu']);
    assert.equal(broken.exit, 1);
    assert.match(broken.stderr, /step compile of linux-x64-gnu ended with exit code 2 \[step-failed\]/);
    assert.match(broken.stderr, /undefined reference to `printx'/);
  });
}

test('where this machine has no sandbox, the daemon that answers builds, and the build says so', async (t) => {
  const daemon = await daemonFor(t, 'newest');
  if (daemon === undefined) return;
  const folder = lightProject(t);
  // Root only in name gives its packages' files to nobody else, so it doesn't unpack for others.
  const store = mkdtempSync(join(tmpdir(), 'targetry-in-name-'));
  t.after(() => removeWithStore(store));
  const build = (address: string) => {
    const { command, env } = programArguments(['build', '--engine', 'auto']);
    const script = `echo 0 >/proc/sys/user/max_user_namespaces; exec ${command}`;
    return spawnSync('unshare', ['--user', '--map-root-user', 'sh', '-c', script], {
      cwd: folder,
      env: { ...env, TARGETRY_STORE: store, BUILDKIT_HOST: address, DOCKER_HOST: 'unix:///nowhere/docker' },
      encoding: 'utf8',
    });
  };
  const alone = build('unix:///nowhere/socket');
  assert.equal(alone.status, 3, alone.stderr);
  assert.match(alone.stderr, /engine-userns-denied/);
  const helped = build(daemon.address);
  assert.equal(helped.status, 0, helped.stderr);
  assert.match(helped.stderr, /warning: .*user namespace: buildkit runs the steps \[engine-userns-denied\]/);
  assert.equal(Object.keys(built(folder)).length, artifacts.length);
});

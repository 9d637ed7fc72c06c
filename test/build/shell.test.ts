import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import {
  errorOf,
  exampleFile,
  lockedProject,
  programArguments,
  targetry,
  whyNoBuilds,
} from './command-line.ts';

const run = String(Date.now());

/** One target whose only step leaves a file and then fails, or not. */
function project(t: TestContext, step: string): string {
  const [environments] = /^environments:\n.*\n/m.exec(exampleFile('targetry.yaml'))!;
  const yaml = [
    'name: shell',
    environments.trimEnd(),
    `targets: { x64: { environment: debian-11, arch: x64, env: { RUN: "${run}", WORD: told } } }`,
    'steps:',
    `  - { name: make, run: ${JSON.stringify(step)} }`,
    'artifacts: [{ path: left, kind: file }]',
    '',
  ].join('\n');
  return lockedProject(t, { 'targetry.yaml': yaml });
}

describe('targetry shell', { skip: await whyNoBuilds() }, () => {
  it('runs a command where the steps of a target run, and keeps nothing of it', async (t) => {
    const folder = project(t, 'ls > left');
    const answer = await targetry(
      ['shell', '-c', 'pwd; echo $WORD; touch made; echo no >&2; exit 3', 'x64'],
      {
        cwd: folder,
      },
    );
    assert.deepEqual([answer.exit, answer.stdout], [3, '/src\ntold\n']);
    assert.match(answer.stderr, /^no$/m);
    assert.equal((await targetry(['build'], { cwd: folder })).exit, 0);
    const after = await targetry(['shell', '-c', 'ls', 'x64'], { cwd: folder });
    assert.equal(after.stdout, 'Makefile\nhello.c\n');
  });

  it('opens what a step that failed left behind, and runs that step again', async (t) => {
    const folder = project(t, 'echo half > left; echo $WORD; exit 9');
    const nothing = await targetry(['shell', '--failed', '-c', 'true', 'x64'], { cwd: folder });
    assert.equal(nothing.exit, 2);
    assert.match(errorOf(nothing.stderr), /no step of this target has failed/);

    const failed = await targetry(['build'], { cwd: folder });
    assert.equal(failed.exit, 1);
    assert.match(failed.stderr, /look around with `targetry shell --failed x64`/);
    for (const _ of [1, 2]) {
      const look = await targetry(['shell', '--failed', '-c', 'cat left; rm left', 'x64'], { cwd: folder });
      assert.deepEqual([look.exit, look.stdout], [0, 'half\n']);
    }
    const replay = await targetry(['shell', '--replay', 'x64'], { cwd: folder });
    assert.deepEqual([replay.exit, replay.stdout], [9, 'told\n']);

    writeFileSync(join(folder, 'hello.c'), '');
    const changed = await targetry(['shell', '--failed', '-c', 'true', 'x64'], { cwd: folder });
    assert.match(errorOf(changed.stderr), /no step of this target has failed/);
  });

  it('says why the build could not keep what a step left, beside why the step failed', async (t) => {
    const folder = project(t, 'exit 9');
    const save = (path: string) => targetry(['build', '--save-failed', path], { cwd: folder });
    const taken = await save('hello.c');
    assert.equal(taken.exit, 2);
    assert.match(errorOf(taken.stderr), /hello\.c is there already/);
    const nowhere = await save('/proc/failed.tar');
    assert.match(nowhere.stderr, /^warning: what the failed step left behind could not be written: ENOENT/m);
    assert.match(errorOf(nowhere.stderr), /ended with exit code 9/);
  });

  it('has the root of an environment too', async (t) => {
    const folder = project(t, 'true');
    const answer = await targetry(['shell', '-c', '. /etc/os-release; echo $ID $VERSION_ID', 'debian-11'], {
      cwd: folder,
    });
    assert.equal(answer.stdout, 'debian 11\n');
  });

  it('needs a terminal or a command', async (t) => {
    const { exit, stderr } = await targetry(['shell', 'x64'], { cwd: project(t, 'true') });
    assert.equal(exit, 2);
    assert.match(errorOf(stderr), /a shell needs a terminal[^]*-c/);
  });

  const noScript = spawnSync('script', ['--version']).status === 0 ? false : 'needs the program script';
  it('gives a person at a terminal a shell with jobs and Ctrl-C', { skip: noScript }, async (t) => {
    const { command, env } = programArguments(['shell', 'x64']);
    const child = spawn('script', ['-qec', command, '/dev/null'], { cwd: project(t, 'true'), env });
    let text = '';
    const said = (pattern: RegExp) =>
      new Promise<void>((resolve) => {
        const look = (data?: Buffer) => {
          text += data?.toString() ?? '';
          if (!pattern.test(text)) return;
          child.stdout.off('data', look);
          resolve();
        };
        child.stdout.on('data', look);
        look();
      });
    await said(/# $/);
    child.stdin.write('sleep 100 & jobs\n');
    await said(/\[1\]\+ +Running/);
    // The terminal echoes a command before it runs: only what the command says by itself is there to be stopped.
    child.stdin.write(`sh -c 'echo wait""ing; exec sleep 100'\n`);
    await said(/waiting\r\n$/);
    child.stdin.write('\u0003');
    await said(/\^C[^]*# $/);
    child.stdin.write('exit 5\n');
    const code = await new Promise((resolve) => child.on('close', resolve));
    assert.equal(code, 5, text);
  });
});

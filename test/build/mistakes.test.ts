import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { golden } from '../golden.ts';
import { removeWithStore } from '../late-note.ts';
import {
  errorOf,
  exampleFile,
  helloProject,
  lockedProject,
  processesWith,
  steady,
  targetry,
  whyNoBuilds,
} from './command-line.ts';

const yaml = exampleFile('targetry.yaml');

describe('a mistake that needs no machine', () => {
  it('is a key with a typo: the line, the underlined word, what was meant', async (t) => {
    const folder = helloProject(t, { 'targetry.yaml': yaml.replace('packages: [gcc', 'pakages: [gcc') });
    const answer = await targetry(['build'], { cwd: folder });
    assert.equal(answer.exit, 2);
    golden('build/typo.txt', steady(answer.stderr, folder));
  });

  it('is a target that is not declared', async (t) => {
    const folder = helloProject(t);
    const answer = await targetry(['build', 'linux-x64-gun'], { cwd: folder });
    assert.equal(answer.exit, 2);
    golden('build/unknown-target.txt', steady(answer.stderr, folder));
  });

  it('is a value of --set: the option, underlined', async (t) => {
    const folder = helloProject(t);
    const set = ['--set', 'targets.linux-x64-gnu.arch=x46'];
    for (const command of ['build', 'lock', 'graph']) {
      const answer = await targetry([command, ...set], { cwd: folder });
      assert.equal(answer.exit, 2);
      golden('build/set.txt', steady(answer.stderr, folder));
    }
  });

  it('is told as JSON to whoever asked for JSON', async (t) => {
    const folder = helloProject(t);
    const answer = await targetry(['build', '--progress', 'json', 'nothing'], { cwd: folder });
    assert.equal(answer.exit, 2);
    const lines = answer.stderr.trimEnd().split('\n');
    const types = lines.map((line) => (JSON.parse(line) as { type: string }).type);
    assert.deepEqual(types, ['began', 'failed']);
  });

  it('is a word of the command line that no command takes', async (t) => {
    const folder = helloProject(t);
    const answers = await Promise.all(
      [
        ['biuld'],
        ['cache', 'prun'],
        ['build', '--mirrors', 'http://localhost'],
        ['build', '--target', 'linux-x64-gnu'],
        ['build', '--engine', 'docker'],
        ['cache', 'prune', '--older'],
        ['rootfs'],
      ].map((words) => targetry(words, { cwd: folder })),
    );
    assert.deepEqual([...new Set(answers.map(({ exit }) => exit))], [2]);
    golden('build/usage.txt', steady(answers.map(({ stderr }) => stderr).join(''), folder));
  });

  it('is a mirror that is down', async (t) => {
    const folder = helloProject(t);
    const store = mkdtempSync(join(tmpdir(), 'targetry-store-'));
    t.after(() => removeWithStore(store));
    const answer = await targetry(['build', 'linux-x64-gnu', '--mirror', 'http://127.0.0.1:9/debian'], {
      cwd: folder,
      store,
    });
    assert.equal(answer.exit, 3);
    golden('build/mirror-down.txt', steady(answer.stderr, folder));
    assert.ok(!existsSync(join(folder, 'targetry.lock')), 'nothing half-decided is written');
  });
});

describe('a mistake in a build', { skip: await whyNoBuilds() }, () => {
  it('is a step that fails: its last lines, its exit code, where the whole log is', async (t) => {
    const source = exampleFile('hello.c').replace('argc > 1 &&', 'argcount > 1 &&');
    const folder = lockedProject(t, { 'hello.c': source });
    const answer = await targetry(['build', 'linux-x64-gnu'], { cwd: folder });
    assert.equal(answer.exit, 1);
    golden('build/step-fails.txt', steady(errorOf(answer.stderr), folder));
    assert.ok(!existsSync(join(folder, 'dist')), 'nothing is written to dist/');
  });

  it('is a promise that nothing built here could keep: before anything is built, with two cures', async (t) => {
    const folder = helloProject(t, { 'targetry.yaml': yaml.replace('debian: bullseye', 'debian: trixie') });
    const answer = await targetry(['build', 'linux-x64-gnu'], { cwd: folder });
    assert.equal(answer.exit, 2);
    golden('build/promise-hopeless.txt', steady(errorOf(answer.stderr), folder));
    assert.doesNotMatch(answer.stderr, /^linux-x64-gnu compile/m);
  });

  it('is a promise that what was built breaks: the symbol that breaks it', async (t) => {
    const older = yaml.replace('promise: ["glibc:2.31"]', 'promise: ["glibc:2.2"]');
    const folder = lockedProject(t, { 'targetry.yaml': older });
    const answer = await targetry(['build', 'linux-x64-gnu'], { cwd: folder });
    assert.equal(answer.exit, 1);
    golden('build/promise-broken.txt', steady(errorOf(answer.stderr), folder));
    assert.ok(!existsSync(join(folder, 'dist')), 'what breaks its promise is not shipped');
  });

  it('is a package that does not exist: its line, and the nearest names', async (t) => {
    const folder = helloProject(t, { 'targetry.yaml': yaml.replace('musl-tools', 'musl-tool') });
    const answer = await targetry(['build'], { cwd: folder });
    assert.equal(answer.exit, 2);
    golden('build/missing-package.txt', steady(errorOf(answer.stderr), folder));
  });

  it('is a cross build that took the compiler of the builder: both CPUs, and which compiler to take', async (t) => {
    const wrong = yaml.replace('env: { CC: aarch64-linux-gnu-gcc }, ', '');
    const folder = lockedProject(t, { 'targetry.yaml': wrong });
    const answer = await targetry(['build', 'linux-arm64-gnu'], { cwd: folder });
    assert.equal(answer.exit, 1);
    golden('build/artifact-cpu.txt', steady(errorOf(answer.stderr), folder));
    assert.ok(!existsSync(join(folder, 'dist')), 'what is for another CPU is not shipped');

    const packed = wrong
      .replace('run: "make OUT=out/hello"', 'run: "make OUT=out/hello; tar -cf out/hello.tar -C out hello"')
      .replace(
        'path: out/hello, as: "hello-{target}", kind: executable',
        'path: out/hello.tar, as: "hello-{target}.tar", kind: archive',
      );
    writeFileSync(join(folder, 'targetry.yaml'), packed);
    const archive = await targetry(['build', 'linux-arm64-gnu'], { cwd: folder });
    assert.equal(archive.exit, 1, archive.stderr);
    assert.match(
      archive.stderr,
      /error: hello-linux-arm64-gnu\.tar\/hello is x86_64, and its target is arm64 \[artifact-cpu\]/,
    );
  });

  it('is an artifact with the name of what a build writes itself', async (t) => {
    const folder = lockedProject(t, {
      'targetry.yaml': yaml.replace('as: "hello-{target}"', 'as: "logs/{target}"'),
    });
    const answer = await targetry(['build', 'linux-x64-gnu'], { cwd: folder });
    assert.equal(answer.exit, 2);
    golden('build/artifact-own-name.txt', steady(errorOf(answer.stderr), folder));
  });

  it('is an artifact that no step makes', async (t) => {
    const folder = lockedProject(t, { 'targetry.yaml': yaml.replace('path: out/hello', 'path: out/helo') });
    const answer = await targetry(['build', 'linux-x64-gnu'], { cwd: folder });
    assert.equal(answer.exit, 1);
    golden('build/missing-artifact.txt', steady(errorOf(answer.stderr), folder));
  });

  for (const [name, signal] of [
    ['to press Ctrl-C', 'SIGINT'],
    ['of a machine to send SIGTERM', 'SIGTERM'],
  ] as const) {
    it(`is none ${name} in the middle of a step: it doesn't wait for the step, and leaves nothing behind`, async (t) => {
      const sleep = signal === 'SIGINT' ? 'sleep 1000.25' : 'sleep 1000.75';
      const slow = yaml.replace('run: "out/hello --version"', `run: "echo started; ${sleep}"`);
      const folder = lockedProject(t, { 'targetry.yaml': slow });
      let sent = 0;
      const answer = await targetry(['build', 'linux-x64-gnu'], {
        cwd: folder,
        watch: (text, kill) => {
          if (sent > 0 || !text.includes('| started')) return;
          sent = performance.now();
          kill(signal);
        },
      });
      assert.ok(performance.now() - sent < 60_000, 'it waited for the step');
      assert.equal(answer.exit, 1);
      golden('build/ctrl-c.txt', steady(errorOf(answer.stderr), folder));
      assert.deepEqual(processesWith(sleep), []);
    });
  }
});

/**
 * Builds that go wrong in the middle, through the command line: killed at any moment, and with steps that behave as
 * badly as real ones do. What counts is the build after: it succeeds, and its artifacts are right.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chownSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { Store } from '../../src/store/store.ts';
import {
  errorOf,
  exampleFile,
  helloProject,
  repository,
  targetry,
  testStore,
  whyNoBuilds,
} from '../build/command-line.ts';
import { removeWithStore } from '../late-note.ts';
import { copyOfProgram } from '../program.ts';

const run = String(Date.now());

function projectWith(t: TestContext, steps: readonly string[], files: Record<string, string> = {}): string {
  const [environments] = /^environments:\n.*\n/m.exec(exampleFile('targetry.yaml'))!;
  const yaml = [
    'name: faults',
    environments.trimEnd(),
    `targets: { x64: { environment: debian-11, arch: x64, env: { RUN: "${run}" } } }`,
    'steps:',
    ...steps.map((step) => `  - ${step}`),
    'artifacts: [{ path: out, kind: file }]',
    '',
  ].join('\n');
  return helloProject(t, { 'targetry.yaml': yaml, ...files });
}

const artifact = (folder: string) => readFileSync(join(folder, 'dist/out'), 'utf8');

describe('a build', { skip: await whyNoBuilds() }, () => {
  it(
    'that is killed at 100 moments leaves nothing that a later one would believe',
    { timeout: 600_000 },
    async (t) => {
      const steps = [
        '{ name: first, run: "cat word > one; seq 20000 >> one" }',
        '{ name: second, run: "sleep 0.1; cat one word > out; sync" }',
      ];
      const folder = projectWith(t, steps, { word: '0' });
      const time = async (words: readonly string[], milliseconds?: number) => {
        const began = performance.now();
        const after =
          milliseconds === undefined ? {} : { after: { milliseconds, signal: 'SIGKILL' as const } };
        const { exit, stderr } = await targetry(words, { cwd: folder, ...after });
        if (exit === 'SIGKILL') return undefined;
        assert.equal(exit, 0, stderr);
        return performance.now() - began;
      };
      await time(['build']);
      // Before this it has not begun.
      const start = (await time(['--version']))!;
      writeFileSync(join(folder, 'word'), '1');
      let whole = (await time(['build']))!;
      let killed = 0;
      for (let turn = 2; turn <= 101; turn++) {
        writeFileSync(join(folder, 'word'), String(turn));
        const moment = start + 1.2 * Math.random() * (whole - start);
        const took = await time(['build', '--progress', 'plain'], moment);
        if (took === undefined) killed++;
        // A machine that was slow for a moment told too much.
        else whole = Math.min(whole, took);
        // What dist holds is that of some build, whole, never a part of one.
        assert.match(artifact(folder), /^(\d+)1\n2\n3\n[^]*\n20000\n\1$/);
        if (turn % 10 !== 1) continue;
        await time(['build']);
        assert.ok(artifact(folder).startsWith(`${turn}1\n`) && artifact(folder).endsWith(`\n${turn}`));
      }
      assert.ok(killed > 50, `only ${killed} of 100 were killed before they were done`);
      await delay(500);
      const mounts = readFileSync('/proc/self/mounts', 'utf8');
      for (const place of [testStore, folder]) assert.ok(!mounts.includes(place), mounts);
    },
  );

  it('gives the same graph and the same files in another folder, with another store, to another user', async (t) => {
    if (process.geteuid?.() !== 0) return t.skip('needs root, to become an ordinary user');
    const mine = helloProject(t, { 'targetry.lock': exampleFile('targetry.lock') });
    const root = await targetry(['build'], { cwd: mine });
    assert.equal(root.exit, 0, root.stderr);
    const theirs = await buildAsUser(t);
    const files = Object.keys(hashes(join(mine, 'dist'))).filter((name) => name.startsWith('hello-'));
    assert.equal(files.length, 4);
    const [one, other] = [mine, theirs].map((folder) => hashes(join(folder, 'dist')));
    for (const name of files) assert.equal(one![name], other![name], name);
    const [a, b] = [mine, theirs].map((folder) => recordOf(folder).graph);
    assert.deepEqual(a, b);
  });

  it('bears steps that fork, fill /tmp, print much or rubbish, close their output and ignore signals', async (t) => {
    const folder = projectWith(t, [
      '{ name: daemon, run: "setsid sleep 300 & (setsid sh -c \'sleep 300; echo late > /src/out\' >/dev/null 2>&1 &) ; echo started" }',
      '{ name: tmp, run: "head -c 200M /dev/zero > /tmp/full && rm /tmp/full" }',
      '{ name: much, run: "yes targetry | head -c 500M" }',
      '{ name: rubbish, run: "head -c 1M /dev/urandom; printf \'\\\\033[2J\\\\033]0;title\\\\007\'" }',
      '{ name: deaf, run: "trap \'\' TERM INT HUP; exec >&- 2>&-; sleep 0.2; echo done > /src/out" }',
    ]);
    const { exit, stderr } = await targetry(['build', '--progress', 'quiet'], { cwd: folder });
    assert.equal(exit, 0, stderr.slice(-2000));
    assert.equal(artifact(folder), 'done\n');
    const logs = join(folder, 'dist/logs');
    const much = readdirSync(logs, { recursive: true, encoding: 'utf8' }).find((name) =>
      name.includes('much'),
    )!;
    assert.equal(readFileSync(join(logs, much)).length, 500 * 1024 * 1024);
    assert.ok(!existsSync('/tmp/full'));
  });

  it('names the signal that ended a step', async (t) => {
    const folder = projectWith(t, ['{ name: hungry, run: "kill -9 $$" }']);
    const { exit, stderr } = await targetry(['build'], { cwd: folder });
    assert.equal(exit, 1);
    assert.match(errorOf(stderr), /step hungry of x64 ended with exit code 137 \(SIGKILL\)/);
  });
});

/** The hello example, as a user without any privilege, in a folder and a store of that user's own. */
async function buildAsUser(t: TestContext): Promise<string> {
  const uid = 54_322;
  const home = mkdtempSync(join(tmpdir(), 'targetry-other-'));
  t.after(() => removeWithStore(home));
  const program = copyOfProgram(home);
  const folder = join(home, 'project');
  // It is to unpack them anew; bytes of a known hash need not come down twice.
  const [from, to] = [await Store.open(testStore), await Store.open(join(home, 'store'))];
  for (const [, hash] of exampleFile('targetry.lock').matchAll(/"sha256": "([0-9a-f]{64})"/g)) {
    if (!existsSync(from.blobPath(hash!))) continue;
    mkdirSync(dirname(to.blobPath(hash!)), { recursive: true });
    copyFileSync(from.blobPath(hash!), to.blobPath(hash!));
  }
  execFileSync('chown', ['-R', `${uid}:${uid}`, to.folder]);
  cpSync(join(repository, 'examples/hello'), folder, {
    recursive: true,
    filter: (path) => !path.includes('/dist'),
  });
  execFileSync('chown', ['-R', `${uid}:${uid}`, folder]);
  chownSync(home, uid, uid);
  execFileSync(process.execPath, [program, 'build', '--progress', 'quiet'], {
    cwd: folder,
    uid,
    gid: uid,
    env: {
      PATH: process.env['PATH'],
      HOME: home,
      TARGETRY_STORE: join(home, 'store'),
      NODE_EXTRA_CA_CERTS: process.env['NODE_EXTRA_CA_CERTS'],
    },
  });
  return folder;
}

function hashes(folder: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => [
        name,
        createHash('sha256')
          .update(readFileSync(join(folder, name)))
          .digest('hex'),
      ]),
  );
}

function recordOf(folder: string): { readonly graph: unknown } {
  return JSON.parse(readFileSync(join(folder, 'dist/targetry.json'), 'utf8')) as { graph: unknown };
}

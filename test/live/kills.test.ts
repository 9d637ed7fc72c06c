/**
 * kill -9 at any moment: of `targetry lock`, and of `targetry rootfs` in a store that has nothing yet. Whatever is left
 * behind, the next run succeeds, and its result is that of a run that nobody disturbed. The program is the one that users
 * get, with one key more among those that it trusts: that of the repository which the test makes and serves.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { sha256 } from '../../src/base/sha256.ts';
import { deb } from '../archives.ts';
import { removeWithStore } from '../late-note.ts';
import { copyOfProgram } from '../program.ts';
import { serve } from '../unit/packages/local-server.ts';
import { makeKey, TestArchive } from '../unit/packages/signed-repository.ts';

/** What the repository has: enough that there are moments between two packages and between two files. */
const PACKAGES = 8;
const FILES = 20;

interface Run {
  readonly exit: number | string;
  readonly output: string;
  readonly seconds: number;
}

interface Scene {
  readonly project: string;
  /** The paths that the server was asked for. */
  readonly asked: string[];
  /** Runs the program, and kills it after so many seconds. */
  readonly run: (words: readonly string[], killAfter?: number) => Promise<Run>;
  /** Nothing is locked, made or stored any more. */
  readonly forget: (...names: string[]) => void;
}

async function setUp(t: TestContext): Promise<Scene> {
  const top = mkdtempSync(join(tmpdir(), 'targetry-kills-'));
  t.after(() => removeWithStore(top));
  const archive = new TestArchive();
  const program = await makeProgram(join(top, 'program'), archive);
  const { url, asked } = await serve(t, (request, response) => {
    const path = decodeURIComponent(request.url!.replace(/^\/[^/]*\//, ''));
    const bytes = archive.files.get(path);
    if (bytes === undefined) response.writeHead(404).end();
    else {
      response.writeHead(200, { 'content-length': bytes.length });
      // In pieces, so that there are moments in the middle of a file.
      response.write(bytes.subarray(0, bytes.length / 2));
      setTimeout(() => response.end(bytes.subarray(bytes.length / 2)), 5);
    }
  });
  const project = join(top, 'project');
  let stores = 0;
  mkdirSync(project);
  writeFileSync(
    join(project, 'targetry.yaml'),
    'name: killed\nenvironments: { it: { debian: bullseye, packages: [p0] } }\n',
  );
  return {
    project,
    asked,
    run: (words, killAfter) => {
      const mirror = ['cache', '--version'].includes(words[0]!) ? [] : ['--mirror', `${url}/debian`];
      const store = join(top, `store-${stores}`);
      return start([program, ...words, ...mirror], { cwd: project, store, killAfter });
    },
    // Another store: a note that the last run sent to the disk may still come into the old one.
    forget: (...names) => {
      stores++;
      for (const name of names) rmSync(join(project, name), { force: true });
    },
  };
}

async function makeProgram(folder: string, archive: TestArchive): Promise<string> {
  const key = await makeKey();
  const program = copyOfProgram(folder);
  writeFileSync(join(folder, 'data/distros/debian-keys/test.asc'), key.armored);
  const packages = Array.from({ length: PACKAGES }, (_, index) => {
    const name = `p${index}`;
    const fields = { Package: name, Version: '1', Architecture: 'amd64' };
    const files = Array.from({ length: FILES }, (_unused, number) => ({
      path: `usr/share/${name}/${number}`,
      bytes: randomBytes(5000),
    }));
    const depends =
      index === 0 ? Array.from({ length: PACKAGES - 1 }, (_unused, other) => `p${other + 1}`) : [];
    return {
      name,
      content: deb(fields, files),
      ...(depends.length > 0 && { fields: { Depends: depends.join(', ') } }),
    };
  });
  for (const suite of ['bullseye', 'bullseye-updates', 'bullseye-security'])
    await archive.addSuite(suite, suite === 'bullseye' ? packages : [], { keys: [key] });
  return program;
}

async function start(
  words: readonly string[],
  { cwd, store, killAfter }: { cwd: string; store: string; killAfter: number | undefined },
): Promise<Run> {
  const began = performance.now();
  const env = { PATH: process.env['PATH'], HOME: store, TARGETRY_STORE: store };
  const child = spawn(process.execPath, words, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  const closed = new Promise<number | string>((resolve) => {
    child.on('exit', (code, signal) => resolve(code ?? signal!));
  });
  const done = new AbortController();
  if (killAfter !== undefined)
    delay(killAfter * 1000, undefined, { signal: done.signal }).then(
      () => child.kill('SIGKILL'),
      () => {},
    );
  const exit = await closed;
  done.abort();
  return { exit, output, seconds: (performance.now() - began) / 1000 };
}

/** What is killed how often, and what must be the same each time. */
const CASES: readonly [name: string, kills: number, words: readonly string[], result: string][] = [
  ['lock', 50, ['lock'], 'targetry.lock'],
  ['rootfs', 50, ['rootfs', 'it', '--arch', 'x64', '-o', 'root.tar'], 'root.tar'],
];

for (const [name, kills, words, result] of CASES) {
  test(`${name}: killed at ${kills} moments, it succeeds the next time with the same result`, async (t) => {
    const { project, run, forget } = await setUp(t);
    const before = readdirSync(project);
    const hash = () => sha256(readFileSync(join(project, result)));
    // Before this it has not begun.
    const { seconds: start } = await run(['--version']);
    // How long it takes where nothing is there, and where all is: a machine that is slow for a moment tells too much.
    const whole = { fresh: Infinity, again: Infinity };
    const isKilled = async (kind: keyof typeof whole, moment?: number) => {
      const { exit, output, seconds } = await run(words, moment);
      if (exit === 'SIGKILL') return true;
      assert.equal(exit, 0, output);
      whole[kind] = Math.min(whole[kind], seconds);
      return false;
    };
    for (const kind of ['fresh', 'again'] as const) await isKilled(kind);
    const expected = hash();
    let [killed, runs] = [0, 0];
    for (let round = 0; killed < kills && runs < 4 * kills; round++) {
      // Now and then what is there is made once more.
      const kind = round % 3 === 2 ? 'again' : 'fresh';
      if (kind === 'fresh') forget('targetry.lock', result);
      const moments: number[] = [];
      // What was killed is killed once more where it goes on.
      for (const at of [kind, 'again'] as const) {
        const moment = start + (whole[kind] - start) * ((killed + Math.random()) / kills);
        runs++;
        if (!(await isKilled(at, moment))) break;
        killed++;
        moments.push(moment);
      }
      assert.equal(await isKilled('again'), false);
      assert.equal(hash(), expected, `killed after ${moments.join(' and ')} s`);
    }
    const { fresh, again } = whole;
    t.diagnostic(
      `${killed} of ${runs} runs were killed before they had ended; each takes ${fresh.toFixed(2)} s, or ${again.toFixed(2)} s`,
    );
    assert.ok(killed >= kills);
    const { exit, output } = await run(['cache', 'verify']);
    assert.equal(exit, 0, output);
    const left = readdirSync(project).filter((file) => !['targetry.lock', result, ...before].includes(file));
    assert.deepEqual(left, []);
  });
}

test('two that start together on an empty store share the work, and one goes on where the other is killed', async (t) => {
  const { project, asked, run, forget } = await setUp(t);
  const words = (name: string) => ['rootfs', 'it', '--arch', 'x64', '-o', name];
  const hash = (name: string) => sha256(readFileSync(join(project, name)));
  assert.equal((await run(['lock', '--arch', 'x64'])).exit, 0);
  const alone = await run(words('alone.tar'));
  assert.equal(alone.exit, 0, alone.output);
  const packages = () => asked.filter((path) => path.endsWith('.deb')).length;

  forget();
  asked.length = 0;
  const both = await Promise.all(['one.tar', 'two.tar'].map((name) => run(words(name))));
  for (const { exit, output } of both) assert.equal(exit, 0, output);
  assert.deepEqual([hash('one.tar'), hash('two.tar')], [hash('alone.tar'), hash('alone.tar')]);
  assert.equal(packages(), PACKAGES, 'each package came down once');

  for (let round = 1; round <= 5; round++) {
    forget('one.tar', 'two.tar');
    const [killed, other] = await Promise.all([
      run(words('one.tar'), (alone.seconds * (round + 2)) / 8),
      run(words('two.tar')),
    ]);
    assert.equal(other.exit, 0, other.output);
    assert.equal(hash('two.tar'), hash('alone.tar'), `the other ended with ${killed.exit}`);
  }
});

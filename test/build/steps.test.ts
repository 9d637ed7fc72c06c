import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { golden } from '../golden.ts';
import {
  errorOf,
  exampleFile,
  lockedProject,
  processesWith,
  steady,
  targetry,
  whyNoBuilds,
} from './command-line.ts';

/** In every step's key, so that nothing of an earlier run of the tests is CACHED. */
const run = String(Date.now());

/** The hello example with one target, other steps, and the file `out` as its only artifact. */
function withSteps(...steps: readonly string[]): string {
  const [environments] = /^environments:\n.*\n/m.exec(exampleFile('targetry.yaml'))!;
  const lines = [
    'name: steps',
    environments.trimEnd(),
    'targets:',
    `  x64: { environment: debian-11, arch: x64, env: { RUN: "${run}" } }`,
  ];
  const artifacts = ['artifacts:', '  - { path: out, kind: file }'];
  return [...lines, 'steps:', ...steps.map((step) => `  - ${step}`), ...artifacts, ''].join('\n');
}

describe('steps', { skip: await whyNoBuilds() }, () => {
  it('with inputs see nothing else of the source, and run again only when those change', async (t) => {
    const yaml = withSteps(
      '{ name: deps, run: "find . -type f | sort; cat lock.txt > deps", inputs: [lock.txt, "gen/*.in"] }',
      '{ name: main, run: "cat deps main.c > out; ls gen" }',
    );
    const files = {
      'targetry.yaml': yaml,
      'lock.txt': 'one\n',
      'gen/a.in': '',
      'gen/b.out': '',
      'main.c': 'main\n',
    };
    const folder = lockedProject(t, files);
    const first = await targetry(['build'], { cwd: folder });
    assert.equal(first.exit, 0, first.stderr);
    assert.deepEqual(linesOf(first.stderr, 'deps'), ['./gen/a.in', './lock.txt']);
    assert.deepEqual(linesOf(first.stderr, 'main'), ['a.in', 'b.out']);

    writeFileSync(join(folder, 'main.c'), 'changed\n');
    const again = await targetry(['build'], { cwd: folder });
    assert.match(again.stderr, /x64 deps \[CACHED\]/);
    assert.doesNotMatch(again.stderr, /x64 main \[CACHED\]/);
    assert.equal(readFileSync(join(folder, 'dist/out'), 'utf8'), 'one\nchanged\n');
  });

  it('whose inputs match nothing are answered with the pattern and what was meant', async (t) => {
    const yaml = withSteps('{ name: deps, run: "true", inputs: [Makefil] }');
    const folder = lockedProject(t, { 'targetry.yaml': yaml });
    const answer = await targetry(['build'], { cwd: folder });
    assert.equal(answer.exit, 2);
    golden('build/input-missing.txt', steady(errorOf(answer.stderr), folder));
  });

  it('are repeated for each value, as a variable and a placeholder', async (t) => {
    const yaml = withSteps(
      '{ name: wheel, each: { python: [3.9, 3.10], abi: [a] }, run: "echo $PYTHON-$ABI-$TAG >> out", env: { TAG: "cp{each.python}" } }',
    );
    const folder = lockedProject(t, { 'targetry.yaml': yaml });
    const answer = await targetry(['build'], { cwd: folder });
    assert.equal(answer.exit, 0, answer.stderr);
    assert.match(answer.stderr, /x64 wheel 3\.9 a /);
    assert.equal(readFileSync(join(folder, 'dist/out'), 'utf8'), '3.9-a-cp3.9\n3.10-a-cp3.10\n');
  });

  it('run as the user they name, to whom the source belongs, links included and what they point to not', async (t) => {
    const yaml = withSteps(
      '{ name: link, run: "ln -s /etc/passwd link; echo root > out" }',
      '{ name: build, user: nobody, run: "id -un; echo $HOME; echo nobody >> out; touch hello.c; stat -c %U link /etc/passwd" }',
      '{ name: check, run: "echo $HOME; cat out" }',
    );
    const folder = lockedProject(t, { 'targetry.yaml': yaml });
    const answer = await targetry(['build'], { cwd: folder });
    assert.equal(answer.exit, 0, answer.stderr);
    assert.deepEqual(linesOf(answer.stderr, 'check'), ['/root', 'root', 'nobody']);
    // Without a range of ids, the step runs as root of its sandbox, and a warning says so.
    if (answer.stderr.includes('engine-one-id')) return;
    assert.deepEqual(linesOf(answer.stderr, 'build'), ['nobody', '/nonexistent', 'nobody', 'root']);
  });

  it('run as an account that the environment declares, with a home that is its own', async (t) => {
    const yaml = withSteps(
      '{ name: build, user: build, run: "id -un; id -u; echo $HOME; echo x > $HOME/y; touch hello.c; cp hello.c out" }',
    ).replace('packages: ', 'users: [other, build], packages: ');
    const folder = lockedProject(t, { 'targetry.yaml': yaml });
    const answer = await targetry(['build'], { cwd: folder });
    assert.equal(answer.exit, 0, answer.stderr);
    if (answer.stderr.includes('engine-one-id')) return;
    assert.deepEqual(linesOf(answer.stderr, 'build'), ['build', '1001', '/home/build']);
  });

  it('of a user that the root does not have are answered with those that it has', async (t) => {
    const yaml = withSteps('{ name: build, user: nobdy, run: "true" }');
    const folder = lockedProject(t, { 'targetry.yaml': yaml });
    const answer = await targetry(['build'], { cwd: folder });
    if (answer.stderr.includes('engine-one-id')) return t.skip('this user has one id only');
    assert.equal(answer.exit, 1);
    golden('build/user-unknown.txt', steady(errorOf(answer.stderr), folder));
  });

  it('are stopped with all of their processes when their time is over, whoever runs them', async (t) => {
    const stop = async (user: string, waits: string) => {
      const run = `echo waiting; ${waits} & ${waits}`;
      const yaml = withSteps(`{ name: wait, timeout: 5s, user: ${user}, run: "${run}" }`);
      const folder = lockedProject(t, { 'targetry.yaml': yaml });
      const answer = await targetry(['build'], { cwd: folder });
      assert.equal(answer.exit, 1, answer.stderr);
      const text = steady(errorOf(answer.stderr), folder).replaceAll('TIME', '5s');
      const named = text.replaceAll(user, 'USER').replaceAll(waits, 'sleep 1001');
      golden('build/step-timeout.txt', named.replace(/\^+$/m, '^'));
      assert.deepEqual(processesWith(waits), []);
      assert.ok(!existsSync(join(folder, 'dist')));
    };
    await Promise.all([stop('root', 'sleep 1001'), stop('nobody', 'sleep 1002')]);
  });

  it('have the same graph with another limit, so that they do not run again', async (t) => {
    const [one, two] = await Promise.all(
      ['5m', '1h30m'].map(async (limit) => {
        const yaml = withSteps(`{ name: quick, timeout: ${limit}, run: "echo x > out" }`);
        const folder = lockedProject(t, { 'targetry.yaml': yaml });
        return targetry(['graph', '--format', 'json'], { cwd: folder });
      }),
    );
    assert.equal(one!.exit, 0, one!.stderr);
    assert.equal(one!.stdout, two!.stdout);
  });

  it('reach the network, and know its names, only where they ask for it', async (t) => {
    const server = createServer((_request, response) => response.end('served'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    t.after(() => server.close());
    const { port } = server.address() as AddressInfo;
    const ask = `perl -MIO::Socket::INET -e '$s = IO::Socket::INET->new("localhost:${port}") or die "no way\\n"; print $s "GET / HTTP/1.0\\r\\n\\r\\n"; print <$s>'`;
    const yaml = withSteps(
      `{ name: open, network: true, run: ${JSON.stringify(`${ask}; cat /etc/resolv.conf > out`)} }`,
      `{ name: shut, run: ${JSON.stringify(`if ${ask}; then exit 9; fi; ls /etc/resolv.conf 2>&1 || true`)} }`,
    );
    const folder = lockedProject(t, { 'targetry.yaml': yaml });
    const answer = await targetry(['build'], { cwd: folder });
    assert.equal(answer.exit, 0, answer.stderr);
    assert.ok(linesOf(answer.stderr, 'open').includes('served'), answer.stderr);
    assert.ok(linesOf(answer.stderr, 'shut').includes('no way'), answer.stderr);
    assert.equal(
      readFileSync(join(folder, 'dist/out'), 'utf8'),
      readFileSync('/etc/resolv.conf', 'utf8'),
      'the names of the network are those of this machine',
    );
  });
});

/** What a step printed. */
function linesOf(stderr: string, step: string): string[] {
  const start = `x64 ${step} | `;
  return stderr.split('\n').flatMap((line) => (line.startsWith(start) ? [line.slice(start.length)] : []));
}

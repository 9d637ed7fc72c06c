/** What a user sees of several builders: the same artifacts, who made them, and an end when it is asked for. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { readAddress } from '../../src/engines/buildkit/address.ts';
import { daemonBuilder } from '../../src/engines/fleet/builder.ts';
import { createFleetEngine } from '../../src/engines/fleet/engine.ts';
import { Failure } from '../../src/report/failure.ts';
import { targetry } from '../build/command-line.ts';
import { Scene, step } from '../engine-scene.ts';
import { Daemon, daemonOfFile } from './daemons.ts';
import { buildkitProgram, newestVersion } from './go-programs.ts';
import { lightProject } from './light-project.ts';
import { assertEnds } from './processes.ts';

const [first, second] = [await daemonOfFile('newest'), await daemonOfFile('newest')];
const skip = first.skip || second.skip;
const daemons = [first, second].flatMap(({ made }) => made ?? []);

const names = ['x64-gnu', 'x64-musl', 'arm64-gnu', 'arm64-musl'].map((name) => `hello-linux-${name}`);

function artifacts(folder: string): readonly string[] {
  return names.map((name) => readFileSync(join(folder, 'dist', name), 'base64'));
}

/** By target: who built it, as the record has it. */
function buildersIn(folder: string): Record<string, string> {
  const { times } = JSON.parse(readFileSync(join(folder, 'dist/targetry.json'), 'utf8')) as {
    times: { steps: { target: string; builder?: string }[] };
  };
  return Object.fromEntries(times.steps.map(({ target, builder = 'here' }) => [target, builder]));
}

test('the example comes out the same of two daemons, and each says what it did', { skip }, async (t) => {
  const folder = lightProject(t);
  const here = await targetry(['build', '--engine', 'embedded'], { cwd: folder });
  assert.equal(here.exit, 0, here.stderr);
  const expected = artifacts(folder);
  const [one, two] = daemons.map(({ address }) => address);
  const words = ['build', '--builder', one!, '--builder', two!, '--progress', 'json'];

  writeFileSync(join(folder, 'dist', names[0]!), '');
  const there = await targetry(words, { cwd: folder });
  assert.equal(there.exit, 0, there.stderr + there.stdout);
  assert.deepEqual(artifacts(folder), expected);
  const shares = buildersIn(folder);
  assert.deepEqual(new Set(Object.values(shares)), new Set([one, two]));
  assert.match(there.stdout, new RegExp(`4 targets in .*\\n(  unix://\\S+: 2 targets\\n){2}$`));
  const told = there.stderr.split('\n').filter((line) => line.includes('"started"'));
  assert.ok(told.some((line) => (JSON.parse(line) as { builder: string }).builder === one));

  const again = await targetry(words, { cwd: folder });
  assert.equal(again.exit, 0, again.stderr);
  assert.match(again.stdout, /all \d+ steps cached/);
  assert.deepEqual(buildersIn(folder), shares, 'where its steps are kept, a target goes again');
});

test('builders of the own configuration, by CPU: other CPUs are built here', { skip }, async (t) => {
  const folder = lightProject(t);
  const configured = (text: string) => {
    mkdirSync(join(folder, '.git/config.d/targetry'), { recursive: true });
    writeFileSync(join(folder, '.git/config.d/targetry/config.yaml'), text);
  };
  const build = (words: readonly string[] = []) =>
    targetry(['build', 'linux-x64-gnu', ...words], {
      cwd: folder,
      env: { XDG_CONFIG_HOME: join(folder, '.git/config.d') },
    });
  configured(`builders: { linux/arm64: ${daemons[0]!.address} }\n`);
  const here = await build();
  assert.equal(here.exit, 0, here.stderr);
  assert.deepEqual(buildersIn(folder), { 'linux-x64-gnu': 'this machine' });
  configured(`builders: { linux/arm64: tcp://127.0.0.1:1, linux/amd64: ${daemons[1]!.address} }\n`);
  const there = await build();
  assert.equal(there.exit, 0, there.stderr);
  assert.match(there.stderr, /tcp:\/\/127\.0\.0\.1:1: the build goes on without it \[builder-left-out\]/);
  assert.deepEqual(buildersIn(folder), { 'linux-x64-gnu': daemons[1]!.address });
  const refused = await build(['--engine', 'embedded', '--builder', daemons[0]!.address]);
  assert.equal(refused.exit, 2);
  assert.match(refused.stderr, /say two things of who builds/);
  assert.equal((await build(['--engine', 'embedded'])).exit, 0);
  assert.deepEqual(buildersIn(folder), { 'linux-x64-gnu': 'here' });
});

test('a shell opens on the builder where the step failed', { skip }, async (t) => {
  const folder = lightProject(t);
  const file = join(folder, 'targetry.yaml');
  const broken = 'echo on $(hostname) >/trace; cat /trace; exit 3';
  writeFileSync(file, readFileSync(file, 'utf8').replace('make OUT=out/hello', broken));
  const on = daemons.toReversed().flatMap(({ address }) => ['--builder', address]);
  const target = ['linux-x64-gnu'];
  const built = await targetry(['build', ...target, ...on], { cwd: folder });
  assert.equal(built.exit, 1, built.stderr);
  // The other order: what leads to the builder is what was noted.
  const again = daemons.flatMap(({ address }) => ['--builder', address]);
  const shell = await targetry(['shell', ...target, '--failed', ...again, '-c', 'cat /trace'], {
    cwd: folder,
  });
  assert.equal(shell.exit, 0, shell.stderr);
  assert.match(shell.stdout, /^on \S+\n$/);
});

function sceneOnAll(cpu: 'amd64' | 'arm64' = 'amd64', those = daemons): Promise<Scene> {
  const engine = ({ store }: Scene) =>
    createFleetEngine({
      store,
      builders: those.map(({ address: name }) =>
        daemonBuilder(
          { name, address: readAddress(name, {}), tls: undefined, cpu: undefined },
          { store, env: {} },
        ),
      ),
    });
  return Scene.make({ after }, { engine, cpu });
}

/** Programs that do what kubectl and ssh do for us: run buildctl where the daemon is. */
function standIns(folder: string, buildctl: string): string {
  const [one, two] = daemons.map(({ address }) => address);
  const run = (name: string, script: string) =>
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  run(
    'kubectl',
    `[ "$*" = "--namespace=ci exec -i pod -- buildctl dial-stdio" ] && exec ${buildctl} --addr ${one} dial-stdio`,
  );
  run('ssh', `[ "$*" = "-l me -- host buildctl dial-stdio" ] && exec ${buildctl} --addr ${two} dial-stdio`);
  return `${folder}:${process.env['PATH']}`;
}

test('a daemon in a pod and one behind ssh share a build', { skip }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'targetry-programs-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const env = { PATH: standIns(folder, await buildkitProgram('buildctl', newestVersion)) };
  const names = ['kube-pod://pod?namespace=ci', 'ssh://me@host'];
  const engine = ({ store }: Scene) => {
    const builders = names.map((name) =>
      daemonBuilder(
        { name, address: readAddress(name, env), tls: undefined, cpu: undefined },
        { store, env },
      ),
    );
    return createFleetEngine({ store, builders });
  };
  const scene = await Scene.make({ after }, { engine });
  const states = ['a', 'b'].map((name) => step(scene.root.target(name), `echo pods ${name}`, { name }));
  const did = new Set<string | undefined>();
  const { error } = await scene.solve(states, {
    onEvent: (event) => event.type === 'started' && did.add(event.builder),
  });
  assert.equal(error, undefined);
  assert.deepEqual(did, new Set(names));
});

test('Ctrl-C leaves nothing running on any daemon a second later', { skip }, async () => {
  const scene = await sceneOnAll();
  const stop = new AbortController();
  const seconds = `62.${process.pid}`;
  const ready = new Set<string>();
  const states = ['a', 'b'].map((name) =>
    step(scene.root.target(name), `echo ready ${name}; sleep ${seconds}`, { name }),
  );
  const { error } = await scene.solve(states, {
    signal: stop.signal,
    onEvent: (event) => {
      if (event.type === 'output') ready.add(event.task);
      if (ready.size === 2) stop.abort();
    },
  });
  assert.ok(error instanceof Failure);
  assert.equal(error.code, 'canceled');
  await assertEnds(seconds);
});

test('a CPU that no daemon runs is told as that, with who was asked', { skip }, async () => {
  const scene = await sceneOnAll('arm64');
  const { error } = await scene.solve([step(scene.root.target('far'), 'uname -m')]);
  assert.ok(error instanceof Failure);
  assert.equal(error.message, 'no builder runs linux/arm64, on which far is built');
  assert.match(error.why ?? '', /^(unix:\S+ runs amd64[^;]*(; )?){2}$/);
});

test('an old daemon among others is given what it can do, and no more', { skip }, async (t) => {
  const old = await Daemon.start('docker', (stop) => t.after(stop));
  const scene = await sceneOnAll('amd64', [old, daemons[0]!]);
  const options = { secretEnv: { TOKEN: 'token' } };
  const states = ['s0', 's1', 's2', 'p0', 'p1', 'p2'].map((name) =>
    step(scene.root.target(name), `sleep 1; : ${name}`, { name, ...(name.startsWith('s') && options) }),
  );
  const notices: string[] = [];
  const did: string[] = [];
  const names = new Map(states.map(({ output }) => [output!.vertex.digest, output!.vertex.name]));
  const { error } = await scene.solve(states, {
    secrets: { token: 'a secret' },
    onEvent: (event) => {
      if (event.type === 'noticed' && event.diagnostic.code === 'builder-cannot')
        notices.push(event.diagnostic.message);
      if (event.type === 'finished' && event.outcome === 'done' && event.builder === old.address)
        did.push(names.get(event.task) ?? '');
    },
  });
  assert.equal(error, undefined);
  assert.equal(notices.length, 1, notices.join());
  assert.match(notices[0]!, /can't give a step a secret as a variable: others build s\d/);
  assert.ok(
    did.some((name) => name.startsWith('p')) && !did.some((name) => name.startsWith('s')),
    did.join(),
  );
});

test('a daemon that is told to end has its targets built by the other', { skip }, async () => {
  const scene = await sceneOnAll();
  let told = false;
  const states = ['a', 'b', 'c', 'd'].map((name) =>
    step(scene.root.target(name), `echo ready; sleep 3; echo ${name} >/made`, { name }),
  );
  const notices: string[] = [];
  const { error, outcomes } = await scene.solve(states, {
    onEvent: (event) => {
      if (event.type === 'noticed') notices.push(event.diagnostic.message);
      if (event.type !== 'started' || event.builder !== daemons[1]!.address || told) return;
      told = true;
      process.kill(daemons[1]!.pid, 'SIGTERM');
    },
  });
  assert.equal(error, undefined);
  assert.equal(notices.length, 1, notices.join());
  assert.match(notices[0]!, /others build \w, \w$/);
  const ends = outcomes.filter(([name]) => /^[a-d]$/.test(name)).map((pair) => pair.join(' '));
  assert.deepEqual(ends.sort(), ['a done', 'b done', 'c done', 'd done']);
});

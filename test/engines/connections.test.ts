/** How a build reaches a daemon, and what becomes of it when the connection doesn't last. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { readAddress } from '../../src/engines/buildkit/address.ts';
import { createBuildKitEngine } from '../../src/engines/buildkit/engine.ts';
import { Failure } from '../../src/report/failure.ts';
import { noScene, Scene, step } from '../engine-scene.ts';
import { daemonFor, daemonKinds } from './daemons.ts';
import { certificates, freePort, tlsSettings } from './tls.ts';

function sceneOn(t: TestContext, address: string, tls?: string): Promise<Scene> {
  const env = { PATH: process.env['PATH'] };
  const engine = ({ store }: Scene) =>
    createBuildKitEngine({ address: readAddress(address, env), tls, store, env });
  return Scene.make(t, { engine });
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Failure ? error.code : undefined;
}

test('over TCP a daemon and its client show each other certificates', { skip: noScene }, async (t) => {
  const pem = certificates(t, ['daemon', 'client']);
  const address = `tcp://127.0.0.1:${await freePort()}`;
  const settings = tlsSettings(pem);
  const daemon = await daemonFor(t, 'newest', { listen: address, settings });
  if (daemon === undefined) return;
  assert.equal(await (await sceneOn(t, address, join(pem, 'client'))).sh('echo hello'), 'hello\n');

  const stranger = await sceneOn(t, address, join(certificates(t, ['stranger']), 'stranger'));
  await assert.rejects(stranger.sh('true'), (error) => codeOf(error) === 'buildkit-unreachable');
  const plain = await sceneOn(t, address);
  await assert.rejects(plain.sh('true'), (error) => codeOf(error) === 'buildkit-unreachable');
});

test(
  'where nobody listens, the answer says where it looked and what to start',
  { skip: noScene },
  async (t) => {
    for (const address of [
      'unix:///nowhere/bk.sock',
      `tcp://127.0.0.1:${await freePort()}`,
      'docker:///nowhere/d.sock',
    ]) {
      const { error } = await (await sceneOn(t, address)).solve([]);
      assert.ok(error instanceof Failure);
      assert.equal(error.code, 'buildkit-unreachable');
      assert.ok(error.message.includes(address.replace('docker', 'unix')), error.message);
      assert.match(error.hint!, /start/);
    }
  },
);

test('what listens and is no daemon is told from one', { skip: noScene, timeout: 60_000 }, async (t) => {
  const server = createServer((socket) =>
    socket.on('error', () => {}).end('HTTP/1.1 400 Bad Request\r\n\r\n'),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const { port } = server.address() as { port: number };
  const { error } = await (await sceneOn(t, `tcp://127.0.0.1:${port}`)).solve([]);
  assert.equal(codeOf(error), 'buildkit-unreachable');
});

for (const kind of daemonKinds) {
  test(`${kind}: a step ends with the build that wanted it`, { skip: noScene }, async (t) => {
    const daemon = await daemonFor(t, kind);
    if (daemon === undefined) return;
    const scene = await sceneOn(t, daemon.address);
    const marker = `47${process.pid}`;
    const sleeping = step(scene.root, `echo started; sleep ${marker}`);
    const runs = () =>
      execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' }).includes(`sleep ${marker}\n`);
    const gone = async () => {
      const started = performance.now();
      while (runs()) await new Promise((resolve) => setTimeout(resolve, 20));
      return performance.now() - started;
    };

    const canceler = new AbortController();
    const canceled = await scene.solve([sleeping], {
      signal: canceler.signal,
      onEvent: ({ type }) => type === 'output' && canceler.abort(),
    });
    assert.equal(codeOf(canceled.error), 'canceled');
    assert.deepEqual(canceled.outcomes.at(-1), ['step', 'canceled']);
    assert.ok((await gone()) < 1000);

    const lost = await scene.solve([sleeping], {
      onEvent: ({ type }) => type === 'output' && void daemon.kill(),
    });
    assert.equal(codeOf(lost.error), 'buildkit-lost');
    await daemon.start();
    const first = await scene.solve([step(scene.root, 'true', { name: 'first' })]);
    assert.equal(first.error, undefined);
    await daemon.kill();
    await daemon.start();
    const resumed = await scene.solve([step(step(scene.root, 'true', { name: 'first' }), 'true')]);
    assert.deepEqual(resumed.outcomes.slice(-2), [
      ['first', 'cached'],
      ['step', 'done'],
    ]);
  });
}

test(
  'docker: what an old daemon can not do is refused with its version, and nothing runs',
  { skip: noScene },
  async (t) => {
    const daemon = await daemonFor(t, 'docker');
    if (daemon === undefined) return;
    const scene = await sceneOn(t, daemon.address);
    const asked = step(scene.root, 'echo "$TOKEN"', { secretEnv: { TOKEN: 'token' } });
    const { error, outcomes } = await scene.solve([asked], { secrets: { token: 'hush' } });
    const version = execFileSync('dockerd', ['--version'], { encoding: 'utf8' });
    if (!/version 20\./.test(version)) return t.skip(`this is ${version.trim()}, which can`);
    assert.ok(error instanceof Failure);
    assert.equal(error.code, 'buildkit-cannot');
    assert.match(error.message, /BuildKit before 0\.11\) can't give a step a secret as a variable/);
    assert.deepEqual(outcomes, []);
  },
);

test(
  'docker: results that it can not leave in a place are refused before anything runs',
  { skip: noScene },
  async (t) => {
    const daemon = await daemonFor(t, 'docker');
    if (daemon === undefined) return;
    const scene = await sceneOn(t, daemon.address);
    const place = { kind: 'registry', repository: 'registry.example/cache' } as const;
    const { error, outcomes } = await scene.solve([step(scene.root, 'true')], {
      results: { from: [], to: [place] },
    });
    const version = execFileSync('dockerd', ['--version'], { encoding: 'utf8' });
    if (!/version 2[0-4]\./.test(version)) return t.skip(`this is ${version.trim()}, which can`);
    assert.ok(error instanceof Failure, String(error));
    assert.equal(error.code, 'buildkit-cannot');
    assert.match(
      error.message,
      /\(BuildKit .*\) can't keep results in registry:\/\/registry\.example\/cache/,
    );
    assert.deepEqual(outcomes, []);
  },
);

test(
  'what a daemon left out of the log of a step with a secret, of which it keeps no copy, is told',
  { skip: noScene },
  async (t) => {
    const daemon = await daemonFor(t, 'newest');
    if (daemon === undefined) return;
    const scene = await sceneOn(t, daemon.address);
    const told: string[] = [];
    const mounts = { '/token': { secret: 'token' } };
    await scene.solve([step(scene.root, 'head -c 5000000 /dev/zero | tr "\\0" x', { mounts })], {
      secrets: { token: 'v3ry-s3cret-value' },
      onEvent: (event) => event.type === 'noticed' && told.push(event.diagnostic.code),
    });
    assert.ok(told.includes('buildkit-log-clipped'), told.join(' '));
  },
);

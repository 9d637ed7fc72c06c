/** What our client does when the daemon, the connection or the files fail it; and where a secret is afterwards. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { sha256 } from '../../src/base/sha256.ts';
import { readAddress } from '../../src/engines/buildkit/address.ts';
import { createBuildKitEngine, type BuildKitOptions } from '../../src/engines/buildkit/engine.ts';
import { merge, scratch } from '../../src/graph/index.ts';
import { Failure } from '../../src/report/failure.ts';
import { Scene, step } from '../engine-scene.ts';
import { Line } from './between.ts';
import { Daemon, daemonOfFile } from './daemons.ts';
import { assertEnds } from './processes.ts';

const { made: daemon, skip } = await daemonOfFile('newest');

function sceneOn(address: string, silence?: BuildKitOptions['silence']): Promise<Scene> {
  const engine = ({ store }: Scene) =>
    createBuildKitEngine({ address: readAddress(address, {}), store, env: {}, silence });
  return Scene.make({ after }, { engine });
}

/** Does it when the step has said that it is ready. */
function whenReady(act: () => void) {
  return { onEvent: (event: { type: string }) => event.type === 'output' && act() };
}

function codeOf(error: unknown): string {
  return error instanceof Failure ? error.code : String(error);
}

test(
  'a daemon that is killed in the middle of a step is told at once, and the next one goes on',
  { skip },
  async () => {
    const scene = await sceneOn(daemon!.address);
    const first = step(scene.root, 'echo made >/made', { name: 'first' });
    assert.equal((await scene.solve([first])).error, undefined);
    const started = performance.now();
    let killed: Promise<void> | undefined;
    const waits = step(first, 'echo ready; sleep 60', { name: 'waits' });
    const { error } = await scene.solve(
      [waits],
      whenReady(() => {
        killed ??= daemon!.kill();
      }),
    );
    assert.equal(codeOf(error), 'buildkit-lost');
    assert.ok(performance.now() - started < 20_000);
    await killed;
    await daemon!.start();
    const { outcomes } = await scene.solve([step(first, 'cat /made', { name: 'second' })]);
    assert.ok(
      outcomes.some(([name, outcome]) => name === 'first' && outcome === 'cached'),
      outcomes.join(),
    );
  },
);

test('a step that is stopped leaves nothing running on the daemon', { skip }, async () => {
  const scene = await sceneOn(daemon!.address);
  const stop = new AbortController();
  const seconds = `61.${process.pid}`;
  const { error } = await scene.solve([step(scene.root, `echo ready; sleep ${seconds}`)], {
    signal: stop.signal,
    ...whenReady(() => stop.abort()),
  });
  assert.equal(codeOf(error), 'canceled');
  await assertEnds(seconds);
});

test(
  'a connection that is cut, and one that no daemon answers, are told for what they are',
  { skip },
  async () => {
    const line = await Line.to(daemon!, 'between');
    const scene = await sceneOn(line.address);
    const cut = () => line.cut();
    const { error } = await scene.solve([step(scene.root, 'echo ready; sleep 60')], whenReady(cut));
    assert.equal(codeOf(error), 'buildkit-lost');
    line.close();
    const nobody = await scene.solve([scene.root]);
    assert.match(codeOf(nobody.error), /^buildkit-/);
    assert.ok(nobody.error instanceof Failure && nobody.error.hint !== undefined);
  },
);

test(
  'a socket that takes connections and says nothing is given up, and at once by who cancels',
  { skip },
  async () => {
    const open: Socket[] = [];
    const mute = createServer((socket) => void open.push(socket));
    const socket = join(daemon!.folder, 'mute');
    mute.listen(socket);
    await once(mute, 'listening');
    const scene = await sceneOn(`unix://${socket}`);
    const canceled = await scene.solve([scene.root], { signal: AbortSignal.timeout(300) });
    assert.equal(codeOf(canceled.error), 'canceled');
    assert.ok(canceled.milliseconds < 3000, String(canceled.milliseconds));
    const { error, milliseconds } = await scene.solve([scene.root]);
    assert.ok(error instanceof Failure && error.code === 'buildkit-unreachable');
    assert.match(error.why!, /says nothing within 10 s/);
    assert.ok(milliseconds < 20_000);
    for (const one of open) one.destroy();
    mute.close();
  },
);

test(
  'a daemon that falls silent in the middle of a step is given up, and at once by who cancels',
  { skip },
  async () => {
    const line = await Line.to(daemon!, 'silent');
    const fallSilent = () => line.fallSilent();
    const waiting = () => step(scene.root, `echo ready; sleep 60; echo ${Math.random()}`);
    const scene = await sceneOn(line.address, { pause: 500, longestSilence: 2000 });
    const { error, milliseconds } = await scene.solve([waiting()], whenReady(fallSilent));
    assert.ok(error instanceof Failure && error.code === 'buildkit-lost', String(error));
    assert.match(error.why!, /answered nothing for 2 s/);
    assert.ok(milliseconds < 30_000, String(milliseconds));

    const patient = await sceneOn(line.address);
    const stop = new AbortController();
    let stopped = 0;
    const canceled = await patient.solve([waiting()], {
      signal: stop.signal,
      ...whenReady(() => {
        fallSilent();
        stopped = performance.now();
        stop.abort();
      }),
    });
    assert.equal(codeOf(canceled.error), 'canceled');
    assert.ok(performance.now() - stopped < 3000);
    line.close();
  },
);

/** So that the whole is more than the 4 MiB that older daemons take. */
const filling = 'x'.repeat(300);

test('a graph of ten thousand operations is taken, or refused for its size', { skip }, async () => {
  const older = await Daemon.start('older', after);
  const codes: string[] = [];
  for (const { address } of [daemon!, older]) {
    const scene = await sceneOn(address);
    // The first of them fails, so that none of the others has to be done.
    const fails = step(scene.root, 'exit 7');
    const chains = Array.from({ length: 100 }, (_, chain) => {
      let state = fails;
      for (let index = 0; index < 100; index++) state = state.mkfile(`/${chain}`, filling + String(index));
      return state;
    });
    codes.push(codeOf((await scene.solve([merge(chains)])).error));
  }
  assert.equal(codes[0], 'step-failed');
  assert.ok(['step-failed', 'buildkit-graph-too-large'].includes(codes[1]!), codes[1]);
});

test('a thousand operations side by side are all done, and what they made is whole', { skip }, async (t) => {
  const scene = await sceneOn(daemon!.address);
  const names = Array.from({ length: 1000 }, (_, index) => `file-${index}`);
  const made = names.map((name) => scratch().mkfile(`/${name}`, `${name}\n`));
  // By hundreds: each copy is another layer of the one before.
  const parts = Array.from({ length: 10 }, (_, part) =>
    scratch().file((change) =>
      made
        .slice(part * 100, part * 100 + 100)
        .reduce((all, one) => all.copy(one, '/', '/', { contentsOnly: true }), change),
    ),
  );
  const all = merge(parts);
  const read = step(scene.root, 'cd /all; cat $(ls | sort) | sha256sum >/sum', {
    mounts: { '/all': { from: all, readonly: true } },
  });
  const { error, milliseconds } = await scene.solve([read], { paths: ['/sum'] });
  t.diagnostic(`${Math.round(milliseconds)} ms`);
  assert.equal(error, undefined);
  const expected = sha256(
    names
      .toSorted()
      .map((name) => `${name}\n`)
      .join(''),
  );
  assert.equal(readFileSync(join(scene.out, 'sum'), 'utf8').split(' ')[0], expected);
});

test('a secret is nowhere on the daemon after the build', { skip }, async () => {
  const scene = await sceneOn(daemon!.address);
  const secret = `s3cret-${process.pid}-${Math.random()}`;
  const used = step(scene.root, 'echo "$TOKEN"; cat /token; sha256sum /token >/sum', {
    secretEnv: { TOKEN: 'token' },
    mounts: { '/token': { secret: 'token' } },
  });
  const { error, output } = await scene.solve([used], { secrets: { token: secret }, paths: ['/sum'] });
  assert.equal(error, undefined);
  assert.equal(output.get('step'), '***\n***');
  const holding = (text: string) => {
    try {
      const folders = [daemon!.folder, scene.folder];
      return execFileSync('grep', ['-rlaF', '--', text, ...folders], { encoding: 'utf8' });
    } catch {
      return '';
    }
  };
  assert.equal(holding(secret), '');
  // The search finds what is there.
  assert.notEqual(holding('3.20.3'), '');
});

/** A daemon whose disk is slow is waited for: it is not given up for dead, what it does is told, and Ctrl-C is heard at once. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { readAddress } from '../../src/engines/buildkit/address.ts';
import { createBuildKitEngine } from '../../src/engines/buildkit/engine.ts';
import { Failure } from '../../src/report/failure.ts';
import { Scene, step } from '../engine-scene.ts';
import { daemonOfFile } from './daemons.ts';

const { made: daemon, skip } = await daemonOfFile('newest', { hasSlowDisk: true });

/** Milliseconds for which a daemon may be silent here; less than what its disk takes for one build. */
const silence = { pause: 200, longestSilence: 2000 };

function sceneOnIt(): Promise<Scene> {
  const address = readAddress(daemon!.address, {});
  const engine = ({ store }: Scene) => createBuildKitEngine({ address, store, env: {}, silence });
  return Scene.make({ after }, { engine });
}

const writes =
  'for i in 1 2 3; do echo $i; dd if=/dev/zero of=/made$i bs=4096 count=20 conv=fsync 2>/dev/null; done; sync';

test('a build on a slow disk is waited for, and always says what it waits for', { skip }, async (t) => {
  const scene = await sceneOnIt();
  const running = new Set<string>();
  let last = performance.now();
  let longest = 0;
  let untold = 0;
  const { error, milliseconds } = await scene.solve([step(scene.root, writes)], {
    paths: ['/made3'],
    onEvent: (event) => {
      const waited = performance.now() - last;
      last = performance.now();
      longest = Math.max(longest, waited);
      if (running.size === 0) untold = Math.max(untold, waited);
      if (event.type === 'started') running.add(event.task);
      if (event.type === 'finished') running.delete(event.task);
    },
  });
  t.diagnostic(
    `${Math.round(milliseconds)} ms, of which ${Math.round(longest)} without news, ${Math.round(untold)} with nothing begun`,
  );
  assert.equal(error, undefined);
  assert.ok(milliseconds > 2 * silence.longestSilence, 'the disk is not slow');
  assert.ok(untold < 7000, `for ${untold} ms nothing was told to be under way`);
});

test('Ctrl-C is heard at once by a daemon that waits for its disk', { skip }, async () => {
  const scene = await sceneOnIt();
  scene.mark = 'another root, which it has to write down';
  const stop = new AbortController();
  let stopped = 0;
  setTimeout(() => {
    stopped = performance.now();
    stop.abort();
  }, silence.longestSilence);
  const { error } = await scene.solve([step(scene.root, writes)], { signal: stop.signal });
  assert.ok(error instanceof Failure && error.code === 'canceled', String(error));
  assert.ok(performance.now() - stopped < 1000, `${performance.now() - stopped} ms`);
});

/** A root of the store that something wrote into is not sent as what it was. */
import assert from 'node:assert/strict';
import { closeSync, openSync, statSync, utimesSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readAddress } from '../../src/engines/buildkit/address.ts';
import { createBuildKitEngine } from '../../src/engines/buildkit/engine.ts';
import { Failure } from '../../src/report/failure.ts';
import { noScene, Scene, step } from '../engine-scene.ts';
import { daemonFor, type Daemon } from './daemons.ts';

/** Other bytes, and all else as before. */
function damage(file: string): void {
  const { atime, mtime } = statSync(file);
  const descriptor = openSync(file, 'r+');
  writeSync(descriptor, 'X', 0);
  closeSync(descriptor);
  utimesSync(file, atime, mtime);
}

for (const kind of ['newest', 'older'] as const) {
  test(
    `${kind}: a root with other bytes than before is refused as damaged, with the way out`,
    { skip: noScene ?? false },
    async (t) => {
      const [first, second] = [await daemonFor(t, kind), await daemonFor(t, kind)];
      if (first === undefined || second === undefined) return;
      let daemon = first;
      const engineOn = ({ store }: Scene, { address }: Daemon) =>
        createBuildKitEngine({ address: readAddress(address, {}), store, env: {} });
      const scene = await Scene.make(t, {
        engine: (made) => ({
          name: 'by turns',
          solve: (...asked) => engineOn(made, daemon).solve(...asked),
        }),
      });
      const states = [step(scene.root, 'true')];
      assert.equal((await scene.solve(states)).error, undefined);
      damage(join(scene.rootFolder, 'etc/passwd'));
      daemon = second;
      const { error } = await scene.solve(states);
      assert.ok(error instanceof Failure, String(error));
      assert.equal(error.code, 'tree-damaged', `${error.message}: ${error.why}`);
      assert.match(error.hint ?? '', /targetry cache verify/);
    },
  );
}

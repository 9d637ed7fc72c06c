/** What a daemon is sent of files that somebody changes meanwhile: nothing that they never were, and no silence. */
import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { sha256 } from '../../src/base/sha256.ts';
import { readAddress } from '../../src/engines/buildkit/address.ts';
import { createBuildKitEngine } from '../../src/engines/buildkit/engine.ts';
import { Failure } from '../../src/report/failure.ts';
import { Scene, step } from '../engine-scene.ts';
import { Line } from './between.ts';
import { daemonKinds, daemonOfFile } from './daemons.ts';
import { assertEnds } from './processes.ts';

/** More than is on its way at once, so that the last part of each of two files isn't read yet when the first arrives. */
const size = 12_000_000;

/** What is done to each file when one of them is on its way, and what the build then says. */
const faults = [
  [
    'grows',
    (path) => appendFileSync(path, 'more'),
    'source-changed',
    /\.bin changed while it was being sent/,
  ],
  // Who has opened it reads it to its end; the other isn't there any more.
  ['vanishes', (path) => rmSync(path), 'source-changed', /\.bin vanished while it was being sent/],
  [
    'can no longer be read',
    (path) => {
      rmSync(path);
      mkdirSync(path);
    },
    'source-unreadable',
    /a source file can't be read: .*\.bin/,
  ],
] as const satisfies readonly (readonly [string, (path: string) => void, string, RegExp])[];

for (const kind of daemonKinds) {
  const { made: daemon, skip } = await daemonOfFile(kind);

  test(
    `${kind}: a file that changes while it is sent, or has no name in UTF-8, ends the build and all its steps, and the next build is whole`,
    { skip, timeout: 300_000 },
    async () => {
      const line = await Line.to(daemon!, 'line');
      after(() => line.close());
      const engine = ({ store }: Scene) =>
        createBuildKitEngine({ address: readAddress(line.address, {}), store, env: {} });
      const scene = await Scene.make({ after }, { engine });
      assert.equal((await scene.solve([step(scene.root, 'true')])).error, undefined);

      // The name is told before anything is sent.
      const strange = Buffer.concat([Buffer.from(join(scene.rootFolder, 'bad')), Buffer.from([0xff])]);
      writeFileSync(strange, '');
      scene.mark = 'strange';
      const unnamed = await scene.solve([step(scene.root, 'true')]);
      assert.ok(unnamed.error instanceof Failure, String(unnamed.error));
      assert.equal(unnamed.error.code, 'source-unreadable');
      assert.match(unnamed.error.message, /is not in UTF-8: bad/);
      rmSync(strange);

      for (const [index, [fault, act, code, words]] of faults.entries()) {
        const text = `${index}`.padEnd(size, 'x');
        scene.files = { 'a.bin': text, 'b.bin': text };
        const seconds = `63.${process.pid}${index}`;
        const sums = step(scene.withSource, 'cat /src/*.bin | sha256sum >/sum', { name: 'sums' });
        const other = step(scene.root, `echo ready; sleep ${seconds}`, { name: 'other' });
        let sent = 0;
        let isReady = false;
        let isDone = false;
        const actOnce = () => {
          if (isDone || !isReady || sent < size / 8) return;
          isDone = true;
          for (const name of ['a.bin', 'b.bin']) act(join(scene.folder, 'source', name));
          line.pause = 0;
        };
        line.onSent = (bytes) => {
          sent += bytes;
          // So that the other step begins before all is sent.
          if (!isDone && sent >= size / 8) line.pause = 100;
          actOnce();
        };
        const { error } = await scene.solve([sums, other], {
          onEvent: (event) => {
            if (event.type === 'output') isReady = true;
            actOnce();
          },
        });
        assert.ok(isDone, `${fault}: nothing was done to the files: ${String(error)}`);
        assert.ok(error instanceof Failure, `${fault}: ${String(error)}`);
        assert.equal(error.code, code, `${fault}: ${error.message}`);
        assert.match(error.message, words, fault);
        await assertEnds(seconds);

        Object.assign(line, { onSent: () => {}, pause: 0 });
        for (const name of ['a.bin', 'b.bin'])
          rmSync(join(scene.folder, 'source', name), { recursive: true, force: true });
        const again = await scene.solve([sums], { paths: ['/sum'] });
        assert.equal(again.error, undefined, fault);
        assert.match(readFileSync(join(scene.out, 'sum'), 'utf8'), new RegExp(`^${sha256(text + text)} `));
      }
    },
  );
}

/** What a failed step leaves behind, kept as a tar and as an image. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { noScene, Scene, step } from '../engine-scene.ts';
import { savingFailed } from '../../src/operations/building/save-failed.ts';
import { Failure } from '../../src/report/failure.ts';

const skip = noScene ?? false;
const script =
  'echo half >left; ln left twin; mkfifo pipe; ln -s left link; chmod 4750 left; rm /etc/motd; exit 9';

/** One step that fails, and another that fails beside it; tells the hint of the failure. */
async function failing(scene: Scene, path: string, others = 0): Promise<string> {
  const context = {
    cwd: scene.out,
    store: scene.store.folder,
    env: {},
    signal: AbortSignal.any([]),
    emit: () => assert.fail('nothing is wrong with the place'),
  };
  const one = step(scene.root, script, { name: 'one', cwd: '/srv', env: { WORD: 'told' } });
  const more = Array.from({ length: others }, () => step(scene.root, 'sleep 0.3; exit 9', { name: 'other' }));
  const { error } = await scene.solve([one, ...more], { onFailed: savingFailed(context, path) });
  assert.ok(error instanceof Failure);
  return error.hint!;
}

test('a tar has the whole root as the step left it', { skip }, async (t) => {
  const scene = await Scene.make(t);
  assert.match(await failing(scene, 'failed.tar'), /^what it left behind is in failed\.tar; the whole log /);
  const listed = execFileSync('tar', ['-tvf', 'failed.tar', '--numeric-owner'], {
    cwd: scene.out,
    encoding: 'utf8',
  });
  assert.match(listed, /^-rwsr-x--- 0\/0 +5 .* \.\/srv\/left$/m);
  assert.match(listed, /^hrwsr-x--- .* \.\/srv\/twin link to \.\/srv\/left$/m);
  assert.match(listed, /^prw-r--r-- .* \.\/srv\/pipe$/m);
  assert.match(listed, / \.\/srv\/link -> left$/m);
  assert.match(listed, / \.\/bin\/sh -> \/bin\/busybox$/m);
  assert.doesNotMatch(listed, /etc\/motd/);
});

test('an image has the variables and the folder of the step, whoever else fails', { skip }, async (t) => {
  const scene = await Scene.make(t);
  assert.match(await failing(scene, 'image', 3), /^what it left behind is in image; the whole log /);
  assert.deepEqual(readdirSync(scene.out), ['image'], 'nothing half is beside it');
  const read = (path: string) => JSON.parse(readFileSync(join(scene.out, 'image', path), 'utf8'));
  const blob = (digest: string) => `blobs/${digest.replace(':', '/')}`;
  const manifest = read(blob(read('index.json').manifests[0].digest));
  const { config } = read(blob(manifest.config.digest));
  const layer = join(scene.out, 'image', blob(manifest.layers[0].digest));
  assert.equal(config.WorkingDir, '/srv');
  assert.ok(config.Env.includes('WORD=told'));
  assert.equal(execFileSync('tar', ['-xOf', layer, './srv/left'], { encoding: 'utf8' }), 'half\n');
});

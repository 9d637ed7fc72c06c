/** What the layers of one project share in the store of the embedded engine. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { noScene, Scene, step } from '../engine-scene.ts';

const skip = noScene ?? false;

test(
  'files that did not change are shared from build to build, and no step changes them there',
  { skip },
  async (t) => {
    const scene = await Scene.make(t);
    const spoil = (name: string) =>
      step(scene.withSource, 'cat /src/kept /src/edited; echo spoilt >/src/kept; chmod 600 /src/kept', {
        name,
      });
    scene.files = { kept: 'kept\n', edited: 'before\n' };
    assert.equal((await scene.solve([spoil('one')])).output.get('one'), 'kept\nbefore\n');
    scene.files = { kept: 'kept\n', edited: 'after\n' };
    assert.equal((await scene.solve([spoil('two')])).output.get('two'), 'kept\nafter\n');
    const snapshots = join(scene.store.folder, 'snapshots');
    const places = readdirSync(snapshots).map((key) => join(snapshots, key, 'fs/src/kept'));
    const laid = places.filter((path) => existsSync(path) && readFileSync(path, 'utf8') === 'kept\n');
    assert.equal(laid.length, 2);
    assert.equal(new Set(laid.map((path) => statSync(path).ino)).size, 1, 'it was copied again');
    assert.equal(statSync(laid[0]!).mode & 0o777, 0o644);
  },
);

/** Each operation of `targetry/graph` that changes files, on the embedded engine. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { listing, manyIds, noScene, Scene, step } from '../engine-scene.ts';
import {
  copies,
  copyOfNamedOwner,
  laidOver,
  madeFiles,
  removedFiles,
  writtenAt,
} from '../file-operations.ts';
import { merge, source, type State } from '../../src/graph/index.ts';
import { Failure } from '../../src/report/failure.ts';

const skip = noScene ?? false;

const day = '315532800';
const root = '0:0';
const owned = manyIds ? '7:9' : root;

test('folders and files are made with mode, owner and time', { skip }, async (t) => {
  const scene = await Scene.make(t);
  assert.deepEqual(await listing(scene, madeFiles()), [
    `drwx------ ${owned} now a`,
    `drwx------ ${owned} now a/b`,
    `drwx------ ${owned} ${day} a/b/c`,
    `-rw------- ${root} ${writtenAt.getTime() / 1000} a/file`,
    '  text',
    `drwxr-xr-x ${root} now d`,
    `-rw-r--r-- ${root} ${day} d/z`,
  ]);
});

test('copies take a file, a folder, what is in it, or what patterns choose', { skip }, async (t) => {
  const scene = await Scene.make(t);
  const names = async (state: State) =>
    (await listing(scene, state))
      .filter((line) => !line.startsWith('  '))
      .map((line) => line.replace(/^\S+ \S+ \S+ /, ''));
  const copy = copies(scene.root);

  assert.deepEqual(await listing(scene, copy.file), ['-rwsr-xr-x 0:0 1000000000 x', '  1']);
  assert.deepEqual(await names(copy.intoFolder), ['dir', 'dir/one.c']);
  assert.deepEqual(await names(copy.folder), [
    'to',
    'to/.hidden',
    'to/.hidden/four.c',
    'to/three.h',
    'to/two.c',
  ]);
  assert.deepEqual(await names(copy.folderIntoExisting), ['to', 'to/sub', 'to/sub/two.c']);
  assert.deepEqual(await names(copy.contents), [
    'to',
    'to/again.c',
    'to/empty',
    'to/link -> sub/two.c',
    'to/one.c',
    'to/pipe',
    'to/sub',
    'to/sub/three.h',
  ]);
  assert.deepEqual(await names(copy.deep), ['all', 'all/again.c', 'all/one.c', 'all/sub', 'all/sub/two.c']);
  assert.deepEqual(await names(copy.wildcard), ['w', 'w/again.c', 'w/one.c']);
  assert.deepEqual(await names(copy.link), ['l -> sub/two.c']);
  assert.deepEqual(await names(copy.followed), ['l']);
  assert.deepEqual(await listing(scene, copy.dressed), [`-rw-r----- ${owned} 5 x`, '  1']);
  if (manyIds) {
    const { output } = await scene.solve([
      step(copyOfNamedOwner(scene.root), 'stat -c %U:%G /named', { name: 'owner' }),
    ]);
    assert.equal(output.get('owner'), 'guest:daemon\n');
  }
});

test('a part of the project, and a copy to a place behind a link, come as they are', { skip }, async (t) => {
  const scene = await Scene.make(t);
  scene.files = { 'a.sh': 'a', 'deep/b': 'b', 'deep/c': 'c' };
  const files = source('targetry.folder://source');
  const start = step(scene.root, 'ln -s /real/place /link; mkdir -p /home/guest; chown 405 /home/guest');
  const copied = start
    .copy(files, '/deep/b', '/one')
    .copy(files, '/', '/link', { contentsOnly: true, makeParents: true })
    .copy(files, '/', '/home/guest/src', { contentsOnly: true, makeParents: true });
  const { output, error } = await scene.solve([
    step(copied, 'cat /one /real/place/a.sh /home/guest/src/deep/c; stat -c %u /home/guest', {
      name: 'look',
    }),
  ]);
  assert.equal(error, undefined);
  assert.equal(output.get('look'), manyIds ? 'bac405\n' : 'bac0\n');
});

test('what is removed is gone, the link and not what it names', { skip }, async (t) => {
  const scene = await Scene.make(t);
  assert.deepEqual(
    (await listing(scene, removedFiles())).map((line) => line.split(' ').at(-1)),
    ['a', 'a/3.c'],
  );
  const linked = step(scene.root, 'mkdir /keep; echo x >/keep/file; ln -s /keep /link')
    .rm('/link')
    .rm('/etc');
  const { output, error } = await scene.solve([
    step(linked, 'ls -d /etc/passwd /link /keep/file 2>/dev/null || true', { name: 'look' }),
  ]);
  assert.equal(error, undefined);
  assert.equal(output.get('look'), '/keep/file\n');
});

test(
  'states are laid over each other, and a difference holds what was added and removed',
  { skip },
  async (t) => {
    const scene = await Scene.make(t);
    const laid = laidOver();
    const names = async (state: State) =>
      (await listing(scene, state))
        .filter((line) => line.startsWith('  ') || line.startsWith('-'))
        .map((line) => line.trim().split(' ').at(-1));

    assert.deepEqual(await names(laid.difference), ['d/both', 'changed', 'd/new', 'new']);
    assert.deepEqual(await names(laid.ontoAnother), ['d/both', 'changed', 'd/new', 'new', 'mine', 'mine']);
    const onTop = ['d/both', 'base', 'd/new', 'new', 'd/old', 'old', 'gone'];
    assert.deepEqual(await names(laid.baseOnTop), onTop);
    assert.deepEqual(await names(laid.differenceOfTwin), ['d/both', 'changed', 'd/new', 'new']);
    assert.deepEqual(await names(laid.twinAgain), await names(laid.twin));
    assert.deepEqual(await names(laid.baseAgain), await names(laid.base));
    assert.deepEqual(await names(laid.emptied), []);

    const run = step(merge([scene.root, laid.difference]), 'cat /d/new', { name: 'run' });
    const { output, error } = await scene.solve([run]);
    assert.equal(error, undefined);
    assert.equal(output.get('run'), 'new');
  },
);

test(
  'what the files do not allow is told with the path, and nothing leads out of the root',
  { skip },
  async (t) => {
    const scene = await Scene.make(t);
    const start = step(
      scene.root,
      `ln -s ${scene.out} /out; ln -s ${scene.out}/f /f; mkdir /folder /full; echo x >/full/x`,
    );
    const why = async (state: State) => {
      const { error } = await scene.solve([state], { paths: ['/etc/passwd'] });
      assert.ok(error instanceof Failure && error.code === 'file-change-failed', String(error));
      return error.why!;
    };
    assert.match(await why(start.copy(scene.root, '/nope', '/x')), /there is no \/nope to copy/);
    assert.match(await why(start.copy(scene.root, '/n*', '/x', { wildcard: true })), /\/n\* matches nothing/);
    assert.match(
      await why(start.copy(scene.root, '/etc/motd', '/a/b/c')),
      /there is no folder \/a\/b to copy into/,
    );
    assert.match(
      await why(start.copy(start, '/full', '/etc/passwd', { contentsOnly: true })),
      /\/etc\/passwd is not a folder/,
    );
    assert.match(await why(start.mkdir('/a/b')), /no such file or directory: \/a\/b/);
    assert.match(await why(start.mkfile('/folder', '')), /illegal operation on a directory: \/folder/);
    assert.match(await why(start.rm('/nope')), /there is no \/nope to remove/);
    assert.match(
      await why(start.mkfile('/x', '', { owner: { user: 'nobody-there' } })),
      /there is no user nobody-there/,
    );
    const inside = start
      .mkfile('/out/file', 'inside')
      .mkfile('/f', 'inside')
      .mkdir('/out/folder', { makeParents: true });
    const { error } = await scene.solve([inside], { paths: [`${scene.out}/file`] });
    assert.match(String(error), /ENOENT|file-change-failed|could not be done/);
    const parents = start.mkdir('/out/a', { makeParents: true }).mkfile('/out/file', 'inside');
    const made = await scene.solve([parents], { paths: [`${scene.out}/file`] });
    assert.equal(made.error, undefined);
    assert.equal(readFileSync(join(scene.out, scene.out, 'file'), 'utf8'), 'inside');
  },
);

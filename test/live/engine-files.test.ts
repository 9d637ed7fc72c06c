/** Each operation of `targetry/graph` that changes files, on the embedded engine. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { listing, noScene, Scene, step } from '../engine-scene.ts';
import { diff, merge, scratch, source, type State } from '../../src/graph/index.ts';
import { Failure } from '../../src/report/failure.ts';

const skip = noScene ?? false;
const many = process.getuid!() === 0;

const day = '315532800';
const root = '0:0';
const owned = many ? '7:9' : root;

test('folders and files are made with mode, owner and time', { skip }, async (t) => {
  const scene = await Scene.make(t);
  const at = new Date('2001-02-03T04:05:06Z');
  const made = scratch()
    .mkdir('/a/b/c', { makeParents: true, mode: 0o700, owner: { user: 7, group: 9 } })
    .mkfile('/a/file', 'text\n', { mode: 0o600, modified: at })
    .file((change) =>
      change.mkdir('/d').mkdir('/d').mkfile('/d/x', 'x').mkfile('/d/x', 'y').rm('/d/x').mkfile('/d/z', ''),
    );
  assert.deepEqual(await listing(scene, made), [
    `drwx------ ${owned} now a`,
    `drwx------ ${owned} now a/b`,
    `drwx------ ${owned} ${day} a/b/c`,
    `-rw------- ${root} ${at.getTime() / 1000} a/file`,
    '  text',
    `drwxr-xr-x ${root} now d`,
    `-rw-r--r-- ${root} ${day} d/z`,
  ]);
});

test('copies take a file, a folder, what is in it, or what patterns choose', { skip }, async (t) => {
  const scene = await Scene.make(t);
  const from = step(
    scene.root,
    `mkdir -p /from/sub/.hidden /from/empty; cd /from; echo 1 >one.c; echo 2 >sub/two.c; echo 3 >sub/three.h
     echo 4 >sub/.hidden/four.c; ln one.c again.c; ln -s sub/two.c link; mkfifo pipe; chmod 4755 one.c; touch -d @1000000000 one.c sub`,
  );
  const names = async (state: State) =>
    (await listing(scene, state))
      .filter((line) => !line.startsWith('  '))
      .map((line) => line.replace(/^\S+ \S+ \S+ /, ''));
  const copy = (path: string, to: string, options: Parameters<State['copy']>[3] = {}) =>
    scratch().copy(from, path, to, options);

  assert.deepEqual(await listing(scene, copy('/from/one.c', '/x')), ['-rwsr-xr-x 0:0 1000000000 x', '  1']);
  assert.deepEqual(await names(copy('/from/one.c', '/dir/')), ['dir', 'dir/one.c']);
  assert.deepEqual(await names(copy('/from/sub', '/to', { makeParents: true })), [
    'to',
    'to/.hidden',
    'to/.hidden/four.c',
    'to/three.h',
    'to/two.c',
  ]);
  const existing = scratch()
    .mkdir('/to')
    .copy(from, '/from/sub', '/to', { include: ['*.c'] });
  assert.deepEqual(await names(existing), ['to', 'to/sub', 'to/sub/two.c']);
  const contents = scratch()
    .mkdir('/to')
    .copy(from, '/from', '/to', { contentsOnly: true, exclude: ['sub', '!sub/three.h'] });
  assert.deepEqual(await names(contents), [
    'to',
    'to/again.c',
    'to/empty',
    'to/link -> sub/two.c',
    'to/one.c',
    'to/pipe',
    'to/sub',
    'to/sub/three.h',
  ]);
  const deep = copy('/from', '/all', { contentsOnly: true, include: ['**/*.c'], exclude: ['sub/.hidden'] });
  assert.deepEqual(await names(deep), ['all', 'all/again.c', 'all/one.c', 'all/sub', 'all/sub/two.c']);
  assert.deepEqual(await names(copy('/from/*.[ch]', '/w/', { wildcard: true })), [
    'w',
    'w/again.c',
    'w/one.c',
  ]);
  assert.deepEqual(await names(copy('/from/link', '/l')), ['l -> sub/two.c']);
  assert.deepEqual(await names(copy('/from/link', '/l', { followLinks: true })), ['l']);
  const dressed = copy('/from/one.c', '/x', {
    mode: 0o640,
    owner: { user: 7, group: 9 },
    modified: new Date(5000),
  });
  assert.deepEqual(await listing(scene, dressed), [`-rw-r----- ${owned} 5 x`, '  1']);
  if (many) {
    const named = scene.root.copy(from, '/from/sub/two.c', '/named', {
      owner: { user: 'guest', group: 'daemon' },
    });
    const { output } = await scene.solve([step(named, 'stat -c %U:%G /named', { name: 'owner' })]);
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
  assert.equal(output.get('look'), many ? 'bac405\n' : 'bac0\n');
});

test('what is removed is gone, the link and not what it names', { skip }, async (t) => {
  const scene = await Scene.make(t);
  const start = scratch().file((change) =>
    change.mkdir('/a').mkfile('/a/1.o', '').mkfile('/a/2.o', '').mkfile('/a/3.c', ''),
  );
  const state = start.rm('/a/*.o', { wildcard: true }).rm('/none', { allowMissing: true });
  assert.deepEqual(
    (await listing(scene, state)).map((line) => line.split(' ').at(-1)),
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
    const base = scratch().file((change) =>
      change.mkdir('/d').mkfile('/d/old', 'old').mkfile('/d/both', 'base').mkfile('/gone', ''),
    );
    const changed = base.rm('/gone').mkfile('/d/new', 'new').mkfile('/d/both', 'changed');
    const names = async (state: State) =>
      (await listing(scene, state))
        .filter((line) => line.startsWith('  ') || line.startsWith('-'))
        .map((line) => line.trim().split(' ').at(-1));

    assert.deepEqual(await names(diff(base, changed)), ['d/both', 'changed', 'd/new', 'new']);
    const other = scratch().mkfile('/gone', 'of another').mkfile('/mine', 'mine');
    assert.deepEqual(await names(merge([other, diff(base, changed)])), [
      'd/both',
      'changed',
      'd/new',
      'new',
      'mine',
      'mine',
    ]);
    assert.deepEqual(await names(merge([changed, base])), [
      'd/both',
      'base',
      'd/new',
      'new',
      'd/old',
      'old',
      'gone',
    ]);

    // Two that only look alike: the difference has to be worked out.
    const twin = scratch().file((change) =>
      change.mkdir('/d').mkfile('/d/both', 'changed').mkfile('/d/new', 'new').mkfile('/d/old', 'old'),
    );
    assert.deepEqual(await names(diff(base, twin)), ['d/both', 'changed', 'd/new', 'new']);
    assert.deepEqual(await names(merge([base, diff(base, twin)])), await names(twin));
    assert.deepEqual(await names(merge([changed, diff(changed, base)])), await names(base));
    const emptied = merge([base, diff(base, scratch())]);
    assert.deepEqual(await names(emptied), []);

    const run = step(merge([scene.root, diff(base, changed)]), 'cat /d/new', { name: 'run' });
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

import assert from 'node:assert/strict';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { writeLock } from '../../../src/lock/write.ts';
import { pruneCache } from '../../../src/operations/cache-prune.ts';
import { verifyCache } from '../../../src/operations/cache-verify.ts';
import { showCache } from '../../../src/operations/cache.ts';
import { rememberProject } from '../../../src/operations/known-projects.ts';
import type { Context } from '../../../src/report/context.ts';
import { composeRoot } from '../../../src/roots/compose.ts';
import { rootKey } from '../../../src/roots/known-root.ts';
import { takeInventory } from '../../../src/store/inventory.ts';
import { machine } from '../../../src/store/machine.ts';
import { composeDebs, lockDebs, type TestRoot } from '../../compose-debs.ts';

interface Scene extends TestRoot {
  readonly context: Context;
  /** A folder with a lock of the root's packages. */
  readonly project: string;
}

const TOOL = {
  name: 'tool',
  files: [
    { path: 'usr/bin/tool', bytes: '#!/bin/sh\n', mode: 0o755 },
    { path: 'usr/bin/other', type: '2', linkTarget: 'tool' },
    { path: 'usr/share/tool/data', bytes: 'data'.repeat(5000) },
  ],
};

async function setUp(t: TestContext): Promise<Scene> {
  const root = await composeDebs(t, [TOOL, { name: 'other' }]);
  const project = `${root.store.folder}-project`;
  mkdirSync(project);
  t.after(() => rmSync(project, { recursive: true, force: true }));
  const lock = { environments: [root.locked] };
  writeFileSync(join(project, 'targetry.lock'), writeLock(lock));
  await rememberProject(root.store, { name: 'hello', folder: project }, lock);
  const { signal } = new AbortController();
  const context: Context = { cwd: project, env: {}, store: root.store.folder, emit: () => {}, signal };
  return { ...root, context, project };
}

/** As if nothing had been used for so many days. */
function age({ store }: TestRoot, days: number): void {
  const then = new Date(Date.now() - days * 86_400_000);
  for (const { kind, path } of takeInventory(store)) {
    const note = join(path, 'made.json');
    if (existsSync(note)) utimesSync(note, then, then);
    else if (kind === 'blobs') utimesSync(path, then, new Date());
    else if (kind !== 'sessions') utimesSync(path, then, then);
  }
}

function keys({ store }: TestRoot, ...kinds: string[]): string[] {
  return takeInventory(store)
    .filter(({ kind }) => kinds.includes(kind))
    .map(({ kind, key }) => `${kind} ${key}`)
    .sort();
}

test('the sysroot of an environment is not shown as the environment itself', async (t) => {
  const { locked, store, context, project } = await setUp(t);
  const sysroot = { ...locked, role: 'sysroot' } as const;
  const lock = { environments: [locked, sysroot] };
  writeFileSync(join(project, 'targetry.lock'), writeLock(lock));
  await rememberProject(store, { name: 'hello', folder: project }, lock);
  const { environments } = await showCache(context);
  assert.deepEqual(
    environments.map(({ name }) => name),
    [locked.name, `sysroot of ${locked.name}`],
  );
});

test('the store is shown by kind, by age and by environment', async (t) => {
  const scene = await setUp(t);
  age(scene, 3);
  const report = await showCache(scene.context);
  assert.deepEqual(
    report.kinds
      .filter(({ kind }) => !['sessions', 'tmp'].includes(kind))
      .map((one) => [one.kind, one.count]),
    [
      ['blobs', 2],
      ['trees', 2],
      ['roots', 1],
      ['records', 2],
    ],
  );
  assert.deepEqual(
    report.ages.map(({ count }) => count > 0),
    [true, true, false, false],
  );
  const [environment, ...more] = report.environments;
  assert.deepEqual(more, []);
  const { size, usedAt, ...rest } = environment!;
  assert.deepEqual(rest, {
    project: 'hello',
    folder: scene.project,
    inUse: true,
    name: 'test',
    arch: 'amd64',
    parts: 2,
    stored: 2,
    root: true,
  });
  assert.ok(size > 20_000 && size < report.size);
  assert.equal(Math.round((Date.now() - usedAt!) / 86_400_000), 3);
  assert.deepEqual((await showCache(scene.context)).environments, report.environments, 'looking is no use');
});

test('a prune by age leaves what a lock in use needs, and takes it when the lock is gone', async (t) => {
  const scene = await setUp(t);
  const needed = keys(scene, 'blobs', 'trees', 'roots');
  await lockDebs(scene.store, [{ name: 'stray' }]);
  const prune = { olderThan: 5 * 86_400_000, dryRun: false };
  assert.deepEqual((await pruneCache(scene.context, prune)).removed, [], 'nothing is old enough');
  age(scene, 10);
  assert.equal((await pruneCache(scene.context, { ...prune, dryRun: true })).removed.length, 1);
  assert.equal(keys(scene, 'blobs').length, 3, 'only told');
  const { removed, freed, left } = await pruneCache(scene.context, prune);
  assert.deepEqual(
    removed.map(({ kind }) => kind),
    ['blobs'],
  );
  assert.ok(freed > 0 && left > freed);
  assert.deepEqual(keys(scene, 'blobs', 'trees', 'roots'), needed);
  unlinkSync(join(scene.project, 'targetry.lock'));
  await pruneCache(scene.context, prune);
  assert.deepEqual(keys(scene, 'blobs', 'trees', 'roots', 'records'), []);
});

test('a lock that can’t be read keeps what it needed when it was last read', async (t) => {
  const scene = await setUp(t);
  const needed = keys(scene, 'blobs', 'trees', 'roots');
  appendFileSync(join(scene.project, 'targetry.lock'), '<<<<<<< ours\n');
  age(scene, 10);
  await pruneCache(scene.context, { olderThan: 0, maxSize: 0, dryRun: false });
  assert.deepEqual(keys(scene, 'blobs', 'trees', 'roots'), needed);
});

test('a prune by size takes what was unused for longest, until the rest fits, and says what can’t', async (t) => {
  const scene = await setUp(t);
  const stray = await lockDebs(scene.store, [{ name: 'a' }, { name: 'b' }]);
  for (const [index, { sha256 }] of stray.packages.entries())
    utimesSync(scene.store.blobPath(sha256), 1000 + index, new Date());
  const { size } = await showCache(scene.context);
  const first = await pruneCache(scene.context, { maxSize: size - 1, dryRun: false });
  assert.deepEqual(
    first.removed.map(({ key }) => key),
    [stray.packages[0]!.sha256],
  );
  assert.equal(first.over, undefined);
  const all = await pruneCache(scene.context, { maxSize: 0, dryRun: false });
  assert.ok(all.over! > 20_000);
});

test('what a running process has used since it started stays', async (t) => {
  const scene = await setUp(t);
  unlinkSync(join(scene.project, 'targetry.lock'));
  // The process that runs the tests: it lives as long as they do.
  const session = join(scene.store.folder, 'sessions', `${machine()}-${process.ppid}`);
  writeFileSync(session, '');
  const old = Date.now() / 1000 - 3600;
  age(scene, 10);
  utimesSync(session, old, old);
  const used = scene.locked.packages[0]!.sha256;
  assert.ok(scene.store.hasBlob(used));
  await pruneCache(scene.context, { maxSize: 0, olderThan: 0, dryRun: false });
  assert.deepEqual(keys(scene, 'blobs', 'trees', 'roots'), [`blobs ${used}`]);
});

test('a store that is whole is told to be', async (t) => {
  const { context } = await setUp(t);
  const { checked, damaged } = await verifyCache(context);
  assert.deepEqual(checked, { blobs: 2, trees: 2, roots: 1 });
  assert.deepEqual(damaged, []);
});

const TREE = (scene: Scene, path: string) =>
  join(scene.store.folderPath('trees', toolOf(scene).sha256), 'fs', path);
const toolOf = ({ locked }: Scene) => locked.packages.find(({ name }) => name === 'tool')!;

const damages: readonly [title: string, problem: RegExp, spoil: (path: (path: string) => string) => void][] =
  [
    [
      'other bytes',
      /^\/usr\/share\/tool\/data has other bytes$/,
      (at) => appendFileSync(at('usr/share/tool/data'), 'x'),
    ],
    [
      'another mode',
      /^\/usr\/bin\/tool has mode 4755 instead of 755$/,
      (at) => chmodSync(at('usr/bin/tool'), 0o4755),
    ],
    [
      'a file too many',
      /^\/usr\/bin\/new doesn't belong there$/,
      (at) => writeFileSync(at('usr/bin/new'), ''),
    ],
    ['a file too few', /^\/usr\/bin\/tool is gone$/, (at) => unlinkSync(at('usr/bin/tool'))],
    [
      'a link that leads elsewhere',
      /^\/usr\/bin\/other leads to \/etc\/passwd$/,
      (at) => {
        unlinkSync(at('usr/bin/other'));
        symlinkSync('/etc/passwd', at('usr/bin/other'));
      },
    ],
  ];

for (const [title, problem, spoil] of damages) {
  test(`a tree with ${title} is named, removed and made again`, async (t) => {
    const scene = await setUp(t);
    spoil((path) => TREE(scene, path));
    const { damaged } = await verifyCache(scene.context);
    const tree = damaged.find(({ kind }) => kind === 'trees');
    assert.deepEqual(tree?.names, ['tool 1']);
    assert.deepEqual(tree.key, toolOf(scene).sha256);
    assert.match(tree.problems.join('\n'), problem);
    assert.deepEqual((await verifyCache(scene.context)).damaged, []);
    await scene.store.dropFolder('roots', rootKey(scene.locked));
    await composeRoot(scene.locked, scene.store);
    assert.equal(readFileSync(TREE(scene, 'usr/share/tool/data'), 'utf8'), 'data'.repeat(5000));
    assert.deepEqual((await verifyCache(scene.context)).damaged, []);
  });
}

test('a root that was written to is named by its environment, removed and made again', async (t) => {
  const scene = await setUp(t);
  writeFileSync(join(scene.folder, 'etc/motd'), 'hello');
  const { damaged } = await verifyCache(scene.context);
  assert.deepEqual(damaged, [
    {
      kind: 'roots',
      key: rootKey(scene.locked),
      names: ['test amd64'],
      problems: ["/etc/motd doesn't belong there"],
    },
  ]);
  assert.ok(!existsSync(scene.folder));
  assert.equal(await composeRoot(scene.locked, scene.store), scene.folder);
  assert.deepEqual((await verifyCache(scene.context)).damaged, []);
});

test('a blob with other bytes is named and removed', async (t) => {
  const scene = await setUp(t);
  const { sha256 } = toolOf(scene);
  appendFileSync(scene.store.blobPath(sha256), 'x');
  const { damaged } = await verifyCache(scene.context);
  assert.deepEqual(
    damaged.map(({ kind, key, names }) => [kind, key, names]),
    [['blobs', sha256, ['tool 1']]],
  );
  assert.ok(!scene.store.hasBlob(sha256));
});

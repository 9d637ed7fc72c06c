/** The caches of steps from outside of a build: `targetry cache mounts`, and what a kill leaves of them. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { tar } from '../archives.ts';
import { manyIds, noScene, Scene, step, type Solved } from '../engine-scene.ts';
import {
  clearCacheMounts,
  condemnCacheMounts,
  exportCacheMount,
  importCacheMount,
  listCacheMounts,
} from '../../src/operations/building/cache-mounts.ts';
import { pruneCache } from '../../src/operations/cache-prune.ts';
import type { Event } from '../../src/report/event.ts';
import { Failure } from '../../src/report/failure.ts';

const skip = noScene ?? false;

const worldOf = (scene: Scene) => ({
  store: scene.store.folder,
  env: { PATH: process.env['PATH'] },
  cwd: scene.folder,
});

async function use(scene: Scene, script: string, id = 'zig-abc', user?: string): Promise<string> {
  const one = step(scene.root, script, { user, mounts: { '/c': { cache: id } } });
  const { output, error } = await scene.solve([one]);
  if (error !== undefined) throw error;
  return output.get('step') ?? '';
}

test('caches are listed, given up and cleared one by one', { skip }, async (t) => {
  const scene = await Scene.make(t);
  const world = worldOf(scene);
  assert.deepEqual(await listCacheMounts(world), []);
  await use(scene, 'echo 1 >/c/file', 'zig-abc');
  await use(scene, 'dd if=/dev/zero of=/c/big bs=1M count=3 2>/dev/null', 'npm-abc');
  const all = await listCacheMounts(world);
  assert.deepEqual(all.map(({ id, generation, used }) => `${id} ${generation} ${used}`).sort(), [
    'npm-abc 1 false',
    'zig-abc 1 false',
  ]);
  assert.ok(all.find(({ id }) => id === 'npm-abc')!.size >= 3 << 20);

  await assert.rejects(condemnCacheMounts(world, ['zig-abd']), (error) => {
    assert.ok(error instanceof Failure && error.code === 'cache-mount-unknown');
    return error.hint === 'did you mean `zig-abc`?';
  });
  await condemnCacheMounts(world, ['zig-*']);
  assert.equal((await listCacheMounts(world)).find(({ id }) => id === 'zig-abc')!.generation, undefined);
  assert.equal(await use(scene, 'ls /c; echo 2 >/c/two'), '');
  assert.deepEqual(await clearCacheMounts(world, ['npm-abc']), [{ id: 'npm-abc', whole: true }]);
  assert.deepEqual(readdirSync(join(scene.store.folder, 'cache-mounts')), ['zig-abc']);
  assert.equal(await use(scene, 'ls /c'), 'two\n');
});

test('a cache that a step is using is cleared when the step has ended', { skip }, async (t) => {
  const scene = await Scene.make(t);
  const world = worldOf(scene);
  const changes: unknown[] = [];
  const one = step(scene.root, 'echo mine >/c/x; echo ready; sleep 1; cat /c/x', {
    mounts: { '/c': { cache: 'busy' } },
  });
  const { output, error } = await scene.solve([one], {
    onEvent: (event) => {
      if (event.type !== 'output' || !Buffer.from(event.data).includes('ready')) return;
      changes.push(
        listCacheMounts(world).then(([mount]) => mount!.used),
        exportCacheMount(world, 'busy', 'x.tar').catch((failed: Failure) => failed.code),
        clearCacheMounts(world, ['busy']).then(([change]) => change!.whole),
      );
    },
  });
  assert.equal(error, undefined);
  assert.equal(output.get('step'), 'ready\nmine\n');
  assert.deepEqual(await Promise.all(changes), [true, 'cache-mount-busy', false]);
  assert.equal((await clearCacheMounts(world, ['busy']))[0]!.whole, true);
  assert.deepEqual(readdirSync(join(scene.store.folder, 'cache-mounts')), []);
});

test(
  'caches that were not used for long go with the rest of the store, and never one in use',
  { skip },
  async (t) => {
    const scene = await Scene.make(t);
    const world = { ...worldOf(scene), signal: new AbortController().signal };
    await use(scene, 'echo 1 >/c/file', 'old');
    const prune = (olderThan: number) => pruneCache(world, { olderThan, dryRun: false });
    const mountsIn = (report: Awaited<ReturnType<typeof prune>>) =>
      report.removed.flatMap(({ kind, key }) => (kind === 'cache-mounts' ? [key] : []));
    assert.deepEqual(mountsIn(await prune(60_000)), []);
    let during: Promise<string[]> | undefined;
    const busy = step(scene.root, 'echo ready; sleep 1', { mounts: { '/c': { cache: 'busy' } } });
    await scene.solve([busy], {
      onEvent: (event) => {
        if (event.type === 'output') during ??= prune(-60_000).then(mountsIn);
      },
    });
    assert.deepEqual(await during, ['old']);
    assert.deepEqual(mountsIn(await prune(-60_000)), ['busy']);
  },
);

test('a cache goes to another store as a file, with links, modes and owners', { skip }, async (t) => {
  const scene = await Scene.make(t);
  const world = worldOf(scene);
  const user = manyIds ? 'guest' : undefined;
  const list =
    "cd /c; find . -exec stat -c '%n %A %U %Y' {} + | sort; cat deep/a; [ deep/a -ef b ] && echo same; readlink link";
  await use(
    scene,
    `mkdir -m 700 /c/deep; echo text >/c/deep/a; ln /c/deep/a /c/b; ln -s /etc/passwd /c/link; chmod 4711 /c/b; touch -d @1000000000 /c/deep; : >/c/empty`,
    'own-1',
    user,
  );
  const before = await use(scene, list, 'own-1', user);
  assert.match(before, /text\nsame\n\/etc\/passwd\n$/);
  assert.deepEqual(await exportCacheMount(world, 'own-1', 'cache.tar'), { id: 'own-1', whole: true });
  await assert.rejects(exportCacheMount(world, 'own-1', 'cache.tar'), /is there already/);
  await assert.rejects(exportCacheMount(world, 'own-1', 'none/cache.tar'), /could not be written/);

  const other = await Scene.make(t);
  const there = { ...worldOf(other), cwd: scene.folder };
  await use(other, 'echo old >/c/old', 'own-1', user);
  assert.equal((await importCacheMount(there, 'cache.tar')).id, 'own-1');
  assert.equal(await use(other, list, 'own-1', user), before);
});

test('a file that is no cache is refused, and makes nothing outside of the store', { skip }, async (t) => {
  const scene = await Scene.make(t);
  const about = { path: 'about.json', bytes: JSON.stringify({ id: 'x', keysItself: true, about: {} }) };
  const files = { path: 'files/', type: '5' };
  const bad = [
    [about],
    [about, files, { path: '../escaped', bytes: 'x' }],
    [about, files, { path: 'files/../../escaped', bytes: 'x' }],
    [about, files, { path: '/escaped', bytes: 'x' }],
    [
      about,
      files,
      { path: 'files/out', type: '2', linkTarget: scene.folder },
      { path: 'files/out/escaped', bytes: 'x' },
    ],
    [about, files, { path: 'files/out', type: '1', linkTarget: '../../../escaped' }],
    [{ path: 'about.json', bytes: '{}' }, files],
  ];
  writeFileSync(join(scene.folder, 'no.tar'), 'this is not a tar file');
  for (const [index, members] of bad.entries())
    writeFileSync(join(scene.folder, `${index}.tar`), tar(members));
  for (const name of ['no.tar', 'missing.tar', ...bad.map((_, index) => `${index}.tar`)]) {
    await assert.rejects(
      importCacheMount(worldOf(scene), name),
      (error) => error instanceof Failure && error.code === 'cache-file-invalid',
      name,
    );
  }
  assert.ok(!existsSync(join(scene.folder, 'escaped')) && !existsSync('/escaped'));
  assert.equal(existsSync(join(scene.store.folder, 'cache-mounts')), false);
});

test(
  'a step that another build runs is waited for, by a build that says so, and not run again',
  { skip },
  async (t) => {
    const first = await Scene.make(t);
    const second = await Scene.at(first.folder);
    const script =
      'echo x >>/c/runs; echo ready; until [ -e /c/go ]; do sleep 0.05; done; wc -l </c/runs >/runs';
    const one = step(first.root, script, { mounts: { '/c': { cache: 'own', sharing: 'locked' } } });
    const waited: Event[] = [];
    let other: Promise<Solved> | undefined;
    const followed = (event: Event) => {
      if (event.type !== 'waiting') return;
      waited.push(event);
      writeFileSync(join(first.store.folder, 'cache-mounts/own/1/0/go'), '');
    };
    const { error } = await first.solve([one], {
      onEvent: (event) => {
        if (event.type === 'output') other ??= second.solve([one], { onEvent: followed, paths: ['/runs'] });
      },
    });
    assert.equal(error, undefined);
    const solved = await other!;
    assert.equal(solved.error, undefined);
    assert.deepEqual(solved.outcomes[0], ['step', 'cached']);
    assert.equal(readFileSync(join(first.out, 'runs'), 'utf8'), '1\n');
    assert.deepEqual(
      waited.map((event) => ({ ...event, task: '' })),
      [{ type: 'waiting', task: '', for: 'step', process: process.pid }],
    );
  },
);

test('a step that another build runs in vain is run when that build is over', { skip }, async (t) => {
  const first = await Scene.make(t);
  const second = await Scene.at(first.folder);
  const script =
    'echo x >>/c/runs; echo ready; until [ -e /c/go ]; do sleep 0.05; done; [ $(wc -l </c/runs) = 2 ]';
  const one = step(first.root, script, { mounts: { '/c': { cache: 'own' } } });
  const options = { keyThemselves: ['own'] };
  let other: Promise<Solved> | undefined;
  const followed = (event: Event) => {
    if (event.type === 'waiting') writeFileSync(join(first.store.folder, 'cache-mounts/own/1/0/go'), '');
  };
  const { error } = await first.solve([one], {
    ...options,
    onEvent: (event) => {
      if (event.type === 'output') other ??= second.solve([one], { ...options, onEvent: followed });
    },
  });
  assert.ok(error instanceof Failure && error.code === 'step-failed');
  const solved = await other!;
  assert.equal(solved.error, undefined);
  assert.deepEqual(solved.outcomes, [['step', 'done']]);
});

test('a step that waits for the cache of another says whose it is', { skip }, async (t) => {
  const scene = await Scene.make(t);
  const script = 'if mkdir /c/first 2>/dev/null; then until [ -e /c/go ]; do sleep 0.05; done; fi';
  const states = ['a', 'b'].map((name) =>
    step(scene.root, script, {
      name,
      env: { NAME: name },
      mounts: { '/c': { cache: 'own', sharing: 'locked' } },
    }),
  );
  const waited: Event[] = [];
  const { error } = await scene.solve(states, {
    onEvent: (event) => {
      if (event.type !== 'waiting') return;
      waited.push(event);
      writeFileSync(join(scene.store.folder, 'cache-mounts/own/1/0/go'), '');
    },
  });
  assert.equal(error, undefined);
  const [event] = waited;
  assert.ok(waited.length === 1 && event?.type === 'waiting' && event.for === 'cache');
  assert.match(event.step!, /^[ab]$/);
  assert.equal(event.process, undefined);
});

test(
  'after kill -9 at any moment no step finds a half-written cache',
  { skip, timeout: 120_000 },
  async (t) => {
    const scene = await Scene.make(t);
    const program = fileURLToPath(new URL('../cache-victim.js', import.meta.url));
    const start = (name: string) =>
      spawn(process.execPath, [program, scene.folder, name], { stdio: ['ignore', 'inherit', 'inherit'] });
    for (let round = 0; round < 12; round++) {
      const victim = start(`killed-${round}`);
      const ended = new Promise<number | null>((resolve) => victim.on('exit', resolve));
      await Promise.race([ended, pause(120 + Math.random() * 700)]);
      victim.kill('SIGKILL');
      await ended;
    }
    const last = start('last');
    assert.equal(await new Promise((resolve) => last.on('exit', resolve)), 0);
    const { generation, used } = (await listCacheMounts(worldOf(scene)))[0]!;
    t.diagnostic(`generation ${generation}`);
    assert.equal(used, false);
  },
);

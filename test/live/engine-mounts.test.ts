/** What a step gets besides its root: folders of other states, folders in memory, and caches. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { manyIds, noScene, Scene, step } from '../engine-scene.ts';
import { scratch, source } from '../../src/graph/sources.ts';
import { Failure } from '../../src/report/failure.ts';

const skip = noScene ?? false;

test(
  'a folder of another state is seen where it is mounted, and nothing of it is left',
  { skip },
  async (t) => {
    const scene = await Scene.make(t);
    const tools = step(
      scene.root,
      'mkdir -p /opt/tool/bin; echo tool >/opt/tool/bin/run; ln -s bin/run /opt/tool/link',
    );
    const built = step(
      scene.root,
      'cat /mnt/deep/tool/link; cat /mnt/one; ls /src; touch /mnt/deep/tool/x 2>&1 || echo no',
      {
        name: 'built',
        mounts: {
          '/mnt/deep/tool': { from: tools, selector: '/opt/tool', readonly: true },
          '/mnt/one': { from: tools, selector: 'opt/tool/link', readonly: true },
          '/src': { from: source('targetry.folder://source'), readonly: true },
          '/memory': { tmpfs: true, size: 1 << 20 },
        },
      },
    );
    scene.files = { 'a.c': 'int a;', 'deep/b.c': '' };
    const after = step(built, 'ls -d /mnt/* /src /memory 2>&1 || true', { name: 'after' });
    const { output, error } = await scene.solve([after]);
    assert.equal(error, undefined);
    assert.match(output.get('built')!, /^tool\ntool\na\.c\ndeep\ntouch: .*Read-only file system\nno\n$/);
    assert.doesNotMatch(output.get('after')!, /^\//m);
  },
);

test('what a step writes to a mounted state becomes a state of its own', { skip }, async (t) => {
  const scene = await Scene.make(t);
  const base = scratch().mkfile('/old', 'old').mkfile('/gone', 'x');
  const run = scene.root.run({
    name: 'write',
    args: [
      '/bin/sh',
      '-euc',
      'rm /out/gone; echo new >/out/new; echo empty >/empty/file; echo root >/rooted',
    ],
    mounts: { '/out': { from: base }, '/empty': { from: scratch() } },
  });
  const states = [run.mount('/out'), run.mount('/empty'), run.root(), base];
  const look = step(run.root(), 'cd /all; cat */*; ls', {
    name: 'look',
    mounts: {
      '/all/a': { from: run.mount('/out'), readonly: true },
      '/all/b': { from: run.mount('/empty'), readonly: true },
    },
  });
  const options = { paths: ['/new', '/file', '/rooted', '/gone'], from: [0, 1, 2, 3] };
  const first = await scene.solve([...states, look], options);
  assert.equal(first.error, undefined);
  assert.equal(first.output.get('look'), 'new\noldempty\na\nb\n');
  assert.equal(readFileSync(join(scene.out, 'new'), 'utf8'), 'new\n');
  const again = await scene.solve([...states, look], options);
  assert.ok(
    again.outcomes.every(([, outcome]) => outcome === 'cached'),
    JSON.stringify(again.outcomes),
  );
  const gone = await scene.solve([run.mount('/out')], { paths: ['/gone'] });
  assert.equal((gone.error as Failure).code, 'artifact-missing');
});

test('a root that is not to be written to is not', { skip }, async (t) => {
  const scene = await Scene.make(t);
  const run = scene.root.run({
    name: 'step',
    args: ['/bin/sh', '-euc', 'echo x >/x 2>&1 || echo no; echo y >/out/y; echo z >/tmp/z'],
    readonlyRoot: true,
    mounts: { '/out': { from: scratch() }, '/tmp': { tmpfs: true } },
  });
  const { error, output } = await scene.solve([run.mount('/out')], { paths: ['/y'] });
  assert.equal(error, undefined);
  assert.match(output.get('step')!, /Read-only file system\n|no\n/);
});

test('links of a root lead no mount out of it', { skip }, async (t) => {
  const scene = await Scene.make(t);
  const trap = step(
    scene.root,
    `ln -s ${scene.out} /abs; ln -s ../../../../../..${scene.out} /up; ln -s /nowhere/deep /dangling; ln -s me /me`,
  );
  const used = step(
    trap,
    'echo 1 >/abs/in/f; echo 2 >/up/up/f; echo 3 >/dangling/f; cat /nowhere/deep/f; ls -l /abs',
    {
      name: 'used',
      mounts: { '/abs/in': { tmpfs: true }, '/up/up': { cache: 'c' }, '/dangling': { from: scratch() } },
    },
  );
  const { error, output } = await scene.solve([used]);
  assert.equal(error, undefined);
  assert.match(output.get('used')!, /^3\n/);
  assert.deepEqual(readdirSync(scene.out), []);
  const circle = await scene.solve([step(trap, ':', { mounts: { '/me/x': { tmpfs: true } } })]);
  assert.match((circle.error as Failure).why!, /leads in circles/);
  const missing = { '/x': { from: trap, selector: '/not/there', readonly: true } };
  const none = await scene.solve([step(scene.root, ':', { mounts: missing })]);
  assert.match((none.error as Failure).why!, /there is no \/not\/there in what is mounted/);
});

test(
  'a cache stays between builds, belongs to the user of the step, and is in no layer',
  { skip },
  async (t) => {
    const scene = await Scene.make(t);
    const use = (word: string, user?: string) =>
      step(
        scene.root,
        `ls /var/cache/own; touch /var/cache/own/${word}; stat -c %U /var/cache/own; ls -R /var/cache`,
        {
          name: word,
          user,
          mounts: {
            '/var/cache/own': {
              cache: user === undefined ? 'own' : 'own-guest',
              initial: scratch().mkfile('/first', ''),
            },
          },
        },
      );
    for (const user of manyIds ? [undefined, 'guest'] : [undefined]) {
      const one = await scene.solve([use('one', user)]);
      assert.equal(one.error, undefined);
      assert.match(one.output.get('one')!, new RegExp(`^first\\n${user ?? 'root'}\\n`));
      const two = await scene.solve([
        step(use('two', user), 'ls -d /var/cache/own 2>&1 || true', { name: 'after' }),
      ]);
      assert.match(two.output.get('two')!, /^first\none\n/);
      assert.match(two.output.get('after')!, /No such file/);
    }
  },
);

test(
  'a failed step, and one that was killed, give up what they wrote; caches that key themselves keep it',
  { skip },
  async (t) => {
    const scene = await Scene.make(t);
    const use = (script: string) =>
      step(scene.root, `cat /c/* || true; ${script}`, { mounts: { '/c': { cache: 'c' } } });
    const run = async (script: string, keyThemselves: readonly string[] = []) =>
      scene.solve([use(script)], { keyThemselves });
    assert.equal((await run('echo good >/c/good')).error, undefined);
    const { error: failed } = await run('echo bad >/c/bad; exit 1');
    assert.match((failed as Failure).hint!, /; its cache c starts empty next time$/);
    const clean = await run('echo new >/c/new');
    assert.equal(clean.output.get('step'), "cat: can't open '/c/*': No such file or directory\n");
    const stop = new AbortController();
    const killed = scene.solve([use('echo half >/c/half; echo ready; sleep 60')], {
      signal: stop.signal,
      onEvent: (event) =>
        event.type === 'output' && Buffer.from(event.data).includes('ready') && stop.abort(),
    });
    assert.ok((await killed).error instanceof Failure);
    assert.doesNotMatch((await run('echo third >/c/third')).output.get('step')!, /half|good|new/);
    assert.deepEqual(
      readdirSync(join(scene.store.folder, 'cache-mounts/c')).sort(),
      ['2.condemned', '3', 'about.json'],
      'what was condemned is gone',
    );

    assert.ok((await run('echo kept >/c/kept; exit 1', ['c'])).error instanceof Failure);
    assert.match((await run('true', ['c'])).output.get('step')!, /^kept\nthird\n$/);
  },
);

test(
  'steps that share a cache see each other, locked ones wait, private ones get their own',
  { skip },
  async (t) => {
    const scene = await Scene.make(t);
    const both = async (sharing: 'shared' | 'private' | 'locked') => {
      const states = ['a', 'b'].map((name) =>
        step(scene.root, `echo $(ls /c); touch /c/${name}; sleep 0.7; echo $(ls /c)`, {
          name,
          mounts: { '/c': { cache: sharing, sharing } },
        }),
      );
      const { output, error } = await scene.solve(states);
      assert.equal(error, undefined);
      return [output.get('a')!, output.get('b')!].sort();
    };
    assert.deepEqual(await both('private'), ['\na\n', '\nb\n']);
    const locked = await both('locked');
    assert.ok(['\na\n', '\nb\n'].includes(locked[0]!), locked[0]);
    assert.match(locked[1]!, /^(a|b)\na b\n$/);
    const shared = await both('shared');
    assert.ok(
      shared.every((text) => text.endsWith('\na b\n')),
      shared.join('|'),
    );
    assert.ok(existsSync(join(scene.store.folder, 'cache-mounts/private/1/1')));
  },
);

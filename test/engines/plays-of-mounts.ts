/** What a step is given besides its root: folders of other states, memory, caches, secrets. */
import { step } from '../engine-scene.ts';
import { scratch, source } from '../../src/graph/index.ts';
import { sha256 } from '../../src/base/sha256.ts';
import { seen, type Play } from './play.ts';

const token = 'tok\'en-"$HOME"-ä\nsecond line';

export const playsOfMounts: readonly Play[] = [
  {
    name: 'mounts a folder and a file of another state, read-only',
    files: { 'a.c': 'int a;', 'deep/b.c': '' },
    play: (scene) => {
      const tools = step(
        scene.root,
        'mkdir -p /opt/tool/bin; echo tool >/opt/tool/bin/run; ln -s bin/run /opt/tool/link',
        {
          name: 'tools',
        },
      );
      const look =
        'cat /mnt/deep/tool/link; cat /mnt/one; ls /src; touch /mnt/deep/tool/x 2>/dev/null || echo no';
      const built = step(scene.root, look, {
        name: 'built',
        mounts: {
          '/mnt/deep/tool': { from: tools, selector: '/opt/tool', readonly: true },
          '/mnt/one': { from: tools, selector: 'opt/tool/link', readonly: true },
          '/src': { from: source('targetry.folder://source'), readonly: true },
        },
      });
      return seen(scene, [
        step(built, 'ls -d /mnt/* /src 2>/dev/null || echo nothing left', { name: 'after' }),
      ]);
    },
  },
  {
    name: 'makes a state of what was written to a mounted one',
    play: (scene) => {
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
      const look = step(run.root(), 'cd /all; cat */*; ls', {
        name: 'look',
        mounts: {
          '/all/a': { from: run.mount('/out'), readonly: true },
          '/all/b': { from: run.mount('/empty'), readonly: true },
        },
      });
      const states = [run.mount('/out'), run.mount('/empty'), run.root(), base, look];
      return seen(scene, states, { paths: ['/new', '/file', '/rooted', '/gone'], from: [0, 1, 2, 3] });
    },
  },
  {
    name: 'protects a root that is not to be written to',
    play: (scene) => {
      const run = scene.root.run({
        name: 'step',
        args: ['/bin/sh', '-euc', 'touch /x 2>/dev/null || echo no; echo y >/out/y; echo z >/tmp/z'],
        readonlyRoot: true,
        mounts: { '/out': { from: scratch() }, '/tmp': { tmpfs: true } },
      });
      return seen(scene, [run.mount('/out')], { paths: ['/y'] });
    },
  },
  {
    name: 'limits a folder in memory, and keeps nothing of it',
    play: (scene) => {
      const fill =
        'dd if=/dev/zero of=/memory/big bs=64k count=64 2>/dev/null || echo full; stat -f -c %T /memory';
      const filled = step(scene.root, fill, {
        name: 'fill',
        mounts: { '/memory': { tmpfs: true, size: 1 << 20 } },
      });
      return seen(scene, [step(filled, 'ls /memory 2>/dev/null | wc -l')]);
    },
  },
  {
    name: 'keeps a cache between builds, beginning with what it is given, and in no layer',
    play: async (scene) => {
      const use = (word: string) =>
        step(scene.root, `ls /var/cache/own; touch /var/cache/own/${word}; stat -c "%U %a" /var/cache/own`, {
          name: word,
          mounts: { '/var/cache/own': { cache: 'own', initial: scratch().mkfile('/first', '') } },
        });
      const one = await seen(scene, [use('one')]);
      const two = await seen(scene, [
        step(use('two'), 'ls /var/cache/own 2>/dev/null | wc -l', { name: 'after' }),
      ]);
      // A daemon may have thrown away by now what a cache begins with: whether it is made again is chance.
      const ofSteps = (outcome: string) => !outcome.startsWith('mkfile');
      return [one, { ...two, outcomes: two.outcomes.filter(ofSteps) }];
    },
  },
  {
    name: 'gives a cache to the user of the step',
    play: async (scene) => {
      const run = (user: string, script: string) =>
        seen(scene, [step(scene.root, script, { user, mounts: { '/c': { cache: `of ${user}` } } })]);
      return [
        await run('guest', 'stat -c %U /c; touch /c/x && echo mine'),
        await run('guest', 'cat /c/x; echo more >/c/x'),
        await run('guest', 'cat /c/x; stat -c %U /c/x'),
        await run('1234', 'stat -c %u /c; touch /c/x && echo mine'),
        await run('1234:4321', 'stat -c %u /c; touch /c/x && echo mine'),
      ];
    },
  },
  {
    name: 'gives up what a failed step wrote to its cache',
    play: async (scene) => {
      const run = async (script: string, keyThemselves: readonly string[] = []) =>
        seen(scene, [step(scene.root, `ls /c; ${script}`, { mounts: { '/c': { cache: 'poisoned' } } })], {
          keyThemselves,
        });
      await run('touch /c/good');
      await run('touch /c/bad; exit 1');
      const after = await run('touch /c/new');
      await run('touch /c/kept; exit 1', ['poisoned']);
      return [after, await run('true', ['poisoned'])];
    },
  },
  ...(['private', 'locked', 'shared'] as const).map((sharing): Play => ({
    name: `has two steps use a cache at once: ${sharing}`,
    play: async (scene) => {
      const states = ['a', 'b'].map((name) =>
        step(scene.root, `echo $(ls /c); touch /c/${name}; sleep 0.7; echo $(ls /c)`, {
          name,
          mounts: { '/c': { cache: sharing, sharing } },
        }),
      );
      const { output, error } = await seen(scene, states);
      const [first, second] = [output['a']!, output['b']!].toSorted();
      // Which is first is chance, and of those that share, what the second sees at first is too.
      if (sharing === 'shared') return [first!.endsWith('\na b\n'), second!.endsWith('\na b\n'), error];
      if (sharing === 'private') return [first, second, error];
      return [/^\n[ab]\n$/.test(first!), /^[ab]\na b\n$/.test(second!), error];
    },
  })),
  {
    name: 'gives a secret as a variable and as a file, exactly, and only while the step runs',
    play: (scene) => {
      const script = `printf %s "$TOKEN" | sha256sum; sha256sum </run/secrets/bin; stat -c "%a %u:%g" /run/secrets/bin /run/secrets/own
        env | grep -c ^MISSING= || true`;
      const used = step(scene.root, script, {
        name: 'used',
        secretEnv: { TOKEN: 'token', MISSING: { id: 'missing', optional: true } },
        mounts: {
          '/run/secrets/bin': { secret: 'bin' },
          '/run/secrets/own': { secret: 'token', mode: 0o444, uid: 405, gid: 100 },
          '/run/secrets/none': { secret: 'missing', optional: true },
        },
      });
      const secrets = { token, bin: Buffer.from([0, 1, 255, 0, 254, 10]) };
      return seen(scene, [step(used, 'ls /run/secrets 2>/dev/null | wc -l; env | grep -c TOKEN || true')], {
        secrets,
      });
    },
  },
  {
    name: 'gives a secret as a file where the daemon knows no secret variables',
    play: (scene) =>
      seen(scene, [step(scene.root, 'sha256sum </token', { mounts: { '/token': { secret: 'token' } } })], {
        secrets: { token },
      }),
  },
  {
    name: 'hides a secret in what a step prints and in its failure',
    play: (scene) =>
      seen(scene, [step(scene.root, 'cat /token; exit 1', { mounts: { '/token': { secret: 'token' } } })], {
        secrets: { token: 'v3ry-s3cret-value\n' },
      }),
  },
  {
    name: 'names a secret that was not given, before anything runs',
    play: (scene) => {
      const before = step(scene.root, 'echo ran', { name: 'before' });
      return seen(scene, [step(before, ':', { mounts: { '/t': { secret: 'token' } } })]);
    },
  },
  {
    name: 'runs again with another secret',
    play: async (scene) => {
      const first = step(scene.root, 'sha256sum </token >/sum', {
        name: 'first',
        mounts: { '/token': { secret: 'token' } },
      });
      const second = step(first, 'cat /sum', { name: 'second' });
      const output = async (value: string) =>
        (await seen(scene, [second], { secrets: { token: value } })).output;
      await output('one-secret-value');
      return (await output('another-secret-value'))['second'] === `${sha256('another-secret-value')}  -\n`;
    },
  },
];

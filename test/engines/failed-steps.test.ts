/** What a step leaves behind on a daemon when it fails: kept as a tar and as an image, and opened with a command. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readAddress } from '../../src/engines/buildkit/address.ts';
import { createBuildKitEngine } from '../../src/engines/buildkit/engine.ts';
import type { Visit } from '../../src/engines/engine.ts';
import type { State } from '../../src/graph/index.ts';
import { savingFailed } from '../../src/operations/building/save-failed.ts';
import type { Event } from '../../src/report/event.ts';
import { Failure } from '../../src/report/failure.ts';
import { Scene, step } from '../engine-scene.ts';
import { daemonKinds, daemonOfFile } from './daemons.ts';

for (const kind of daemonKinds) {
  const { made: daemon, skip } = await daemonOfFile(kind);
  const sceneOn = (t: { after(end: () => unknown): void }) => {
    const address = readAddress(daemon!.address, {});
    return Scene.make(t, { engine: ({ store }) => createBuildKitEngine({ address, store, env: {} }) });
  };

  test(`${kind}: a command that no kernel starts is refused before anything runs`, { skip }, async (t) => {
    const scene = await sceneOn(t);
    const { error, outcomes } = await scene.solve([step(scene.root, `: ${'x'.repeat(140_000)}`)]);
    assert.ok(error instanceof Failure && error.code === 'buildkit-cannot', String(error));
    assert.match(error.message, /can't run a command of more than 128 kB/);
    assert.deepEqual(outcomes, []);
  });

  if (kind === 'docker') {
    test(
      "docker: the build says that this daemon doesn't tell what a failed step left",
      { skip },
      async (t) => {
        const scene = await sceneOn(t);
        const { failure, events } = await saved(scene, 'failed.tar');
        assert.equal(failure.code, 'step-failed');
        const notices = events.flatMap((event) => (event.type === 'noticed' ? [event.diagnostic] : []));
        const told = notices.find(({ code }) => code === 'buildkit-cannot');
        assert.match(told!.message, /doesn't tell what a failed step left behind/);
        assert.match(told!.hint!, /--engine embedded/);
        const { error } = await visited(scene, [step(scene.root, 'exit 9')], {
          state: 'failed',
          args: undefined,
        });
        assert.ok(error instanceof Failure && error.code === 'buildkit-cannot', String(error));
      },
    );
  } else {
    test(`${kind}: a tar has the whole root as the step left it`, { skip }, async (t) => {
      const scene = await sceneOn(t);
      const { failure } = await saved(scene, 'failed.tar');
      assert.match(failure.hint!, /^what it left behind is in failed\.tar; the whole log /);
      const listed = execFileSync('tar', ['-tvf', 'failed.tar', '--numeric-owner'], {
        cwd: scene.out,
        encoding: 'utf8',
      });
      const hard = listed.includes('./srv/left link') ? '-rwsr-x--- 5 ./srv/twin' : '-rwsr-x--- 5 ./srv/left';
      const lines = listed
        .split('\n')
        .filter((line) => /srv\/|\/bin\/sh |motd|targetry|\.\/(proc|sys|dev)\/./.test(line));
      // Which of two names comes first is the daemon's folder's business.
      const inOrder = (line: string) => line.replace('left link to ./srv/twin', 'twin link to ./srv/left');
      const seen = lines
        .map((line) => line.replace(/ 0\/0 +(\d+) .*? \./, ' $1 .'))
        .map(inOrder)
        .toSorted();
      assert.deepEqual(seen, [
        hard,
        'drwxr-xr-x 0 ./srv/',
        'hrwsr-x--- 0 ./srv/twin link to ./srv/left',
        'lrwxrwxrwx 0 ./bin/sh -> /bin/busybox',
        'lrwxrwxrwx 0 ./srv/link -> left',
        'prw-r--r-- 0 ./srv/pipe',
      ]);
    });

    test(
      `${kind}: an image has the variables and the folder of the step, whoever else fails`,
      { skip },
      async (t) => {
        const scene = await sceneOn(t);
        const others = [3, 4].map((number) => step(scene.root, `sleep ${number}; exit 9`, { name: 'other' }));
        const { failure } = await saved(scene, 'image', others);
        assert.match(failure.hint!, /^what it left behind is in image; the whole log /);
        assert.match(failure.message, /^step one /);
        const read = (path: string) => JSON.parse(readFileSync(join(scene.out, 'image', path), 'utf8'));
        const blob = (digest: string) => `blobs/${digest.replace(':', '/')}`;
        const manifest = read(blob(read('index.json').manifests[0].digest));
        const { config } = read(blob(manifest.config.digest));
        assert.equal(config.WorkingDir, '/srv');
        assert.ok(config.Env.includes('WORD=told'));
        const layer = join(scene.out, 'image', blob(manifest.layers[0].digest));
        const names = ['./srv/left', './srv/twin'];
        assert.equal(execFileSync('tar', ['-xOf', layer, ...names], { encoding: 'utf8' }), 'half\n');
      },
    );

    test(
      `${kind}: a root without tar is told for what it is, beside why the step failed`,
      { skip },
      async (t) => {
        const scene = await sceneOn(t);
        const bare = step(scene.root, 'rm /bin/tar', { name: 'bare' });
        const { failure, events } = await saved(scene, 'failed.tar', [], bare);
        assert.equal(failure.code, 'step-failed');
        const notices = events.flatMap((event) => (event.type === 'noticed' ? [event.diagnostic] : []));
        assert.match(notices.map(({ message }) => message).join(), /could not be packed.*no program tar/);
      },
    );

    test(
      `${kind}: a command runs on what the failed step left, with its variables, caches and secrets`,
      { skip },
      async (t) => {
        const scene = await sceneOn(t);
        const first = step(scene.root, 'echo before >/before', { name: 'first' });
        const options = {
          cwd: '/srv',
          env: { WORD: 'told' },
          mounts: { '/cache': { cache: `visited-${kind}` }, '/secret': { secret: 'token' } },
        };
        const fails = step(first, 'echo half >left; echo kept >/cache/file; exit 9', options);
        const look = 'cat /before left /cache/file /secret; echo; echo $WORD; pwd; exit 4';
        const args = ['/bin/sh', '-c', look];
        const { code, printed, error } = await visited(scene, [fails], { state: 'failed', args });
        assert.equal(error, undefined);
        assert.deepEqual([code, printed], [4, 'before\nhalf\nkept\n***\ntold\n/srv\n']);
        const good = await visited(scene, [first], { state: 'failed', args });
        assert.ok(good.error instanceof Failure && good.error.code === 'step-not-failed');
      },
    );
  }

  // Docker's server of HTTP/2 sends headers of any size.
  const sizes = kind === 'docker' ? [50_000] : [50_000, 100_000];
  test(`${kind}: a step with a very long script fails for what it is`, { skip }, async (t) => {
    const scene = await sceneOn(t);
    for (const size of sizes) {
      const fails = step(scene.root, `${'# long\n'.repeat(size / 7)} exit 9`);
      const { error } = await scene.solve([fails], { signal: AbortSignal.timeout(60_000) });
      assert.ok(error instanceof Failure && error.code === 'step-failed', `${size}: ${String(error)}`);
    }
  });

  test(
    `${kind}: a command runs where the first step would run, and nothing of it is kept`,
    { skip },
    async (t) => {
      const scene = await sceneOn(t);
      const fails = step(scene.root, 'test ! -e /made; exit 9', { cwd: '/srv' });
      const args = ['/bin/sh', '-c', 'pwd; echo made >/made; cat /made'];
      for (const _ of [1, 2]) {
        const { code, printed, error } = await visited(scene, [fails], { state: 'before', args });
        assert.equal(error, undefined);
        assert.deepEqual([code, printed], [0, '/srv\nmade\n']);
      }
      const replay = await visited(scene, [fails], { state: 'before', args: undefined });
      assert.equal(replay.code, 9);
    },
  );
}

async function saved(scene: Scene, path: string, others: readonly State[] = [], on = scene.root) {
  const events: Event[] = [];
  const context = {
    cwd: scene.out,
    store: scene.store.folder,
    env: {},
    signal: AbortSignal.any([]),
    emit: (event: Event) => void events.push(event),
  };
  const script =
    'echo half >left; ln left twin; mkfifo pipe; ln -s left link; chmod 4750 left; rm /etc/motd; exit 9';
  const one = step(on, script, { name: 'one', cwd: '/srv', env: { WORD: 'told' } });
  const { error } = await scene.solve([one, ...others], {
    onFailed: savingFailed(context, path),
    onEvent: (event) => events.push(event),
  });
  assert.ok(error instanceof Failure, String(error));
  return { failure: error, events };
}

async function visited(scene: Scene, states: readonly State[], asked: Pick<Visit, 'state' | 'args'>) {
  let printed = '';
  let code: number | undefined;
  const { error } = await scene.solve(states, {
    secrets: { token: 'a-secret-value' },
    visit: ({ vertices }) => ({
      ...asked,
      steps: vertices.filter(({ op }) => op.type === 'exec'),
      terminal: undefined,
      printed: (_stream, data) => (printed += Buffer.from(data).toString()),
      ended: (ended) => (code = ended),
    }),
  });
  return { printed, code, error };
}

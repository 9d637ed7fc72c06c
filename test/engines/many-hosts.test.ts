/** Daemons on machines of their own: what is built there, what one leaves for another, and what one that dies takes along. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readAddress } from '../../src/engines/buildkit/address.ts';
import { createBuildKitEngine } from '../../src/engines/buildkit/engine.ts';
import type { WholeExport } from '../../src/engines/buildkit/whole-exports.ts';
import type { ResultPlaces } from '../../src/engines/engine.ts';
import { Failure } from '../../src/report/failure.ts';
import { noScene, Scene, step } from '../engine-scene.ts';
import { Missing } from './go-programs.ts';
import { isInside, login, makeBridge, runInside, startHost, startRegistry } from './hosts.ts';

if (isInside) await inside();
else {
  test('daemons on machines of their own', { timeout: 300_000 }, async (t) => {
    if (noScene !== undefined) return t.skip(noScene);
    if (process.getuid!() !== 0) return t.skip('only root makes networks');
    const { isGood, said } = runInside(fileURLToPath(import.meta.url));
    const missing = /^missing: (.*)$/m.exec(said)?.[1];
    if (missing !== undefined) return t.skip(missing);
    assert.ok(isGood, said);
    assert.match(said, /^# pass 7$/m, said);
  });
}

async function inside(): Promise<void> {
  try {
    makeBridge();
    const registry = await startRegistry(after);
    const closed = await startRegistry(after, false);
    const hosts = [
      await startHost(2, 'newest', after),
      await startHost(3, 'newest', after),
      await startHost(4, 'older', after),
      await startHost(5, 'older', after),
    ];
    declare({ registry, closed }, hosts);
  } catch (error) {
    if (!(error instanceof Missing)) throw error;
    console.log(`missing: ${error.message}`);
  }
}

type Host = Awaited<ReturnType<typeof startHost>>;

function ours(
  address: string,
  env: Record<string, string> = {},
  whole?: (scene: Scene) => readonly WholeExport[],
): Promise<Scene> {
  const engine = (scene: Scene) =>
    createBuildKitEngine({
      address: readAddress(address, {}),
      store: scene.store,
      env: { HOME: '/nowhere', ...env },
      whole: whole?.(scene),
    });
  return Scene.make({ after }, { engine });
}

function declare(
  { registry, closed }: Readonly<Record<'registry' | 'closed', string>>,
  hosts: readonly Host[],
): void {
  const folder = mkdtempSync(join(tmpdir(), 'targetry-hosts-'));
  after(() => rmSync(folder, { recursive: true, force: true }));

  const made = (scene: Scene, what: string) =>
    step(scene.root, `cat /proc/sys/kernel/random/uuid >/made; : ${what}`, { name: 'made' });
  const noticedBy = async (scene: Scene, results: ResultPlaces) => {
    const noticed: string[] = [];
    const { error, outcomes } = await scene.solve(
      [made(scene, JSON.stringify(results)), step(scene.root, 'true')],
      {
        paths: ['/made'],
        results,
        onEvent: (event) =>
          event.type === 'noticed' &&
          /result/.test(event.diagnostic.code) &&
          noticed.push(event.diagnostic.message),
      },
    );
    assert.equal(error, undefined);
    const outcome = outcomes.find(([name]) => name === 'made')?.[1];
    return { outcome, bytes: readFileSync(join(scene.out, 'made'), 'utf8'), noticed };
  };

  // One version doesn't know what the other calls the same step.
  for (const pair of [hosts.slice(0, 2), hosts.slice(2)]) {
    const { name } = pair[0]!.daemon;
    for (const [where, place] of [
      ['a registry', { kind: 'registry', repository: `${registry}/team/cache`, tag: name.split(' ')[1] }],
      ['a folder of the client', { kind: 'folder', folder: join(folder, name) }],
    ] as const) {
      test(`${name}: what one daemon built, another takes from ${where}`, async () => {
        const [first, second] = await Promise.all(pair.map(({ address }) => ours(address)));
        const places = { from: [place], to: [place] };
        const built = await noticedBy(first!, places);
        assert.deepEqual([built.outcome, built.noticed], ['done', []]);
        const taken = await noticedBy(second!, places);
        assert.deepEqual(taken, { ...built, outcome: 'cached' });
      });
    }
  }

  test('where a registry asks for a login, results go there with that of the user, and without one the build goes on', async () => {
    const place = { kind: 'registry', repository: `${closed}/cache` } as const;
    const places = { from: [place], to: [place] };
    const stranger = await noticedBy(await ours(hosts[0]!.address), places);
    assert.equal(stranger.noticed.length, 2, stranger.noticed.join('\n'));
    for (const message of stranger.noticed)
      assert.match(message, /10\.77\.0\.1:5001\/cache.*(401|authorization)/s);

    const auth = Buffer.from(`${login.user}:${login.password}`).toString('base64');
    writeFileSync(join(folder, 'config.json'), JSON.stringify({ auths: { [closed]: { auth } } }));
    const known = await Promise.all(
      hosts.slice(0, 2).map(({ address }) => ours(address, { DOCKER_CONFIG: folder })),
    );
    const built = await noticedBy(known[0]!, places);
    assert.deepEqual(built.noticed, []);
    assert.deepEqual(await noticedBy(known[1]!, places), { ...built, outcome: 'cached' });
  });

  test('an image that one daemon pushed has the results that another takes', async () => {
    const [pushing, taking] = hosts.slice(0, 2);
    const name = `${registry}/app:all-amd64`;
    const push = { kind: 'push', name, withResults: true } as const;
    const state = (scene: Scene) =>
      step(scene.root, 'cat /proc/sys/kernel/random/uuid >/made', { name: 'made' });
    const first = await ours(pushing!.address, {}, (scene) => [{ from: state(scene).output!, form: push }]);
    const built = await first.solve([state(first)], { paths: ['/made'] });
    assert.equal(built.error, undefined);
    const bytes = readFileSync(join(first.out, 'made'), 'utf8');

    const second = await ours(taking!.address);
    const from = [{ kind: 'registry', repository: `${registry}/app` }] as const;
    const taken = await second.solve([state(second)], { paths: ['/made'], results: { from, to: [] } });
    assert.deepEqual(
      taken.outcomes.find(([name]) => name === 'made'),
      ['made', 'cached'],
    );
    assert.equal(readFileSync(join(second.out, 'made'), 'utf8'), bytes);
  });

  test('twelve builds on three daemons come to their ends, though one of them dies', async () => {
    const three = hosts.slice(0, 3);
    const scenes = await Promise.all(three.map(({ address }) => ours(address)));
    let isFirst = true;
    const builds = Array.from({ length: 12 }, async (_, index) => {
      const on = index % three.length;
      const states = [step(scenes[on]!.root, `echo ${index}; sleep 1`, { name: `target ${index}` })];
      const { error, output } = await scenes[on]!.solve(states, {
        onEvent: ({ type }) => {
          if (type !== 'output' || on !== 2 || !isFirst) return;
          isFirst = false;
          void three[2]!.daemon.kill();
        },
      });
      if (error instanceof Failure) return error.code;
      if (error !== undefined) throw error;
      return output.get(`target ${index}`) ?? '';
    });
    const ends = await Promise.all(builds);
    for (const [index, end] of ends.entries()) {
      if (index % three.length === 2) assert.match(end, /^buildkit-(lost|unreachable)$|^\d+\n$/);
      else assert.equal(end, `${index}\n`);
    }
    assert.ok(ends.includes('buildkit-lost'), ends.join());
  });
}

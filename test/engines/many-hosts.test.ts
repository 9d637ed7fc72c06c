/** Daemons on machines of their own: what is built there, what one leaves for another, and what one that dies takes along. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readAddress } from '../../src/engines/buildkit/address.ts';
import { createBuildKitEngine } from '../../src/engines/buildkit/engine.ts';
import { Failure } from '../../src/report/failure.ts';
import { noScene, Scene, step } from '../engine-scene.ts';
import { buildctlEngine } from './buildctl.ts';
import { buildkitProgram, Missing, newestVersion } from './go-programs.ts';
import { isInside, makeBridge, runInside, startHost, startRegistry } from './hosts.ts';

if (isInside) await inside();
else {
  test('daemons on machines of their own', { timeout: 300_000 }, async (t) => {
    if (noScene !== undefined) return t.skip(noScene);
    if (process.getuid!() !== 0) return t.skip('only root makes networks');
    const { isGood, said } = runInside(fileURLToPath(import.meta.url));
    const missing = /^missing: (.*)$/m.exec(said)?.[1];
    if (missing !== undefined) return t.skip(missing);
    assert.ok(isGood, said);
    assert.match(said, /^# pass 2$/m, said);
  });
}

async function inside(): Promise<void> {
  try {
    makeBridge();
    const registry = await startRegistry(after);
    const program = await buildkitProgram('buildctl', newestVersion);
    const hosts = [
      await startHost(2, 'newest', after),
      await startHost(3, 'newest', after),
      await startHost(4, 'older', after),
    ];
    declare(program, registry, hosts);
  } catch (error) {
    if (!(error instanceof Missing)) throw error;
    console.log(`missing: ${error.message}`);
  }
}

type Host = Awaited<ReturnType<typeof startHost>>;

function ours(address: string): Promise<Scene> {
  const engine = ({ store }: Scene) =>
    createBuildKitEngine({ address: readAddress(address, {}), store, env: {} });
  return Scene.make({ after }, { engine });
}

function declare(program: string, registry: string, hosts: readonly Host[]): void {
  const folder = mkdtempSync(join(tmpdir(), 'targetry-hosts-'));
  after(() => rmSync(folder, { recursive: true, force: true }));

  test('what one daemon built, another takes from a registry', async () => {
    const ref = `type=registry,ref=${registry}/cache:1`;
    const [first, second] = await Promise.all(
      hosts.slice(0, 2).map(async ({ address }, index) => {
        const more = index === 0 ? ['--export-cache', `${ref},mode=max`] : ['--import-cache', ref];
        const engine = () => buildctlEngine({ program, address, folder, more });
        return Scene.make({ after }, { engine });
      }),
    );
    const made = (scene: Scene) => step(scene.root, 'date +%N >/made', { name: 'made' });
    for (const [scene, outcome] of [
      [first!, 'made done'],
      [second!, 'made cached'],
    ] as const) {
      const { error, outcomes } = await scene.solve([made(scene)], { paths: ['/made'] });
      assert.equal(error, undefined);
      assert.ok(outcomes.map((pair) => pair.join(' ')).includes(outcome), outcomes.join('; '));
    }
  });

  test('twelve builds on three daemons come to their ends, though one of them dies', async () => {
    const scenes = await Promise.all(hosts.map(({ address }) => ours(address)));
    let isFirst = true;
    const builds = Array.from({ length: 12 }, async (_, index) => {
      const on = index % hosts.length;
      const states = [step(scenes[on]!.root, `echo ${index}; sleep 1`, { name: `target ${index}` })];
      const { error, output } = await scenes[on]!.solve(states, {
        onEvent: ({ type }) => {
          if (type !== 'output' || on !== 2 || !isFirst) return;
          isFirst = false;
          void hosts[2]!.daemon.kill();
        },
      });
      if (error instanceof Failure) return error.code;
      if (error !== undefined) throw error;
      return output.get(`target ${index}`) ?? '';
    });
    const ends = await Promise.all(builds);
    for (const [index, end] of ends.entries()) {
      if (index % hosts.length === 2) assert.match(end, /^buildkit-(lost|unreachable)$|^\d+\n$/);
      else assert.equal(end, `${index}\n`);
    }
    assert.ok(ends.includes('buildkit-lost'), ends.join());
  });
}

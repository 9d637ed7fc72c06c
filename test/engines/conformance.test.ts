/**
 * Every scene on every engine: what the embedded one does is what all do, byte for byte, but for the differences that are
 * known, which are printed as a table. Go's own client plays those of files: it judges the graphs that we write.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { Engine } from '../../src/engines/engine.ts';
import { readAddress } from '../../src/engines/buildkit/address.ts';
import { createBuildKitEngine } from '../../src/engines/buildkit/engine.ts';
import { noScene, Scene } from '../engine-scene.ts';
import { buildctlEngine } from './buildctl.ts';
import { Daemon, daemonKinds } from './daemons.ts';
import { differs, tableOf, type Playing } from './differences.ts';
import { buildkitProgram, Missing, newestVersion } from './go-programs.ts';
import { playsOfFiles } from './plays-of-files.ts';
import { playsOfMounts } from './plays-of-mounts.ts';
import { playsOfSteps } from './plays-of-steps.ts';
import { errorSeen, type Play } from './play.ts';

interface Subject extends Playing {
  readonly plays: readonly Play[];
  readonly scene: Scene;
}

const folder = mkdtempSync(join(tmpdir(), 'targetry-conformance-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const plays = [...playsOfFiles, ...playsOfSteps, ...playsOfMounts];
const missing: string[] = noScene === undefined ? [] : [noScene];
const subjects: Subject[] = [];
const differing: { play: string; by: Playing }[] = [];

const embedded = missing.length === 0 ? await sceneOn() : undefined;
for (const kind of daemonKinds) {
  if (missing.length > 0) break;
  try {
    const { name, address } = await Daemon.start(kind, after);
    const ours = ({ store }: Scene) =>
      createBuildKitEngine({ address: readAddress(address, {}), store, env: {} });
    subjects.push({ client: 'ours', kind, name, plays, scene: await sceneOn(ours) });
    if (kind !== 'newest') continue;
    const program = await buildkitProgram('buildctl', newestVersion);
    const scene = await sceneOn(() => buildctlEngine({ program, address, folder }));
    subjects.push({ client: 'go', kind, name: `buildctl on ${name}`, plays: playsOfFiles, scene });
  } catch (error) {
    if (!(error instanceof Missing)) throw error;
    missing.push(`${kind}: ${error.message}`);
  }
}

async function sceneOn(engine?: (scene: Scene) => Engine): Promise<Scene> {
  return Scene.make({ after }, { ...(engine && { engine }) });
}

async function played(play: Play, scene: Scene): Promise<unknown> {
  scene.mark = `${play.name} ${scene.folder}`;
  scene.files = play.files ?? {};
  for (const path of [scene.out, join(scene.folder, 'source')]) {
    rmSync(path, { recursive: true, force: true });
    mkdirSync(path);
  }
  // What is thrown is compared too; and no scene may go on when the next play begins.
  return play.play(scene).catch((error: unknown) => ({ thrown: errorSeen(error) }));
}

for (const play of plays) {
  const skip = missing.length > 0 ? missing.join('; ') : false;
  test(`every engine ${play.name}`, { skip }, async (t) => {
    const playing = subjects.filter((subject) => subject.plays.includes(play));
    const [expected, ...got] = await Promise.all(
      [embedded!, ...playing.map(({ scene }) => scene)].map((scene) => played(play, scene)),
    );
    for (const [index, by] of playing.entries()) {
      await t.test(by.name, () => compare(play.name, by, got[index], expected));
    }
  });
}

function compare(play: string, by: Playing, got: unknown, expected: unknown): void {
  const comparable = by.client === 'go' ? onlyBytes : (value: unknown) => value;
  if (differs(play, by)) {
    assert.notDeepEqual(comparable(got), comparable(expected), 'it is known to differ, and does not');
    differing.push({ play, by });
  } else {
    assert.deepEqual(comparable(got), comparable(expected));
  }
}

/** Go's client tells outcomes and errors in its own words. */
function onlyBytes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(onlyBytes);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([name]) => name !== 'outcomes' && name !== 'error');
  return Object.fromEntries(kept.map(([name, inner]) => [name, onlyBytes(inner)]));
}

test('the differences that are known', (t) => {
  for (const line of tableOf(differing)) t.diagnostic(line);
});

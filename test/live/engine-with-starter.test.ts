/** The program that starts steps, built as Targetry builds it for itself, and the engine's suites once more with it. */
import assert from 'node:assert/strict';
import { chmodSync, copyFileSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { SourcesOnDemand } from '../../src/operations/locking/sources-on-demand.ts';
import { starterFinder } from '../../src/operations/preparing/starter.ts';
import type { Event } from '../../src/report/event.ts';
import { Store } from '../../src/store/store.ts';
import { noScene, Scene, step } from '../engine-scene.ts';
import { asOrdinaryUser, here, runSuites } from '../engine-suites.ts';
import { removeWithStore } from '../late-note.ts';

const folder = mkdtempSync(join(tmpdir(), 'targetry-starter-'));
const opened: SourcesOnDemand[] = [];
after(async () => {
  for (const sources of opened) await sources.close();
  await removeWithStore(folder);
});
chmodSync(folder, 0o755);

const events: Event[] = [];
const starter = noScene === undefined ? await buildStarter() : undefined;
const skip = noScene ?? (starter === undefined ? notes().join() : false);

test('the starter is built once, and only for a build of many steps', { skip }, async () => {
  const find = await finder();
  assert.deepEqual(notes(), ['once']);
  assert.equal(await find(1), starter, 'it is there, and so it is used for few steps too');
  assert.deepEqual(notes(), ['once']);
});

test('a starter that is gone, or was never one, is told as a refusal', { skip }, async (t) => {
  const scene = await Scene.make(t);
  scene.starter = '/no/such/program';
  const { error } = await scene.solve([step(scene.root, ':')]);
  assert.match(String(error), /engine-refused|a part of the sandbox/);
});

test('with the starter', { skip }, async (t) => {
  const suites = ['steps', 'isolation', 'faults', 'emulation', 'mounts', 'secrets', 'masked-proc'];
  await runSuites(t, suites, { ...here(t), starter: starter! });
});

test('with the starter, as an ordinary user', { skip: skip || notRoot() }, async (t) => {
  const run = asOrdinaryUser(t);
  // Its own copy: the store is its owner's alone.
  const own = join(folder, 'starter');
  copyFileSync(starter!, own);
  chmodSync(own, 0o755);
  await runSuites(t, ['steps', 'isolation', 'faults', 'mounts', 'secrets'], { ...run, starter: own });
});

async function buildStarter(): Promise<string | undefined> {
  const find = await finder();
  assert.equal(await find(1), undefined, 'a build of one step must not wait for it');
  return find(1000);
}

async function finder() {
  const context = {
    cwd: folder,
    store: join(folder, 'store'),
    env: { PATH: process.env['PATH'] },
    signal: new AbortController().signal,
    emit: (event: Event) => events.push(event),
  };
  const sources = new SourcesOnDemand(context, await Store.open(context.store), { environments: new Map() });
  opened.push(sources);
  return starterFinder(context, sources);
}

/** How each attempt to build it ended. */
function notes(): string[] {
  return events.flatMap((event) => (event.type === 'finished' ? [event.note ?? event.outcome] : []));
}

function notRoot(): string | false {
  return process.getuid!() === 0 ? false : 'this is an ordinary user already';
}

/** One build on several machines: who builds what, what is left of a machine that dies, and what comes out. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readAddress } from '../../src/engines/buildkit/address.ts';
import { daemonBuilder } from '../../src/engines/fleet/builder.ts';
import { createFleetEngine } from '../../src/engines/fleet/engine.ts';
import type { Diagnostic } from '../../src/report/diagnostic.ts';
import type { Event } from '../../src/report/event.ts';
import { Failure } from '../../src/report/failure.ts';
import { noScene, Scene, step, type Solved } from '../engine-scene.ts';
import { Missing } from './go-programs.ts';
import { isInside, makeBridge, runInside, startHost } from './hosts.ts';

if (isInside) await inside();
else {
  test('one build on several machines', { timeout: 300_000 }, async (t) => {
    if (noScene !== undefined) return t.skip(noScene);
    if (process.getuid!() !== 0) return t.skip('only root makes networks');
    const { isGood, said } = runInside(fileURLToPath(import.meta.url));
    const missing = /^missing: (.*)$/m.exec(said)?.[1];
    if (missing !== undefined) return t.skip(missing);
    assert.ok(isGood, said);
    for (const [, line] of said.matchAll(/measured: (.*)$/gm)) t.diagnostic(line!);
    return undefined;
  });
}

async function inside(): Promise<void> {
  try {
    makeBridge();
    declare([
      await startHost(2, 'newest', after),
      await startHost(3, 'newest', after),
      await startHost(4, 'older', after),
    ]);
  } catch (error) {
    if (!(error instanceof Missing)) throw error;
    console.log(`missing: ${error.message}`);
  }
}

type Host = Awaited<ReturnType<typeof startHost>>;

interface Shared extends Solved {
  /** The targets that each builder did, by its address. */
  readonly shares: ReadonlyMap<string, readonly string[]>;
  readonly notices: readonly Diagnostic[];
  /** What came out, by target. */
  readonly files: readonly string[];
}

const count = 12;

interface Asked {
  /** Makes the build one that no daemon has seen. */
  readonly mark: string;
  readonly seconds?: number;
  readonly onEvent?: (event: Event) => void;
  readonly signal?: AbortSignal;
}

function sceneOn(addresses: readonly string[]): Promise<Scene> {
  const engine = ({ store }: Scene) =>
    createFleetEngine({
      store,
      builders: addresses.map((name) => {
        const place = { name, address: readAddress(name, {}), tls: undefined, cpu: undefined };
        return daemonBuilder(place, { store, env: {} });
      }),
    });
  return Scene.make({ after }, { engine });
}

async function build(scene: Scene, { mark, seconds = 1, onEvent, signal }: Asked): Promise<Shared> {
  scene.files = { 'words.txt': mark, 'deep/more.txt': 'more\n' };
  const states = Array.from({ length: count }, (_, index) => {
    const script = `echo from ${index}; sleep ${seconds}; sha256sum words.txt deep/more.txt >${index}; seq ${index}000 >>${index}`;
    return step(scene.withSource.target(`target-${index}`), script, { name: `make ${index}`, cwd: '/src' });
  });
  const shares = new Map<string, string[]>();
  const notices: Diagnostic[] = [];
  const names = new Map(states.map(({ output }, index) => [output!.vertex.digest, `target-${index}`]));
  const solved = await scene.solve(states, {
    paths: states.map((_, index) => `/src/${index}`),
    from: states.map((_, index) => index),
    ...(signal && { signal }),
    onEvent: (event) => {
      if (event.type === 'noticed') notices.push(event.diagnostic);
      if (event.type === 'finished' && event.outcome === 'done' && event.builder !== undefined) {
        const target = names.get(event.task);
        if (target !== undefined) shares.set(event.builder, [...(shares.get(event.builder) ?? []), target]);
      }
      onEvent?.(event);
    },
  });
  const files =
    solved.error === undefined
      ? states.map((_, index) => readFileSync(join(scene.out, 'src', String(index)), 'utf8'))
      : [];
  return { ...solved, shares, notices, files };
}

/** The words of each step come out once, and each task ends once. */
function assertWhole({ error, outcomes, output, files }: Shared, expected: readonly string[]): void {
  assert.equal(error, undefined);
  assert.deepEqual(files, expected);
  for (let index = 0; index < count; index++) {
    const ends = outcomes.filter(([name]) => name === `make ${index}`);
    assert.deepEqual(ends, [[`make ${index}`, 'done']]);
    assert.match(output.get(`make ${index}`) ?? '', new RegExp(`^from ${index}$`, 'm'));
  }
}

const sizes = ({ shares }: Shared) => [...shares.values()].map(({ length }) => length).sort((a, b) => a - b);

function declare(hosts: readonly Host[]): void {
  const addresses = hosts.map(({ address }) => address);

  for (const number of [2, 3]) {
    test(`twelve targets are shared by ${number} daemons, and are what this machine makes`, async () => {
      const mark = `${number} daemons ${process.pid}`;
      const here = await build(await Scene.make({ after }), { mark, seconds: 0 });
      assert.equal(here.error, undefined);
      const shared = await build(await sceneOn(addresses.slice(0, number)), { mark });
      assertWhole(shared, here.files);
      assert.deepEqual(
        shared.notices.map(({ code }) => code).filter((code) => code.startsWith('builder')),
        [],
      );
      const told = sizes(shared);
      assert.equal(told.length, number);
      assert.ok(told[0]! >= Math.floor(count / number) - 2, told.join());
      const alone = await build(await sceneOn(addresses.slice(0, 1)), { mark: `${mark} alone` });
      console.log(
        `measured: ${count} targets: 1 daemon ${seconds(alone)}, ${number} daemons ${seconds(shared)} (${told.join(', ')})`,
      );
    });
  }

  test('a daemon that is killed in the middle: others do its targets, and the build says so', async () => {
    const mark = `killed ${process.pid}`;
    const here = await build(await Scene.make({ after }), { mark, seconds: 0 });
    let killed: Promise<void> | undefined;
    const shared = await build(await sceneOn(addresses), {
      mark,
      seconds: 2,
      onEvent: (event) => {
        if (event.type === 'started' && event.builder === addresses[1]) killed ??= hosts[1]!.daemon.kill();
      },
    });
    assert.ok(killed !== undefined);
    await killed;
    assertWhole(shared, here.files);
    const lost = shared.notices.filter(({ code }) => code === 'builder-lost');
    assert.equal(lost.length, 1, JSON.stringify(shared.notices));
    assert.match(lost[0]!.message, /10\.77\.0\.3:1234.*target-\d+/);
    assert.equal(shared.shares.get(addresses[1]!), undefined);
    console.log(`measured: one of three killed: ${seconds(shared)} (${sizes(shared).join(', ')})`);
  });

  test('one that does not answer is left out, and without any there is no build', async () => {
    const mark = `silent ${process.pid}`;
    const shared = await build(await sceneOn([addresses[1]!, addresses[0]!]), { mark });
    assert.equal(shared.error, undefined);
    assert.deepEqual([...shared.shares.keys()], [addresses[0]]);
    assert.deepEqual(
      shared.notices.map(({ code }) => code),
      ['builder-left-out'],
    );
    const nobody = await build(await sceneOn([addresses[1]!, 'tcp://10.77.0.99:1234']), { mark });
    assert.ok(nobody.error instanceof Failure);
    assert.equal(nobody.error.code, 'builder-none');
    assert.match(nobody.error.why ?? '', /10\.77\.0\.3.*10\.77\.0\.99/);
  });
}

function seconds({ milliseconds }: Solved): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

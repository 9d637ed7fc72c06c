import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { LackedCapability } from '../../../src/engines/buildkit/daemon-limits.ts';
import type { Engine } from '../../../src/engines/engine.ts';
import type { Builder } from '../../../src/engines/fleet/builder.ts';
import { createFleetEngine } from '../../../src/engines/fleet/engine.ts';
import { graphOf } from '../../../src/graph/collect.ts';
import type { Graph, Vertex } from '../../../src/graph/graph.ts';
import { source } from '../../../src/graph/sources.ts';
import type { RunOptions, State } from '../../../src/graph/state.ts';
import type { Code } from '../../../src/report/codes.ts';
import type { Event } from '../../../src/report/event.ts';
import { Failure } from '../../../src/report/failure.ts';
import { Store } from '../../../src/store/store.ts';

const folder = mkdtempSync(join(tmpdir(), 'targetry-fleet-'));
after(() => rmSync(folder, { recursive: true }));
const freshStore = () => Store.open(mkdtempSync(join(folder, 'store-')));

/** What a machine does with one step; done at once where it isn't said. */
type Act = (step: Vertex, machine: Machine, signal: AbortSignal) => Promise<void>;

/** A machine far away, which does nothing but say so. */
class Machine implements Builder {
  readonly name: string;
  readonly engine: Engine;
  readonly did: string[] = [];
  isAlive = true;
  isHere = false;
  builds = 0;
  atOnce = 0;
  mostAtOnce = 0;
  readonly #cpus: readonly string[];
  readonly #emulated: readonly string[];
  readonly #act: Act;

  constructor(
    name: string,
    cpus: readonly string[],
    act: Act = async () => {},
    emulated: readonly string[] = [],
  ) {
    this.name = name;
    this.#cpus = cpus;
    this.#emulated = emulated;
    this.#act = act;
    this.engine = { name, solve: (graph, { signal }) => this.#solve(graph, signal) };
  }

  async look() {
    if (!this.isAlive) throw new Failure('buildkit-unreachable', `no daemon answers at ${this.name}`);
    return { native: new Set(this.#cpus), emulated: new Set(this.#emulated) };
  }

  async *#solve(graph: Graph, signal: AbortSignal): AsyncGenerator<Event> {
    this.mostAtOnce = Math.max(this.mostAtOnce, ++this.atOnce);
    this.builds++;
    const at = 0;
    try {
      for (const step of graph.vertices) {
        if (signal.aborted) throw new Failure('canceled', 'stopped');
        if (step.op.type === 'source') continue;
        const task = step.digest;
        yield { type: 'started', task, at };
        // As engines do: what is canceled comes to an end.
        const outcome = await this.#act(step, this, signal).then(
          () => undefined,
          (error: unknown) => ({ error }),
        );
        if (outcome !== undefined || signal.aborted) {
          yield { type: 'finished', task, outcome: outcome === undefined ? 'canceled' : 'failed', at };
          throw outcome?.error ?? new Failure('canceled', 'stopped');
        }
        this.did.push(step.name);
        yield { type: 'finished', task, outcome: 'done', at };
      }
    } finally {
      this.atOnce--;
    }
  }
}

function target(
  name: string,
  architecture = 'amd64',
  on?: State,
  options: Pick<RunOptions, 'secretEnv'> = {},
): State {
  const root = on ?? source('targetry.root://x', { platform: { os: 'linux', architecture } });
  return root
    .target(name)
    .run({ name, args: ['/bin/sh', name], cwd: '/', env: {}, ...options })
    .root();
}

interface Besides {
  readonly signal?: AbortSignal;
  readonly store?: Store;
}

async function build(machines: readonly Machine[], states: readonly State[], besides: Besides = {}) {
  const { signal = new AbortController().signal, store = await freshStore() } = besides;
  const graph = graphOf(states);
  const names = new Map(graph.vertices.map(({ digest, name }) => [digest, name]));
  const told: string[] = [];
  const notices: string[] = [];
  let error: unknown;
  try {
    const request = { inputs: new Map(), exports: [], signal };
    for await (const event of createFleetEngine({ builders: machines, store }).solve(graph, request)) {
      if (event.type === 'noticed') notices.push(`${event.diagnostic.code}: ${event.diagnostic.message}`);
      if (event.type === 'started') told.push(`${names.get(event.task)} started on ${event.builder}`);
      if (event.type === 'finished')
        told.push(`${names.get(event.task)} ${event.outcome} on ${event.builder}`);
    }
  } catch (thrown) {
    error = thrown;
  }
  return { told, notices, error, code: error instanceof Failure ? error.code : undefined };
}

const many = (count: number, architecture?: string) =>
  Array.from({ length: count }, (_, index) => target(`t${index}`, architecture));

function failing(code: Code, message: string): Act {
  return (_, machine) => {
    machine.isAlive = false;
    return Promise.reject(new Failure(code, message));
  };
}

test('targets go to machines of their CPU, though another could emulate it and has nothing to do', async () => {
  const x64 = new Machine('x64', ['amd64', '386'], undefined, ['arm64']);
  const arm = new Machine('arm', ['arm64']);
  const states = [target('a'), target('b', 'arm64'), target('c', 'arm64'), target('d', '386')];
  assert.equal((await build([x64, arm], states)).error, undefined);
  assert.deepEqual(
    [x64.did, arm.did],
    [
      ['a', 'd'],
      ['b', 'c'],
    ],
  );
});

test('where no machine has the CPU, one that emulates it is taken before one that does not say so', async () => {
  const silent = new Machine('silent', ['amd64']);
  const emulates = new Machine('emulates', ['amd64'], undefined, ['arm64']);
  assert.equal((await build([silent, emulates], [target('a', 'arm64')])).error, undefined);
  assert.deepEqual(emulates.did, ['a']);
});

test('targets are shared by machines, no machine has too many at once, and a quick one gets more', async () => {
  const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
  const quick = new Machine('quick', ['amd64'], turn);
  // So slow that the other has done most of it meanwhile.
  const slow = new Machine('slow', ['amd64'], async () => {
    while (quick.did.length < 11) await turn();
  });
  assert.equal((await build([slow, quick], many(20))).error, undefined);
  assert.equal(slow.did.length + quick.did.length, 20);
  assert.ok(quick.did.length > slow.did.length, quick.did.join());
  assert.deepEqual([slow.mostAtOnce, quick.mostAtOnce], [4, 4]);
});

test('a step that fails ends the build on all machines, and is not tried elsewhere', async () => {
  const fails = new Machine('fails', ['amd64'], () =>
    Promise.reject(new Failure('step-failed', 'exit code 1')),
  );
  const waits = new Machine(
    'waits',
    ['amd64'],
    (_, __, signal) => new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve())),
  );
  const { code, told, notices } = await build([fails, waits], many(2));
  assert.equal(code, 'step-failed');
  assert.deepEqual(notices, []);
  assert.deepEqual(told.slice(2).sort(), ['t0 failed on fails', 't1 canceled on waits']);
});

test('a machine that is lost: others do its targets, and nothing is told as failed', async () => {
  const dies = new Machine('dies', ['amd64'], failing('buildkit-lost', 'the connection to dies broke'));
  const lives = new Machine('lives', ['amd64']);
  const { error, told, notices } = await build([dies, lives], many(3));
  assert.equal(error, undefined);
  assert.deepEqual([...lives.did].sort(), ['t0', 't1', 't2']);
  assert.deepEqual(notices, ['builder-lost: the connection to dies broke: others build t0, t2']);
  assert.deepEqual(
    told.filter((line) => / failed| canceled/.test(line)),
    [],
  );
});

test("a step's failure is not believed of a machine that no longer answers", async () => {
  const ends = new Machine('ends', ['amd64'], failing('step-failed', 'exit code 137'));
  const lives = new Machine('lives', ['amd64']);
  const { error, notices } = await build([ends, lives], [target('a')]);
  assert.equal(error, undefined);
  assert.deepEqual(notices, ['builder-lost: no daemon answers at ends: others build a']);
});

test('a connection that breaks costs no machine that answers again', async () => {
  let breaks = 1;
  const act = () =>
    breaks-- > 0 ? Promise.reject(new Failure('buildkit-lost', 'it broke')) : Promise.resolve();
  const only = new Machine('only', ['amd64'], act);
  const { error, notices } = await build([only], [target('a')]);
  assert.equal(error, undefined);
  assert.deepEqual(notices, ['builder-lost: it broke: a is built once more']);
});

test('a target that two machines are lost with is not given to a third', async () => {
  const machines = ['one', 'two', 'three'].map(
    (name) => new Machine(name, ['amd64'], failing('buildkit-lost', `${name} broke`)),
  );
  const { error } = await build(machines, [target('a')]);
  assert.ok(error instanceof Failure);
  assert.equal(error.message, 'two broke');
  assert.equal(machines[2]!.isAlive, true);
});

test('where all machines are lost, the answer says how', async () => {
  const machines = ['one', 'two'].map(
    (name) => new Machine(name, ['amd64'], failing('buildkit-lost', `${name} broke`)),
  );
  const { error } = await build(machines, many(2));
  assert.ok(error instanceof Failure);
  assert.equal(error.code, 'builder-none');
  assert.match(error.why!, /one: one broke; two: two broke/);
});

test('a machine that cannot do what all of the build asks for is left alone, and said', async () => {
  const old = new Machine('old', ['amd64'], () =>
    Promise.reject(new Failure('buildkit-cannot', "old can't do it")),
  );
  const able = new Machine('able', ['amd64']);
  const { error, notices } = await build([old, able], many(2));
  assert.equal(error, undefined);
  assert.match(notices.join(), /^builder-lost: old can't do it: others build /);
  assert.equal(able.did.length, 2);
});

const secretive = (name: string) => target(name, 'amd64', undefined, { secretEnv: { TOKEN: 'token' } });

/** As a daemon that knows no secrets as variables. */
const knowsNoSecrets: Act = ({ op }, { name }) => {
  if (op.type !== 'exec' || op.secretEnv.length === 0) return Promise.resolve();
  const cause = new LackedCapability('exec.secretenv');
  return Promise.reject(new Failure('buildkit-cannot', `${name} can't do it`, { cause }));
};

test('a machine that cannot do some targets gets no more of those, and does the others', async () => {
  const old = new Machine('old', ['amd64'], knowsNoSecrets);
  const able = new Machine('able', ['amd64']);
  const states = [...['s0', 's1', 's2', 's3', 's4', 's5', 's6', 's7'].map(secretive), ...many(8)];
  const { error, notices, told } = await build([old, able], states);
  assert.equal(error, undefined);
  assert.equal(notices.length, 1, notices.join());
  assert.match(notices[0]!, /^builder-cannot: old can't do it: others build (s\d(, )?)+$/);
  assert.ok(
    able.did.filter((name) => name.startsWith('s')).length === 8 &&
      !old.did.some((name) => name.startsWith('s')),
    old.did.join(),
  );
  assert.ok(old.did.length > 0, 'it did nothing else either');
  // It is asked for those alone that it had before it said so.
  assert.ok(old.builds <= 4 + old.did.length);
  assert.deepEqual(
    told.filter((line) => / failed| canceled/.test(line)),
    [],
  );
});

test('a target that no machine can do is told with what each of them says', async () => {
  const machines = ['one', 'two'].map((name) => new Machine(name, ['amd64'], knowsNoSecrets));
  const { error } = await build(machines, [secretive('s')]);
  assert.ok(error instanceof Failure);
  assert.deepEqual(
    [error.code, error.message, error.why],
    ['buildkit-cannot', 'no builder can do s', "one: one can't do it; two: two can't do it"],
  );
});

test('where no machine tells of a CPU, each is tried until one runs it', async () => {
  const foreign: Act = (step) =>
    step.platform?.architecture === 'arm64'
      ? Promise.reject(new Failure('step-failed', 'exit code 1', { excerpt: ['sh: exec format error'] }))
      : Promise.resolve();
  const cannot = new Machine('cannot', ['amd64'], foreign);
  const can = new Machine('can', ['amd64']);
  const states = [target('a', 'arm64'), target('b', 'arm64'), ...many(2)];
  const { error, notices } = await build([cannot, can], states);
  assert.equal(error, undefined);
  assert.deepEqual(notices, ['builder-cannot: cannot does not run linux/arm64: others build a']);
  assert.deepEqual([...can.did, ...cannot.did].sort(), ['a', 'b', 't0', 't1']);
  const nobody = await build([cannot], states);
  assert.ok(nobody.error instanceof Failure);
  assert.equal(nobody.error.message, 'no builder runs linux/arm64, on which a is built');
});

test('what targets share is told once, and done by whoever needs it', async () => {
  const shared = target('shared');
  const machines = [new Machine('one', ['amd64']), new Machine('two', ['amd64'])];
  const { told } = await build(machines, [target('a', 'amd64', shared), target('b', 'amd64', shared)]);
  assert.deepEqual(
    machines.map(({ did }) => did),
    [
      ['shared', 'a'],
      ['shared', 'b'],
    ],
  );
  assert.equal(told.filter((line) => line.startsWith('shared ')).length, 2, told.join('; '));
});

test('what another target stands on is no target of its own', async () => {
  const below = target('below');
  const machines = [new Machine('one', ['amd64']), new Machine('two', ['amd64'])];
  await build(machines, [below, target('a', 'amd64', below)]);
  assert.deepEqual(
    machines.map(({ did }) => did),
    [['below', 'a'], []],
  );
});

test('Ctrl-C ends what all machines do', async () => {
  const stop = new AbortController();
  let begun = 0;
  const act: Act = (_, __, signal) =>
    new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => resolve());
      if (++begun === 2) stop.abort();
    });
  const machines = [new Machine('one', ['amd64'], act), new Machine('two', ['amd64'], act)];
  const { code } = await build(machines, many(2), { signal: stop.signal });
  assert.equal(code, 'canceled');
  assert.deepEqual(
    machines.map(({ atOnce }) => atOnce),
    [0, 0],
  );
});

test('a build that has nothing to do needs no machine', async () => {
  assert.equal((await build([new Machine('one', ['amd64'])], [])).error, undefined);
});

test('what nobody else has the CPU for is built here, all of it as one', async () => {
  const here = new Machine('this machine', ['amd64'], undefined, ['arm64', 'riscv64']);
  here.isHere = true;
  const arm = new Machine('arm', ['arm64'], undefined, ['amd64']);
  const states = [target('a'), target('b', 'arm64'), target('c'), target('d', 'riscv64')];
  assert.equal((await build([arm, here], states)).error, undefined);
  assert.deepEqual([here.did, arm.did, here.builds], [['a', 'c', 'd'], ['b'], 1]);
});

test('where this machine lets no build have a sandbox, the others do its targets', async () => {
  const here = new Machine('this machine', ['amd64'], () =>
    Promise.reject(new Failure('engine-userns-denied', 'this machine forbids it')),
  );
  here.isHere = true;
  const far = new Machine('far', ['arm64'], undefined, ['amd64']);
  const { error, notices } = await build([here, far], many(2));
  assert.equal(error, undefined);
  assert.deepEqual(notices, ['builder-lost: this machine forbids it: others build t0, t1']);
});

test('a target goes where it was built before, as long as that has room', async () => {
  const first = [new Machine('one', ['amd64']), new Machine('two', ['amd64'])];
  const states = Array.from({ length: 6 }, (_, index) => target(`again${index}`));
  const store = await freshStore();
  await build(first, states, { store });
  const second = [new Machine('two', ['amd64']), new Machine('one', ['amd64'])];
  await build(second, [states[1]!], { store });
  await build(second, [states[0]!, states[2]!], { store });
  assert.deepEqual(
    second.map(({ did }) => did),
    [['again1'], ['again0', 'again2']],
  );
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Keys } from '../../../src/engines/embedded/keys.ts';
import { Stacks } from '../../../src/engines/embedded/stacks.ts';
import { requireSupported } from '../../../src/engines/embedded/supported.ts';
import { wantedVertices } from '../../../src/engines/embedded/wanted.ts';
import type { Input } from '../../../src/engines/engine.ts';
import { graphOf } from '../../../src/graph/collect.ts';
import type { Vertex } from '../../../src/graph/graph.ts';
import { source } from '../../../src/graph/sources.ts';
import type { State } from '../../../src/graph/state.ts';
import type { Failure } from '../../../src/report/failure.ts';

const files = source('targetry.folder://source');
const root = source('targetry.root://r', { platform: { os: 'linux', architecture: 'amd64' } });
const start = root.copy(files, '/', '/src', { name: 'source', contentsOnly: true, makeParents: true });
const run = (on: State, name: string) => on.run({ name, args: ['/bin/sh', '-c', name] }).root();

function wanted(
  states: readonly State[],
  have: readonly string[],
  exports: readonly number[] = [],
): string[] {
  const graph = graphOf(states);
  const open = exports.map((index) => ({ task: '', from: graph.outputs[index]!, paths: [], into: '' }));
  const hasLayers = ({ name }: Vertex) => have.includes(name);
  return [...wantedVertices(graph, { stacks: new Stacks(graph), hasLayers, open })]
    .map(({ name }) => name)
    .sort();
}

const inputs = (rootKey: string, folderKey: string): ReadonlyMap<string, Input> =>
  new Map<string, Input>([
    ['targetry.root://r', { kind: 'root', key: rootKey, open: () => Promise.reject(new Error('opened')) }],
    ['targetry.folder://source', { kind: 'folder', key: folderKey, folder: '/x', entries: [] }],
  ]);

const refusal = (state: State): Failure => {
  try {
    requireSupported(graphOf([state]).vertices);
  } catch (error) {
    return error as Failure;
  }
  throw new Error('it was accepted');
};

const keyOf = (state: State, rootKey = 'a', folderKey = 'b') =>
  new Keys(graphOf([state]), { inputs: inputs(rootKey, folderKey), secrets: new Map() }).of(
    state.output!.vertex,
  );

test('everything runs the first time, and nothing the second', () => {
  const built = run(run(start, 'one'), 'two');
  assert.deepEqual(wanted([built], [], [0]), ['one', 'source', 'two']);
  assert.deepEqual(wanted([built], ['source', 'one', 'two'], [0]), []);
});

test('a missing step brings back the missing layers below it and no others', () => {
  const one = run(start, 'one');
  const states = [run(one, 'left'), run(one, 'right')];
  assert.deepEqual(wanted(states, ['source', 'one', 'right']), ['left']);
  assert.deepEqual(wanted(states, ['one', 'right']), ['left', 'source']);
});

test('a layer that no one needs is not made again', () => {
  assert.deepEqual(wanted([run(start, 'one')], ['one']), []);
  assert.deepEqual(wanted([run(start, 'one')], ['one'], [0]), ['source']);
});

test('a key follows the content of the inputs and the step, not the names of either', () => {
  const step = start.run({ name: 'one', args: ['x'] }).root();
  assert.equal(keyOf(step), keyOf(start.run({ name: 'other name', args: ['x'] }).root()));
  const others = [
    keyOf(step, 'A'),
    keyOf(step, 'a', 'B'),
    keyOf(start.run({ args: ['y'] }).root()),
    keyOf(start.run({ args: ['x'], env: { A: '' } }).root()),
    keyOf(start.run({ args: ['x'], user: 'u' }).root()),
    keyOf(start.run({ args: ['x'], cwd: '/x' }).root()),
    keyOf(start.run({ args: ['x'], network: 'sandbox' }).root()),
    keyOf(
      start
        .platform({ os: 'linux', architecture: 'arm64' })
        .run({ args: ['x'] })
        .root(),
    ),
  ];
  assert.equal(new Set([keyOf(step), ...others]).size, others.length + 1);
});

test('what the engine cannot do is said before anything runs', () => {
  const elsewhere = start
    .platform({ os: 'linux', architecture: 'mips64' })
    .run({ args: ['x'] })
    .root();
  assert.match(refusal(elsewhere).message, /a step on mips64/);
  const here = process.arch === 'arm64' ? 'arm64' : 'amd64';
  const native = start.platform({ os: 'linux', architecture: here });
  const long = native.run({ args: ['x'.repeat(200_000)] }).root();
  assert.match(refusal(long).message, /more than 128 kB/);
  const signing = native.run({ args: ['x'], mounts: { '/agent': { ssh: 'default' } } }).root();
  assert.match(refusal(signing).message, /the user's ssh agent/);
});

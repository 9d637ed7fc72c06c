import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Stacks } from '../../../src/engines/embedded/stacks.ts';
import { graphOf } from '../../../src/graph/collect.ts';
import { diff, merge, scratch, source } from '../../../src/graph/sources.ts';
import type { State } from '../../../src/graph/state.ts';

const root = source('targetry.root://r', { name: 'root', platform: { os: 'linux', architecture: 'amd64' } });
const run = (on: State, name: string) => on.run({ name, args: [name] }).root();

function stacks(...states: readonly State[]): string[] {
  const graph = graphOf(states);
  const all = new Stacks(graph);
  return graph.outputs.map((output) =>
    all
      .of(output)
      .map(({ vertex, index }) => (index === 0 ? vertex.name : `${vertex.name}.${index}`))
      .join(' '),
  );
}

test('each step adds a layer to its root and to what it may write to', () => {
  const step = run(root, 'one').run({
    name: 'two',
    args: ['x'],
    mounts: {
      '/a': { from: root, readonly: true },
      '/b': { from: run(root, 'other') },
      '/c': { from: scratch() },
    },
  });
  assert.deepEqual(stacks(step.root(), step.mount('/b'), step.mount('/c')), [
    'root one two',
    'root other two.1',
    'two.2',
  ]);
});

test('a merge is the layers of all, each once, and needs none of its own', () => {
  const [one, two] = [run(root, 'one'), run(root, 'two')];
  const merged = merge([one, two]);
  assert.deepEqual(stacks(merged, run(merged, 'next')), ['one root two', 'one root two next']);
  const graph = graphOf([merged]);
  assert.deepEqual(new Stacks(graph).madeBy(graph.vertices.at(-1)!), []);
});

test('a difference is the layers above, or a layer of its own where one is no beginning of the other', () => {
  const one = run(root, 'one');
  const three = run(run(one, 'two'), 'three');
  assert.deepEqual(stacks(diff(one, three), diff(three, one), merge([run(root, 'x'), diff(one, three)])), [
    'two three',
    'diff',
    'root x two three',
  ]);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { compareUtf8 } from '../../../src/base/protobuf.ts';
import { graphOf } from '../../../src/graph/collect.ts';
import { marshalDefinition } from '../../../src/graph/definition.ts';
import type { Graph, Platform } from '../../../src/graph/graph.ts';
import { renderGraphJson } from '../../../src/graph/render.ts';
import { diff, merge, scratch, source } from '../../../src/graph/sources.ts';
import type { MountOptions, State } from '../../../src/graph/state.ts';
import { anyText } from '../../any-text.ts';

const amd64: Platform = { os: 'linux', architecture: 'amd64' };
const start = scratch(amd64);

const name = anyText({ minLength: 1 }).filter((text) => text !== '__proto__');
const destination = fc.stringMatching(/^[a-z]{1,3}(\/[a-z]{1,3})?$/).map((path) => `/${path}`);
const mount: fc.Arbitrary<MountOptions> = fc.oneof(
  fc.record({ cache: fc.string() }),
  fc.record({ secret: fc.string() }),
  fc.record({ from: fc.constantFrom(source('a'), source('b'), start), readonly: fc.boolean() }),
);

const named = <Value>(names: fc.Arbitrary<string>, values: fc.Arbitrary<Value>) =>
  fc.uniqueArray(fc.tuple(names, values), { selector: ([key]) => key });
const shuffled = <Value>(list: readonly Value[]) =>
  fc.shuffledSubarray([...list], { minLength: list.length });

test('the order in which variables and mounts were written is in no byte', () => {
  const lists = fc.tuple(named(name, fc.string()), named(destination, mount), named(name, fc.string()));
  const twice = lists.chain((written) =>
    fc.tuple(
      fc.constant(written),
      fc.tuple(shuffled(written[0]), shuffled(written[1]), shuffled(written[2])),
    ),
  );
  fc.assert(
    fc.property(twice, (orders) => {
      const [one, two] = orders.map(([env, mounts, secrets]) => {
        const run = start.run({
          args: ['x'],
          env: Object.fromEntries(env),
          mounts: Object.fromEntries(mounts),
          secretEnv: Object.fromEntries(secrets),
        });
        return graphOf([run.root()]);
      });
      assert.deepEqual(marshalDefinition(one!), marshalDefinition(two!));
      assert.equal(renderGraphJson(one!), renderGraphJson(two!));
    }),
  );
});

test('strings are ordered as their bytes', () => {
  fc.assert(
    fc.property(fc.array(anyText()), (texts) => {
      const bytes = texts.map((text) => Buffer.from(text)).sort((a, b) => Buffer.compare(a, b));
      assert.deepEqual(
        [...texts].sort(compareUtf8),
        bytes.map((each) => each.toString()),
      );
    }),
  );
});

/** Graphs of every shape: each choice makes a new state from two that are there already. */
const choices = fc.array(fc.record({ kind: fc.nat(4), a: fc.nat(), b: fc.nat(), label: fc.nat(3) }), {
  maxLength: 30,
});

test('in a graph inputs come first, each vertex is there once, and every input is one of them', () => {
  fc.assert(
    fc.property(choices, (list) => {
      const states = statesOf(list);
      const graph = graphOf(states);
      const seen = new Set<unknown>();
      for (const vertex of graph.vertices) {
        for (const input of vertex.inputs) assert.ok(seen.has(input.vertex));
        assert.ok(!seen.has(vertex.digest));
        seen.add(vertex).add(vertex.digest);
      }
      for (const { vertex } of graph.outputs) assert.ok(seen.has(vertex));
      assert.deepEqual(
        graph.outputs.map(({ vertex, index }) => [vertex.digest, index]),
        states.flatMap(({ output }) => (output ? [[output.vertex.digest, output.index]] : [])),
      );
    }),
  );
});

test('what names and targets are given changes no digest', () => {
  fc.assert(
    fc.property(choices, fc.string(), (list, text) => {
      assert.deepEqual(digestsOf(graphOf(statesOf(list))), digestsOf(graphOf(statesOf(list, text))));
    }),
  );
});

test('a chain may be longer than the stack', () => {
  assert.equal(chainOf(10_000).vertices.length, 10_000);
});

function chainOf(length: number): Graph {
  let state = start;
  for (let step = 0; step < length; step++) {
    const env = { PATH: '/usr/bin:/bin', STEP: `${step}`, A: '1', B: '2', C: '3' };
    state = state.run({ args: ['/bin/sh', '-eu', '-c', 'true'], cwd: '/src', env }).root();
  }
  return graphOf([state]);
}

function digestsOf({ vertices }: Graph): string[] {
  return vertices.map(({ digest }) => digest);
}

function statesOf(
  list: typeof choices extends fc.Arbitrary<infer Value> ? Value : never,
  label?: string,
): State[] {
  const states: State[] = [start, source('base').platform(amd64)];
  for (const { kind, a, b, label: number } of list) {
    const named = label === undefined ? {} : { name: `${label}${number}` };
    const one = label === undefined ? states[a % states.length]! : states[a % states.length]!.target(label);
    const two = states[b % states.length]!;
    const next = [
      () => one.run({ args: [`${number}`], mounts: { '/in': { from: two } }, ...named }).root(),
      () => one.copy(two, `/${number}`, '/x', named),
      () => merge([one, two], named),
      () => diff(one, two, named),
      () => one.run({ args: [`${number}`], mounts: { '/in': { from: two } }, ...named }).mount('/in'),
    ][kind]!;
    states.push(next().platform(amd64));
  }
  return states;
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { graphOf } from '../../../src/graph/collect.ts';
import { marshalDefinition } from '../../../src/graph/definition.ts';
import { samples } from './samples.ts';
import vectors from './vectors.json' with { type: 'json' };

interface Vector {
  readonly def: readonly string[];
  readonly definition: string;
}

test("every graph has the bytes that BuildKit's Go client writes", async (t) => {
  assert.deepEqual(Object.keys(samples).sort(), Object.keys(vectors).sort());
  for (const [name, vector] of Object.entries<Vector>(vectors)) {
    await t.test(name, () => {
      const graph = graphOf([samples[name]!]);
      assert.deepEqual(
        graph.vertices.map(({ bytes }) => hex(bytes)),
        vector.def.slice(0, -1),
      );
      assert.equal(hex(marshalDefinition(graph)), vector.definition);
    });
  }
});

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

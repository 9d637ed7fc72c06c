import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Explainer } from '../../../src/explain/explain.ts';
import type { FailureClass } from '../../../src/explain/failure-class.ts';

const broken: FailureClass = {
  class: 'broken',
  signs: [{ says: /could not run '\\r'/, beside: /the tool/, within: 2 }],
  cause: 'it broke',
  cure: 'mend it',
  references: [],
  examples: [],
  lookAlikes: [],
};
const explainer = new Explainer([broken]);
const usual = 'the tool hums\n\u001B[32mthe tool\u001B[0m sings\nnothing\n'.repeat(700);
const quiet = 'nothing\n'.repeat(30);
const failure = "#12 1.5 \u001B[31mCould not run\u001B[0m '\\r'  \n";

/** The lines in which it was found, where the log comes in pieces of a size and each is overwritten by the next one. */
async function linesIn(log: string, size: number): Promise<readonly number[]> {
  const bytes = Buffer.from(log);
  const place = Buffer.alloc(size);
  const pieces = function* () {
    for (let at = 0; at < bytes.length; at += size) {
      const length = bytes.copy(place, 0, at, at + size);
      yield place.subarray(0, length);
      place.fill('-');
    }
  };
  const { findings } = await explainer.explain(pieces());
  return findings.flatMap(({ evidence }) => evidence.map(({ line }) => line));
}

describe('a failure in the middle of a long log', () => {
  for (const size of [7, 1000, 1 << 20]) {
    it(`is known by what stands beside it, which is also everywhere else: in pieces of ${size}`, async () => {
      const log = `${usual}${quiet}the tool starts\n${failure}${quiet}${usual}`;
      assert.deepEqual(await linesIn(log, size), [2100 + 30 + 2]);
    });

    it(`is not known by what stands elsewhere only: in pieces of ${size}`, async () => {
      assert.deepEqual(await linesIn(`${usual}${quiet}${failure}${quiet}${usual}`, size), []);
    });
  }
});

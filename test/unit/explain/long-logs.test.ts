import assert from 'node:assert/strict';
import { availableParallelism } from 'node:os';
import { describe, it } from 'node:test';
import { Worker } from 'node:worker_threads';
import { Explainer } from '../../../src/explain/explain.ts';
import type { FailureClass } from '../../../src/explain/failure-class.ts';
import { knownFailures } from '../../../src/explain/known-failures.ts';
import { explainer as onOneThread } from './explained.ts';

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

/** A log is cut where it is longer. */
const partSize = 1 << 22;

describe('a failure in a log so long that it is cut in parts', () => {
  const said = ['the tool starts\n', failure, failure];

  for (const before of said.keys()) {
    it(`is known by what stands beside it, in whichever part either is: cut after ${before} lines of it`, async () => {
      const filler = '-'.repeat(partSize - said.slice(0, before).join('').length - 1);
      assert.deepEqual(await linesIn(`${filler}\n${said.join('')}${quiet}`, 1 << 20), [3, 4]);
    });
  }

  it('is told in its line where the part before it ends within one', async () => {
    const log = `${'-'.repeat(partSize + 9)}\nthe tool starts\n${failure}`;
    assert.deepEqual(await linesIn(log, 1 << 20), [3]);
  });

  it('is told as on one thread where several search', { skip: oneCore() }, async () => {
    const noise = `${'cc -o a.o a.c\n'.repeat(1000)}warning: unused\nnpm error code 1\n`.repeat(300);
    const cause = "./app: /lib/libc.so.6: version `GLIBC_2.38' not found (required by ./app)\n";
    const log = [noise, noise, cause, noise, 'make: *** [all] Error 1'].map((text) => Buffer.from(text));
    const explanation = await knownFailures().explain(log);
    assert.deepEqual(explanation, await onOneThread.explain(log));
    assert.equal(explanation.findings[0]?.evidence[0]?.line, 2 * 300 * 1002 + 1);
  });

  it('is not searched on when a thread dies: its error is told', { skip: oneCore() }, async () => {
    const startThread = () => new Worker('throw new Error("the thread broke")', { eval: true });
    const log = Array.from({ length: 40 }, () => Buffer.alloc(partSize / 2, 'nothing\n'));
    await assert.rejects(new Explainer([broken], { startThread }).explain(log), /the thread broke/);
  });
});

function oneCore(): string | false {
  return availableParallelism() === 1 && 'one core searches on one thread';
}

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { classesIn } from './explained.ts';
import { carriers, noisy } from './noise.ts';

const file = new URL('../../../../test/unit/explain/healthy.txt', import.meta.url);

const logs = readFileSync(file, 'utf8')
  .split(/^==== /m)
  .slice(1)
  .map((text) => ({ title: text.slice(0, text.indexOf('\n')), log: text.slice(text.indexOf('\n') + 1) }));

describe('a log without a known failure is left alone', () => {
  it('of more than a thousand', async () => {
    assert.ok(logs.length > 1000, `${logs.length}`);
    const found: string[] = [];
    for (const { title, log } of logs) {
      const classes = await classesIn(log);
      if (classes.length > 0) found.push(`${title}: ${classes.join(', ')}`);
    }
    assert.deepEqual(found, []);
  });

  const ways = Object.entries(carriers);
  for (const [at, [by, carry]] of ways.entries()) {
    it(`also where something else passed it on: ${by}`, async () => {
      const found: string[] = [];
      // A carrier meets each kind of line in its share of so many logs.
      for (const { title, log } of logs.filter((_, number) => number % ways.length === at)) {
        const classes = await classesIn(log.trimEnd().split('\n').map(carry).join('\n'));
        if (classes.length > 0) found.push(`${title}: ${classes.join(', ')}`);
      }
      assert.deepEqual(found, []);
    });
  }

  it('also the noise around the others', async () => assert.deepEqual(await classesIn(noisy('')), []));
});

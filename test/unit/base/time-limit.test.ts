import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { parseTimeLimit, timeLimitWord } from '../../../src/base/time-limit.ts';

test('hours, minutes and seconds are understood, in that order, and nothing else', () => {
  assert.equal(parseTimeLimit('90s'), 90_000);
  assert.equal(parseTimeLimit('20m'), 1_200_000);
  assert.equal(parseTimeLimit('1h30m'), 5_400_000);
  for (const word of ['', '20', '20 m', 'm', '30m1h', '0s', '-1s', '1.5h', '1000h']) {
    assert.equal(parseTimeLimit(word), undefined, word);
  }
});

test('a limit is written as it could have been asked for', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2_000_000 }), (seconds) => {
      assert.equal(parseTimeLimit(timeLimitWord(seconds * 1000)), seconds * 1000);
    }),
  );
});

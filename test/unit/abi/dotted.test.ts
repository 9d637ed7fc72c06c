import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareDotted } from '../../../src/abi/dotted.ts';

test('dotted numbers are ordered part by part', () => {
  const rising = [
    '0',
    '1',
    '1.0',
    '1.2.3',
    '1.2.4',
    '1.2.5',
    '1.10',
    '2',
    '2.4',
    '2.28',
    '2.28.0',
    '2.28.1',
    '10.1',
  ];
  for (const [i, a] of rising.entries()) {
    for (const [j, b] of rising.entries())
      assert.equal(Math.sign(compareDotted(a, b)), Math.sign(i - j), `${a} ${b}`);
  }
  assert.equal(compareDotted('1.2.4_git20230717', '1.2.4'), 0);
  assert.ok(compareDotted('1.2.4_git20230717', '1.2.5') < 0);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { array, assert as assertProperty, constantFrom, property } from 'fast-check';
import { compareDebVersions } from '../../../src/formats/deb-version.ts';

/** Each line from the oldest to the newest; the order was checked with `dpkg --compare-versions`. */
const ORDERED = [
  ['1.0~~', '1.0~~a', '1.0~', '1.0', '1.0-1', '1.0-1+b1', '1.0a', '1.0+b1', '1.0.1'],
  ['9', '10', '1:0', '1:1', '2:0'],
  ['7.88.1-10+deb12u5', '7.88.1-10+deb12u14', '7.88.1-10+deb12u15'],
  ['2.31-13+deb11u11', '2.31-13+deb11u14', '2.36-9'],
  ['1.2.11.dfsg-2', '1.2.11.dfsg-2+deb11u2'],
  ['0.9-a-1', '0.9-a-2'],
  ['1.-1.1', '1.a', '1.b', '1.+'],
];

test('versions are ordered as dpkg orders them', () => {
  for (const line of ORDERED) {
    for (const [i, a] of line.entries()) {
      for (const [j, b] of line.entries()) {
        assert.equal(Math.sign(compareDebVersions(a, b)), Math.sign(i - j), `${a} and ${b}`);
      }
    }
  }
});

test('leading zeros, an epoch of zero and a revision of zero make no difference', () => {
  for (const [a, b] of [
    ['1.01', '1.1'],
    ['0:1.0', '1.0'],
    ['1.0-0', '1.0'],
    ['1.0-00', '1.0-0'],
  ] as const) {
    assert.equal(compareDebVersions(a, b), 0, `${a} and ${b}`);
  }
});

test('any versions are in one order', () => {
  const part = constantFrom('0', '1', '9', '10', '007', 'a', 'Z', '~', '+', '.', '-', ':1');
  const version = array(part, { maxLength: 6 }).map((parts) => `1${parts.join('')}`);
  assertProperty(
    property(version, version, version, (a, b, c) => {
      const order = (x: string, y: string) => Math.sign(compareDebVersions(x, y));
      assert.equal(order(a, b) + order(b, a), 0);
      if (order(a, b) <= 0 && order(b, c) <= 0) assert.ok(order(a, c) <= 0);
    }),
  );
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareDotted } from '../../../src/abi/dotted.ts';
import { parsePromise, promiseForms, promiseWord } from '../../../src/abi/promise.ts';

test('every form of a promise is read and written back as it was', () => {
  for (const word of promiseForms) {
    const promise = parsePromise(word);
    assert.ok(promise, word);
    assert.equal(promiseWord(promise), word);
  }
});

test('old names of manylinux are the tags that they stand for', () => {
  assert.deepEqual(parsePromise('manylinux2014'), { kind: 'manylinux', version: '2.17' });
  assert.deepEqual(parsePromise('manylinux1'), { kind: 'manylinux', version: '2.5' });
});

test('what is no promise is not guessed at', () => {
  const words = [
    '',
    'glibc',
    'glibc:',
    'glibc:2',
    'glibc:2.x',
    'glibc: 2.28',
    'glibc:2.28 ',
    'Static',
    'needs:',
    'needs:a,,b',
    'isa:v2',
    'constructor',
    'runs-on:',
    'manylinux_2',
    'a:b',
  ];
  for (const word of words) assert.equal(parsePromise(word), undefined, word);
});

test('versions are compared by number, and a longer one is later', () => {
  const sorted = ['2.4', '2.17', '2.28', '2.28.1', '2.39', '10.0'];
  assert.deepEqual([...sorted].reverse().toSorted(compareDotted), sorted);
  assert.equal(compareDotted('3.4.25', '3.4.25'), 0);
});

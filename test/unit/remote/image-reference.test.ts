import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseImageReference } from '../../../src/remote/image-reference.ts';

const digest = `sha256:${'a'.repeat(64)}`;

function words(text: string): unknown[] | undefined {
  const found = parseImageReference(text);
  return found && [found.registry, found.repository, found.tag, found.digest];
}

test('a reference is read as Docker reads it', () => {
  assert.deepEqual(words('alpine'), ['docker.io', 'library/alpine', undefined, undefined]);
  assert.deepEqual(words('alpine:3.20'), ['docker.io', 'library/alpine', '3.20', undefined]);
  assert.deepEqual(words('some/tool'), ['docker.io', 'some/tool', undefined, undefined]);
  assert.deepEqual(words(`quay.io/pypa/manylinux_2_28_x86_64@${digest}`), [
    'quay.io',
    'pypa/manylinux_2_28_x86_64',
    undefined,
    digest,
  ]);
  assert.deepEqual(words(`localhost:5000/a/b-c:v1@${digest}`), ['localhost:5000', 'a/b-c', 'v1', digest]);
  assert.deepEqual(words('127.0.0.1:5000/x'), ['127.0.0.1:5000', 'x', undefined, undefined]);
  assert.deepEqual(words('localhost/x'), ['localhost', 'x', undefined, undefined]);
});

test('what could be read in two ways is none', () => {
  for (const text of ['', 'UPPER/case', 'a//b', 'a/../b', '-a', 'a:', 'a@sha256:1', 'a b', 'http://a/b']) {
    assert.equal(words(text), undefined, text);
  }
});

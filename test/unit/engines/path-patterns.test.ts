import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PathPatterns, pathPattern } from '../../../src/engines/embedded/path-patterns.ts';

test('patterns match paths as .dockerignore does', () => {
  const cases: readonly [string, string, boolean][] = [
    ['*.c', 'a.c', true],
    ['*.c', '.c', true],
    ['*.c', 'd/a.c', false],
    ['**/*.c', 'a.c', true],
    ['**/*.c', 'd/e/a.c', true],
    ['d/**', 'd/e/a.c', true],
    ['d/**', 'd', false],
    ['a?c', 'abc', true],
    ['a?c', 'a/c', false],
    ['[^a-c]x', 'dx', true],
    ['[^a-c]x', 'bx', false],
    [String.raw`a\*`, 'a*', true],
    [String.raw`a\*`, 'ab', false],
    ['a{b,c}', 'ab', false],
    ['a.c', 'abc', false],
  ];
  for (const [pattern, path, expected] of cases) {
    assert.equal(pathPattern(pattern).test(path), expected, `${pattern} on ${path}`);
  }
});

test('the last pattern that matches a path, or a folder around it, decides', () => {
  const patterns = new PathPatterns(['build', '!build/keep', '/docs/', '**/*.tmp']);
  const chosen = ['build', 'build/a', 'build/keep/b', 'docs/c', 'src/build', 'src/x.tmp', 'build/keep/x.tmp'];
  assert.deepEqual(
    chosen.map((path) => patterns.match(path)),
    [true, true, false, true, false, true, true],
  );
});

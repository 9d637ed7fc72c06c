import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDeb822, words } from '../../../src/formats/deb822.ts';
import { parseRelations, relationText, satisfies } from '../../../src/formats/deb-relation.ts';

test('paragraphs have fields, long values and comments', () => {
  const text = '# about\n\nTypes: deb\nSuites: a\n b\n .\n c\n# between\nX-y:z\n\n\nTypes: deb-src\n';
  assert.deepEqual(
    parseDeb822(text).map((stanza) => Object.fromEntries(stanza)),
    [{ types: 'deb', suites: 'a\nb\n\nc', 'x-y': 'z' }, { types: 'deb-src' }],
  );
  assert.deepEqual(words(parseDeb822(text)[0]!.get('suites')), ['a', 'b', 'c']);
});

test('what is no field is refused with its line', () => {
  assert.throws(() => parseDeb822('A: 1\nnothing\n'), /line 2 has no field name/);
  assert.throws(() => parseDeb822(' more\n'), /line 1 continues a field/);
  assert.throws(() => parseDeb822('A: 1\na: 2\n'), /line 2 gives a a second time/);
});

test('relations are read with alternatives, versions and architectures, and written back', () => {
  const text = 'libc6 (>= 2.31), python3:any | python3.9:native (<< 4~), a(=1)';
  assert.deepEqual(
    parseRelations(text).map((group) => group.map(relationText).join(' | ')),
    ['libc6 (>= 2.31)', 'python3:any | python3.9:native (<< 4~)', 'a (= 1)'],
  );
  assert.throws(() => parseRelations('a (near 1)'), /can't read "a \(near 1\)"/);
});

test('a relation knows the versions that satisfy it; the old < means "or equal"', () => {
  const answers = (text: string) =>
    [undefined, '1', '2', '3'].map((version) => satisfies(parseRelations(text)[0]![0]!, version));
  assert.deepEqual(answers('a'), [true, true, true, true]);
  assert.deepEqual(answers('a (= 2)'), [false, false, true, false]);
  assert.deepEqual(answers('a (>= 2)'), [false, false, true, true]);
  assert.deepEqual(answers('a (>> 2)'), [false, false, false, true]);
  assert.deepEqual(answers('a (<< 2)'), [false, true, false, false]);
  assert.deepEqual(answers('a (< 2)'), [false, true, true, false]);
});

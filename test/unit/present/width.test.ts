import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { clip, displayWidth, fold } from '../../../src/present/width.ts';

describe('the width of text', () => {
  it('counts cells, not characters: wide ones are two, marks and colours none', () => {
    assert.equal(displayWidth('abc'), 3);
    assert.equal(displayWidth('日本'), 4);
    assert.equal(displayWidth('e\u0301'), 1);
    assert.equal(displayWidth('\u001B[31mred\u001B[39m'), 3);
  });

  it('clips with an ellipsis within the width', () => {
    assert.equal(clip('abcdef', 4), 'abc…');
    assert.equal(clip('日本語', 4), '日…');
    assert.equal(clip('abc', 3), 'abc');
  });

  it('folds between words, with the later lines indented', () => {
    assert.equal(fold('one two three four', 9, '  '), 'one two\n  three\n  four');
    assert.equal(fold('unbreakable', 4, '  '), 'unbreakable');
    assert.equal(fold('a b', 80, '  '), 'a b');
  });
});

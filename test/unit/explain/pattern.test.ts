import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { neededWords } from '../../../src/explain/pattern/needed-words.ts';
import { Pattern } from '../../../src/explain/pattern/pattern.ts';
import { parsePattern } from '../../../src/explain/pattern/syntax.ts';

const letters = ['a', 'b', 'C', ' ', '.', '\\d', '\\w', '\\S', '[ab]', '[^a]', '\\.'];
const times = ['', '', '', '?', '*', '+', '{2}', '{1,3}', '{2,}'];

/** Patterns of our language, small and nested, over few letters, so that random texts match now and then. */
const { row: patterns } = fc.letrec<{ atom: string; part: string; row: string }>((tie) => ({
  atom: fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...letters) },
    { weight: 2, arbitrary: tie('row').map((row) => `(?:${row})`) },
    { weight: 1, arbitrary: fc.tuple(tie('row'), tie('row')).map(([a, b]) => `(${a}|${b})`) },
  ),
  part: fc.oneof(
    { weight: 1, arbitrary: fc.constantFrom('^', '$', '\\b') },
    { weight: 8, arbitrary: fc.tuple(tie('atom'), fc.constantFrom(...times)).map((two) => two.join('')) },
  ),
  row: fc.array(tie('part'), { minLength: 1, maxLength: 4 }).map((parts) => parts.join('')),
}));

const texts = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'C', ' ', '1', '.', '_'), maxLength: 12 });

describe('a pattern', () => {
  it('matches what the same regular expression matches', () => {
    fc.assert(
      fc.property(patterns, texts, (source, text) => {
        const expected = new RegExp(source, 'is').test(text);
        assert.equal(new Pattern(source).test(Buffer.from(text)), expected);
      }),
      { numRuns: 3000 },
    );
  });

  it('has a span that is as long as it says, where a first look takes any length', () => {
    const spans = fc.constantFrom('.{0,8}', '.{1,9}', '\\S{0,12}', '(?:ab?){0,10}');
    const text = fc.string({ unit: fc.constantFrom('a', 'a', 'b', 'c', ' '), maxLength: 40 });
    fc.assert(
      fc.property(spans, text, (span, inside) => {
        const source = `<${span}(?:>|c${span}!)`;
        for (const line of [`<${inside}>`, `<${inside}!`]) {
          const expected = new RegExp(source, 'is').test(line);
          assert.equal(new Pattern(source).test(Buffer.from(line)), expected, `${source} in ${line}`);
        }
      }),
    );
  });

  it('is found where the same regular expression finds it', () => {
    fc.assert(
      fc.property(patterns, texts, (source, text) => {
        const expected = new RegExp(source, 'is').exec(text);
        const found = new Pattern(source).find(Buffer.from(text));
        assert.equal(found?.from, expected?.index);
      }),
      { numRuns: 3000 },
    );
  });

  it('is never passed over because a word is missing that it does not need', () => {
    fc.assert(
      fc.property(patterns, texts, (source, text) => {
        const words = neededWords(parsePattern(source));
        if (words === undefined || !new Pattern(source).test(Buffer.from(text))) return;
        const found = words.some((word) => text.toLowerCase().includes(word));
        assert.ok(found, `${source}: ${words.join(' or ')}`);
      }),
      { numRuns: 3000 },
    );
  });

  it('takes letters of either case and any quotation mark for the same', () => {
    const pattern = new Pattern("version '(?<need>[A-Z_.0-9]+)' not found");
    const found = pattern.find(Buffer.from("libc.so.6: Version `GLIBC_2.34' NOT found"));
    assert.deepEqual(found, { from: 11, to: 41, groups: { need: 'GLIBC_2.34' } });
  });

  it('is refused where a line could take more than one pass', () => {
    for (const source of ['(?=a)b', '(a)\\1', '(?<!a)b', 'a{1000}', '(a', 'a)', '[a', '*a', 'a\\q']) {
      assert.throws(() => new Pattern(source).test(Buffer.from('a')), SyntaxError, source);
    }
  });

  it('takes time in proportion to the text, where backtracking would take for ever', () => {
    const hostile = ['(?:a+)+$', '(?:a|aa)*b', '(?:a?){50}a{50}b', 'a.*a.*a.*a.*b', '(?:.*a){12}b'];
    fc.assert(
      fc.property(fc.constantFrom(...hostile), fc.integer({ min: 0, max: 3 }), (source, tail) => {
        const line = Buffer.from(`${'a'.repeat(20_000)}${'!'.repeat(tail)}`);
        const began = performance.now();
        new Pattern(source).find(line);
        const took = performance.now() - began;
        assert.ok(took < 5000, `${source} took ${took} ms`);
      }),
      { numRuns: 20 },
    );
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { renderBug, renderDiagnostic, renderFailure } from '../../../src/present/failure.ts';
import { bytes, duration } from '../../../src/base/units.ts';
import { clip, displayWidth } from '../../../src/present/width.ts';
import type { Location } from '../../../src/report/diagnostic.ts';
import { Failure } from '../../../src/report/failure.ts';
import { golden } from '../../golden.ts';

const placed = (text: string, words: string): Location => ({
  file: 'targetry.yaml',
  line: 7,
  column: text.indexOf(words) + 1,
  length: words.length,
  text,
});

const warning = (at: Location) =>
  renderDiagnostic({ code: 'config-value', severity: 'warning', message: 'this', at }, { color: false });

describe('a failure is shown', () => {
  const failure = new Failure('usage', 'the step `compile` of linux-x64-gnu failed', {
    why: 'it ended with exit code 2\nafter 1.2s',
    hint: 'run `targetry shell linux-x64-gnu`',
    at: placed('  - { name: compile, run: make }', 'compile'),
    excerpt: ['hello.c:1: \u001B[31merror\u001B[0m: no', '\u001B[2Jmake: *** [all] Error 1'],
    diagnostics: [{ code: 'config-value', severity: 'warning', message: 'something beside it' }],
  });

  it('with all it has to say', () => golden('present/failure.txt', renderFailure(failure, { color: false })));

  it('in colours', () => {
    const text = renderFailure(failure, { color: true });
    golden('present/failure-in-colours.txt', text.replaceAll('\u001B', '␛'));
  });

  it('with the underline under the words, after tabs and wide characters and in long lines', () => {
    const long = `run: ${'make && '.repeat(30)}oops ${'&& make '.repeat(30)}`;
    const answers = [
      warning(placed('\tname:\t漢字 here', 'here')),
      warning(placed('name: 漢字', '漢字')),
      warning(placed(long, 'oops')),
      warning({ ...placed(long, long), length: long.length }),
      warning({ ...placed('end', 'end'), column: 4, length: 1 }),
    ];
    golden('present/underlined.txt', answers.join('\n'));
  });
});

describe('a bug is shown', () => {
  it('as one, with its stack, its cause and the version', () => {
    const text = renderBug(new TypeError('x is undefined', { cause: new Error('y') }), {
      color: false,
      version: '1.2.3',
    });
    assert.match(
      text,
      /^error: this is a bug in Targetry, not a mistake of yours\n {2}TypeError: x is undefined\n {6}at /,
    );
    assert.match(text, /\n {2}caused by: Error: y\n/);
    assert.match(text, /\ntargetry 1\.2\.3, node .*\n$/);
    assert.match(renderBug('text', { color: false, version: '1' }), /thrown: text/);
  });
});

describe('amounts', () => {
  it('of bytes have three digits that count', () => {
    const amounts = [0, 999, 1000, 74_849_999, 99_940_000, 99_960_000, 999_499_999, 999_500_000, 5e15];
    assert.deepEqual(amounts.map(bytes), [
      '0 B',
      '999 B',
      '1.0 kB',
      '74.8 MB',
      '99.9 MB',
      '100 MB',
      '999 MB',
      '1.0 GB',
      '5000 TB',
    ]);
  });

  it('of time are as exact as a person wants to know', () => {
    const times = [0, 49, 50, 1240, 59_949, 59_950, 63_000, 119_999, 3_599_499, 3_599_500, 7_500_000];
    assert.deepEqual(times.map(duration), [
      '0.0s',
      '0.0s',
      '0.1s',
      '1.2s',
      '59.9s',
      '1m 00s',
      '1m 03s',
      '2m 00s',
      '59m 59s',
      '1h 00m',
      '2h 05m',
    ]);
  });

  it('of cells are those of the terminal', () => {
    assert.deepEqual(
      ['abc', '漢字', 'e\u0301', '👍', '\u001B[1mb\u001B[0m', 'ｆ'].map(displayWidth),
      [3, 4, 1, 2, 1, 2],
    );
    assert.deepEqual(
      [clip('漢字漢字', 6), clip('abc', 3), clip('abcd', 3), clip('abc', 0)],
      ['漢字…', 'abc', 'ab…', ''],
    );
  });
});

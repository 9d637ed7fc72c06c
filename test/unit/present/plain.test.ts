import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import * as fc from 'fast-check';
import { LineSplitter } from '../../../src/present/line-splitter.ts';
import { PlainDisplay } from '../../../src/present/plain.ts';
import { decode, printable } from '../../../src/present/printable.ts';
import { QuietDisplay } from '../../../src/present/quiet.ts';
import type { Event } from '../../../src/report/event.ts';
import { golden } from '../../golden.ts';

const gnu = { id: 'a', name: 'compile', target: 'linux-x64-gnu' };
const musl = { id: 'b', name: 'com\u001B[2Jpile\n', target: 'linux-x64-musl' };
const out = (task: string, data: string | Uint8Array, stream: 'stdout' | 'stderr' = 'stdout'): Event => ({
  type: 'output',
  task,
  stream,
  data: Buffer.from(data),
});

const story: readonly Event[] = [
  { type: 'planned', tasks: [{ id: 'lock', name: 'lock debian-11 amd64' }, gnu, musl] },
  { type: 'started', task: 'lock', at: 0 },
  { type: 'progress', task: 'lock', done: 5, total: 10, unit: 'packages' },
  { type: 'finished', task: 'lock', outcome: 'done', at: 1240, note: '103 packages, 74.8 MB' },
  { type: 'started', task: 'a', at: 1300 },
  { type: 'started', task: 'b', at: 1300 },
  out('a', 'gcc -O2 -c hel'),
  out('b', 'half of one stream\r'),
  out('a', 'a warning\n', 'stderr'),
  out('a', 'lo.c\n\n'),
  out('b', '\n10%\r20%\r'),
  out('b', Uint8Array.of(0xe2, 0x82)),
  out('b', Uint8Array.of(0xac, 0x20, 0xff, 0x00, 0x07, 0x0a)),
  out('b', '\u001B[31mred\u001B[0m \u001B]0;title\u0007\u001B[2Jcleared\n'),
  { type: 'planned', tasks: [{ id: 'audit', name: 'audit' }] },
  { type: 'finished', task: 'a', outcome: 'cached', at: 1301 },
  { type: 'waiting', task: 'b', for: 'step', process: 4711 },
  { type: 'waiting', task: 'b', for: 'step' },
  { type: 'waiting', task: 'b', for: 'cache', step: 'linux-x64 deps' },
  { type: 'waiting', task: 'b', for: 'cache', process: 4711, step: 'deps' },
  { type: 'silent', task: 'b', seconds: 60, running: ['sleep 1000', 'sh -c \u001B[2J', 'sleep 1000'] },
  out('b', 'killed in mid-li'),
  { type: 'finished', task: 'b', outcome: 'failed', at: 66_300 },
  {
    type: 'noticed',
    diagnostic: {
      code: 'release-end-of-life',
      severity: 'warning',
      message: 'an old release',
      hint: 'nothing to do',
    },
  },
  { type: 'finished', task: 'audit', outcome: 'canceled', at: 66_400 },
];

describe('the plain display', () => {
  for (const color of [false, true]) {
    it(`shows what happened, line by line${color ? ', in colours' : ''}`, () => {
      let text = '';
      const display = new PlainDisplay((more) => (text += more), { color });
      for (const event of story) display.handle(event);
      display.close();
      golden(`present/plain${color ? '-in-colours' : ''}.txt`, text.replaceAll('\u001B', '␛'));
    });
  }

  it('shows what was still held back when it is closed', () => {
    let text = '';
    const display = new PlainDisplay((more) => (text += more), { color: false });
    display.handle({ type: 'planned', tasks: [gnu] });
    display.handle(out('a', 'no line break'));
    display.close();
    assert.equal(text, 'linux-x64-gnu compile | no line break\n');
  });
});

it('counts a task once that is done twice, or more would be finished than there are', () => {
  let text = '';
  const display = new PlainDisplay((more) => (text += more), { color: false });
  display.handle({ type: 'planned', tasks: [{ id: 'root', name: 'root' }] });
  for (const at of [1000, 2000]) display.handle({ type: 'finished', task: 'root', outcome: 'done', at });
  assert.equal(text, '[1/1] root\n[1/1] root\n');
});

describe('the quiet display', () => {
  it('shows only what needs attention', () => {
    let text = '';
    const display = new QuietDisplay((more) => (text += more), { color: false });
    for (const event of story) display.handle(event);
    display.close();
    assert.equal(text, 'warning: an old release [release-end-of-life]\nhint: nothing to do\n');
  });
});

describe('lines of output', () => {
  it('are the same whatever the pieces that they come in', () => {
    const word = fc.constantFrom('a', 'bc', '\n', '\r', '\r\n', '€');
    fc.assert(
      fc.property(fc.array(word), fc.array(fc.nat(6)), (words, cuts) => {
        const data = Buffer.from(words.join(''));
        const splitter = new LineSplitter();
        const lines: string[] = [];
        let at = 0;
        for (const cut of cuts) {
          for (const line of splitter.push(data.subarray(at, at + cut))) lines.push(decode(line));
          at = Math.min(data.length, at + cut);
        }
        for (const line of splitter.push(data.subarray(at))) lines.push(decode(line));
        const rest = splitter.rest();
        if (rest) lines.push(decode(rest));
        const expected = data.toString().split(/\r\n|\r|\n/);
        if (expected.at(-1) === '') expected.pop();
        assert.deepEqual(lines, expected);
      }),
    );
  });

  it('do not fill the memory where there is no line break', () => {
    const splitter = new LineSplitter();
    let length = 0;
    for (let i = 0; i < 100; i++)
      for (const line of splitter.push(Buffer.alloc(10_000, 'x'))) length += line.length;
    assert.equal(length + splitter.rest()!.length, 1_000_000);
    assert.ok(length > 900_000);
  });

  it('can not move the cursor', () => {
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom('\u001B', '[', ']', '3', ';', 'm', 'J', '\u0007', '\u009B', 'x', '\b'),
        }),
        (text) => {
          assert.doesNotMatch(printable(text, false), /\p{Cc}/u);
          assert.doesNotMatch(stripVTControlCharacters(printable(text, true)), /\p{Cc}/u);
        },
      ),
    );
  });
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failureJson, JsonDisplay } from '../../../src/present/json-lines.ts';
import type { Event } from '../../../src/report/event.ts';
import { Failure } from '../../../src/report/failure.ts';

const output = (stream: 'stdout' | 'stderr', data: string | Uint8Array): Event => ({
  type: 'output',
  task: 'a',
  stream,
  data: Buffer.from(data),
});

function linesOf(events: readonly Event[]): Record<string, unknown>[] {
  let text = '';
  const display = new JsonDisplay((more) => (text += more), { version: '1.2.3' });
  for (const event of events) display.handle(event);
  display.close();
  assert.ok(text.endsWith('\n'));
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

test('every event is one line of JSON, after one that says whose they are', () => {
  const events: Event[] = [
    { type: 'planned', tasks: [{ id: 'a', name: 'compile', target: 'x64' }] },
    { type: 'started', task: 'a', at: 1 },
    { type: 'progress', task: 'a', done: 1, total: 2, unit: 'bytes' },
    { type: 'finished', task: 'a', outcome: 'failed', at: 2, log: '/store/logs/a.log' },
  ];
  const [began, ...rest] = linesOf(events);
  assert.deepEqual(began, { type: 'began', schema: 'targetry.progress/1', targetry: '1.2.3' });
  assert.deepEqual(rest, events);
});

test('output comes in whole lines, in order, the rest of it before the end of its task', () => {
  const lines = linesOf([
    output('stdout', 'half '),
    output('stderr', 'other\n'),
    output('stdout', 'a line\nrest'),
    output('stdout', Uint8Array.of(0xff)),
    { type: 'finished', task: 'a', outcome: 'done', at: 2 },
    output('stdout', 'after'),
  ]);
  assert.deepEqual(
    lines.slice(1).map(({ type, stream, line }) => [type, stream, line]),
    [
      ['output', 'stderr', 'other'],
      ['output', 'stdout', 'half a line'],
      ['output', 'stdout', String.raw`rest\xff`],
      ['finished', undefined, undefined],
      ['output', 'stdout', 'after'],
    ],
  );
});

test('a failure is the last line, with all that a person is told', () => {
  const at = { file: 'targetry.yaml', line: 1, column: 1, length: 4, text: 'nam: x' };
  const mistake = {
    code: 'config-key-unknown',
    severity: 'error',
    message: 'unknown key `nam`',
    at,
  } as const;
  const failure = new Failure('config-invalid', 'it has a mistake', { diagnostics: [mistake] });
  assert.deepEqual(JSON.parse(failureJson(failure)), {
    type: 'failed',
    code: 'config-invalid',
    exit: 2,
    message: 'it has a mistake',
    hint: failure.hint,
    excerpt: [],
    diagnostics: [mistake],
  });
  const bug = JSON.parse(failureJson(new TypeError('x is not a function'))) as Record<string, unknown>;
  assert.deepEqual([bug['code'], bug['exit']], ['bug', 70]);
});

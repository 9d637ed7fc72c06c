import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import * as fc from 'fast-check';
import { TtyDisplay } from '../../../src/present/tty.ts';
import type { Event } from '../../../src/report/event.ts';
import { golden } from '../../golden.ts';
import { TestTerminal } from './screen.ts';

/** A display on a terminal, with a clock that moves when the test says so. */
function start(t: TestContext, columns: number, rows: number) {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const terminal = new TestTerminal(columns, rows);
  let now = 0;
  const display = new TtyDisplay({
    write: terminal.write,
    size: terminal.size,
    color: false,
    now: () => now,
  });
  return {
    terminal,
    display,
    handle: (...events: Event[]) => events.forEach((event) => display.handle(event)),
    wait: (milliseconds: number) => {
      now += milliseconds;
      t.mock.timers.tick(100);
    },
    now: () => now,
  };
}

const tasks = [
  { id: 'lock', name: 'lock debian-11 amd64' },
  { id: 'fetch', name: 'packages debian-11 amd64' },
  { id: 'gnu', name: 'compile', target: 'linux-x64-gnu' },
  { id: 'musl', name: 'compile', target: 'linux-x64-musl-with-a-name-that-is-longer-than-most-others-are' },
];

const output = (task: string, text: string): Event => ({
  type: 'output',
  task,
  stream: 'stdout',
  data: Buffer.from(text),
});

describe('the terminal display', () => {
  it('shows one live line per running task, and finished ones above', async (t) => {
    const { terminal, display, handle, wait, now } = start(t, 80, 24);
    const seen: string[] = [];
    const see = async (title: string) => {
      const rows = await terminal.everything();
      assert.ok(rows.every((row) => row.length <= 80));
      seen.push(`--- ${title}`, ...rows);
    };
    handle({ type: 'planned', tasks }, { type: 'started', task: 'lock', at: now() });
    wait(400);
    await see('locking');
    handle(
      { type: 'finished', task: 'lock', outcome: 'done', at: now(), note: '103 packages' },
      { type: 'started', task: 'fetch', at: now() },
      { type: 'progress', task: 'fetch', done: 0, total: 74_800_000, unit: 'bytes' },
    );
    wait(1000);
    handle({ type: 'progress', task: 'fetch', done: 10_000_000, total: 74_800_000, unit: 'bytes' });
    wait(1000);
    await see('downloading');
    handle(
      { type: 'finished', task: 'fetch', outcome: 'done', at: now(), note: '74.8 MB' },
      { type: 'started', task: 'gnu', at: now() },
      { type: 'started', task: 'musl', at: now() },
      output('gnu', 'gcc -O2 -c \u001B[31mhello.c\u001B[0m\nhalf a li'),
      output('musl', `${'a very long line '.repeat(20)}\n`),
    );
    wait(65_000);
    await see('compiling');
    handle({ type: 'silent', task: 'gnu', seconds: 65, running: ['cc1 -O2'] });
    wait(200);
    await see('silent');
    handle({ type: 'waiting', task: 'gnu', for: 'step', process: 4711 });
    wait(200);
    await see('waiting');
    handle({ type: 'finished', task: 'gnu', outcome: 'cached', at: now() });
    handle({ type: 'finished', task: 'musl', outcome: 'failed', at: now() });
    display.close();
    await see('closed');
    assert.deepEqual(await terminal.cursor(), { row: 5, column: 0 });
    golden('present/tty.txt', `${seen.join('\n')}\n`);
  });

  it('leaves nothing behind when the window becomes narrower or wider', async (t) => {
    const { terminal, display, handle, wait } = start(t, 80, 24);
    handle({ type: 'planned', tasks });
    for (const { id } of tasks)
      handle({ type: 'started', task: id, at: 0 }, output(id, `${'words '.repeat(30)}\n`));
    handle({ type: 'finished', task: 'lock', outcome: 'done', at: 0 });
    for (const columns of [80, 30, 25, 60, 120, 33]) {
      await terminal.resize(columns, 24);
      wait(100);
      const rows = await terminal.everything();
      const finished = Math.ceil('[1/4] lock debian-11 amd64 (0.0s)'.length / columns);
      assert.equal(rows.length, finished + 3, `at ${columns} columns:\n${rows.join('\n')}`);
      assert.match(rows[0]!, /^\[1\/4\] lock/);
    }
    display.close();
    assert.equal((await terminal.everything()).join(''), '[1/4] lock debian-11 amd64 (0.0s)');
  });

  it('never has more live lines than the screen has room for', async (t) => {
    const { terminal, display, handle, wait } = start(t, 40, 6);
    const many = Array.from({ length: 30 }, (_, index) => ({ id: `t${index}`, name: `task ${index}` }));
    handle({ type: 'planned', tasks: many });
    for (const { id } of many) handle({ type: 'started', task: id, at: 0 });
    wait(100);
    wait(100);
    const rows = await terminal.everything();
    assert.equal(rows.length, 5);
    assert.equal(rows[4], '[ 0/30] … and 26 more');
    handle({ type: 'finished', task: 't0', outcome: 'done', at: 100 });
    await terminal.resize(40, 4);
    wait(100);
    wait(100);
    assert.equal((await terminal.everything()).filter((row) => row.startsWith('[ 1/30] task 0 ')).length, 1);
    display.close();
  });

  it('shows every finished task once and in order, whatever runs beside it', async (t) => {
    t.mock.timers.enable({ apis: ['setInterval'] });
    const step = fc.record({ starts: fc.integer({ min: 0, max: 4 }), ends: fc.integer({ min: 0, max: 3 }) });
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 8 }),
        fc.integer({ min: 20, max: 90 }),
        async (steps, columns) => {
          const terminal = new TestTerminal(columns, 8);
          const display = new TtyDisplay({
            write: terminal.write,
            size: terminal.size,
            color: true,
            now: () => 0,
          });
          const running: string[] = [];
          const ended: string[] = [];
          let next = 0;
          for (const { starts, ends } of steps) {
            for (let i = 0; i < starts; i++) {
              const id = `t${next++}`;
              display.handle({ type: 'started', task: id, at: 0 });
              display.handle(output(id, '漢字 wide 漢字 words 漢字 that 漢字 go 漢字 on\n'));
              running.push(id);
            }
            for (const task of running.splice(0, ends)) {
              display.handle({ type: 'finished', task, outcome: 'done', at: 0 });
              ended.push(task);
            }
            t.mock.timers.tick(100);
          }
          display.close();
          const shown = (await terminal.everything()).map(
            (row) => /^\[ ?\d+\/\d+\] (t\d+) \(0\.0s\)$/.exec(row)?.[1],
          );
          assert.deepEqual(shown, ended);
        },
      ),
      { numRuns: 60 },
    );
  });
});

/*
 * The display for terminals: finished tasks scroll by above, and below them stand live lines, one per running task.
 *
 * One frame goes up to where the live lines began, writes what is finished over them, then the live lines anew, and
 * clears what is left below. It is one write, between the marks of a synchronized update, so nothing flickers. Three
 * things must hold, whatever the size of the window:
 *
 * - A live line is never as wide as the screen, so that it takes one row; finished lines may wrap, they are never
 *   touched again.
 * - Live lines are fewer than the rows of the screen: the cursor can't go up past the top of it.
 * - When the window became narrower since the last frame, the terminal has wrapped the live lines into more rows, and
 *   that many rows is how far up they began.
 *
 * The cursor rests at the start of the row below the live lines. So whatever kills us, the shell's prompt is in its
 * place and nothing has to be put right.
 */
import type { Event } from '../report/event.ts';
import type { Display, Write } from './display.ts';
import { renderDiagnostic } from './failure.ts';
import { LineSplitter } from './line-splitter.ts';
import { decode, inOneLine } from './printable.ts';
import { Progress, silentWords, waitingWords, type TaskState } from './progress.ts';
import { Rate } from './rate.ts';
import { styleFor, type Style } from './style.ts';
import { bytes, duration } from '../base/units.ts';
import { clip, displayWidth } from './width.ts';

export interface Screen {
  readonly write: Write;
  /** Asked before every frame. */
  readonly size: () => { readonly columns: number; readonly rows: number };
  readonly color: boolean;
  /** Milliseconds, on the clock of the events. */
  readonly now: () => number;
}

interface Running {
  readonly state: TaskState;
  readonly rate: Rate;
  readonly lines: LineSplitter;
  progress: Extract<Event, { type: 'progress' }> | undefined;
  lastLine: string;
}

const frameMilliseconds = 100;
const beginUpdate = '\u001B[?2026h';
const endUpdate = '\u001B[?2026l';
const clearRestOfLine = '\u001B[K';
const clearBelow = '\u001B[J';

export class TtyDisplay implements Display {
  readonly #screen: Screen;
  readonly #style: Style;
  readonly #progress = new Progress();
  readonly #running = new Map<string, Running>();
  readonly #timer: NodeJS.Timeout;
  /** Lines to put above the live ones at the next frame. */
  #finished = '';
  /** How wide each live line on the screen is. */
  #drawn: readonly number[] = [];

  constructor(screen: Screen) {
    this.#screen = screen;
    this.#style = styleFor(screen.color);
    this.#timer = setInterval(() => this.#draw(), frameMilliseconds);
    this.#timer.unref();
  }

  handle(event: Event): void {
    const state = this.#progress.follow(event);
    switch (event.type) {
      case 'planned':
        return;
      case 'noticed':
        this.#finished += renderDiagnostic(event.diagnostic, { color: this.#screen.color });
        return;
      case 'finished':
        this.#running.delete(event.task);
        this.#finished += `${this.#progress.finishedLine(state!, event, this.#style)}\n`;
        return;
      case 'started':
        this.#runningOf(event.task, state!);
        return;
      case 'progress': {
        const running = this.#runningOf(event.task, state!);
        running.progress = event;
        running.rate.add(this.#screen.now(), event.done);
        return;
      }
      case 'silent':
        this.#runningOf(event.task, state!).lastLine = silentWords(event);
        return;
      case 'waiting':
        this.#runningOf(event.task, state!).lastLine = waitingWords(event);
        return;
      case 'output': {
        const running = this.#runningOf(event.task, state!);
        for (const line of running.lines.push(event.data)) {
          const text = inOneLine(decode(line));
          if (text !== '') running.lastLine = text;
        }
      }
    }
  }

  close(): void {
    clearInterval(this.#timer);
    this.#running.clear();
    this.#draw();
  }

  #runningOf(task: string, state: TaskState): Running {
    let running = this.#running.get(task);
    if (!running) {
      running = { state, rate: new Rate(), lines: new LineSplitter(), progress: undefined, lastLine: '' };
      this.#running.set(task, running);
    }
    return running;
  }

  #draw(): void {
    if (this.#finished === '' && this.#drawn.length === 0 && this.#running.size === 0) return;
    const size = this.#screen.size();
    // Some pseudo-terminals were never told their size, and say 0.
    const columns = size.columns || 80;
    const rows = size.rows || 24;
    const up = this.#drawn.reduce((sum, width) => sum + Math.max(1, Math.ceil(width / columns)), 0);
    const live = this.#liveLines(columns, Math.max(1, rows - 1));
    const above = this.#finished.replaceAll('\n', `${clearRestOfLine}\n`);
    const below = live.map((line) => `${line}${clearRestOfLine}\n`).join('');
    const back = up > 0 ? `\u001B[${up}A` : '';
    this.#screen.write(`${beginUpdate}${back}${above}${below}${clearBelow}${endUpdate}`);
    this.#drawn = live.map(displayWidth);
    this.#finished = '';
  }

  #liveLines(columns: number, most: number): string[] {
    const all = [...this.#running.values()];
    const shown = all.length > most ? all.slice(0, most - 1) : all;
    const lines = shown.map((running) => this.#liveLine(running, columns - 1));
    const left = all.length - shown.length;
    return left > 0 ? [...lines, clip(`${this.#progress.counter} … and ${left} more`, columns - 1)] : lines;
  }

  /** What matters most stands first; what has no room is left out, and only names and output are cut. */
  #liveLine({ state, rate, progress, lastLine }: Running, width: number): string {
    const now = this.#screen.now();
    const counter = this.#progress.counter;
    const took = duration(now - (state.startedAt ?? now));
    const label = clip(state.label, Math.max(8, width - counter.length - took.length - 3));
    let rest = `  ${took}`;
    let room = width - counter.length - 1 - displayWidth(label) - rest.length;
    for (const amount of progress ? amountsOf(progress, rate.perSecond(now)) : []) {
      if (amount.length + 2 > room) break;
      rest += `  ${amount}`;
      room -= amount.length + 2;
    }
    if (lastLine !== '' && room >= leastOutput) rest += `  ${clip(lastLine, room - 2)}`;
    return `${this.#style.dim(counter)} ${label}${this.#style.dim(clip(rest, width - counter.length - 1 - displayWidth(label)))}`;
  }
}

/** Fewer cells of a step's output say nothing. */
const leastOutput = 12;

/** How much is done, of how much, how fast, and how long the rest takes if it goes on like that. */
function amountsOf(
  { unit, done, total }: Extract<Event, { type: 'progress' }>,
  perSecond: number | undefined,
): string[] {
  const show = (count: number) => (unit === 'bytes' ? bytes(count) : String(count));
  const amount = `${show(done)}${total === undefined ? '' : ` of ${show(total)}`}`;
  if (unit !== 'bytes') return [`${amount} ${unit}`];
  if (perSecond === undefined) return [amount];
  const left = total === undefined || perSecond < 1 ? undefined : (total - done) / perSecond;
  return [amount, `${bytes(perSecond)}/s`, ...(left === undefined ? [] : [`${roughly(left)} left`])];
}

/** Seconds that are guessed, without tenths. */
function roughly(seconds: number): string {
  return seconds < 60 ? `${Math.ceil(seconds)}s` : duration(seconds * 1000);
}

import type { Event } from '../report/event.ts';
import type { Display, Write } from './display.ts';
import { renderDiagnostic } from './failure.ts';
import { LineSplitter } from './line-splitter.ts';
import { decode, printable } from './printable.ts';
import { Progress, silentWords, waitingWords, type TaskState } from './progress.ts';
import { styleFor, type Style } from './style.ts';

/**
 * For logs and pipes: a line when a task is finished, and every line that a step writes, whole, after the name of its
 * task. Nothing is drawn twice and nothing is cut.
 */
export class PlainDisplay implements Display {
  readonly #write: Write;
  readonly #color: boolean;
  readonly #style: Style;
  readonly #progress = new Progress();
  /** By task and stream: half a line of one is never joined to half a line of another. */
  readonly #output = new Map<string, { state: TaskState; lines: LineSplitter }>();

  constructor(write: Write, { color }: { readonly color: boolean }) {
    this.#write = write;
    this.#color = color;
    this.#style = styleFor(color);
  }

  handle(event: Event): void {
    const state = this.#progress.follow(event);
    if (event.type === 'noticed') this.#write(renderDiagnostic(event.diagnostic, { color: this.#color }));
    else if (event.type === 'output') this.#outputOf(event, state!);
    else if (event.type === 'silent') this.#tell(state!, silentWords(event));
    else if (event.type === 'waiting') this.#tell(state!, waitingWords(event));
    else if (event.type === 'finished') {
      this.#flush(event.task);
      this.#write(`${this.#progress.finishedLine(state!, event, this.#style)}\n`);
    }
  }

  close(): void {
    for (const { state } of this.#output.values()) this.#flush(state.task.id);
  }

  #tell({ label }: TaskState, words: string): void {
    this.#write(`${this.#style.yellow(`${label}: ${words}`)}\n`);
  }

  #outputOf({ task, stream, data }: Extract<Event, { type: 'output' }>, state: TaskState): void {
    const key = outputKey(task, stream);
    let output = this.#output.get(key);
    if (!output) this.#output.set(key, (output = { state, lines: new LineSplitter() }));
    let text = '';
    for (const line of output.lines.push(data)) text += this.#line(state, line);
    if (text !== '') this.#write(text);
  }

  #flush(task: string): void {
    for (const stream of ['stdout', 'stderr'] as const) {
      const key = outputKey(task, stream);
      const output = this.#output.get(key);
      const rest = output?.lines.rest();
      if (output && rest) this.#write(this.#line(output.state, rest));
      this.#output.delete(key);
    }
  }

  #line(state: TaskState, line: Uint8Array): string {
    const text = printable(decode(line), this.#color);
    return `${this.#style.dim(`${state.label} |`)}${text === '' ? '' : ` ${text}`}\n`;
  }
}

function outputKey(task: string, stream: 'stdout' | 'stderr'): string {
  return `${stream} ${task}`;
}

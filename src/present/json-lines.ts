import type { Event } from '../report/event.ts';
import type { Diagnostic } from '../report/diagnostic.ts';
import { Failure } from '../report/failure.ts';
import type { Display, Write } from './display.ts';
import { LineSplitter } from './line-splitter.ts';
import { decode } from './printable.ts';

/** For programs: one JSON value per line, as docs/progress.md says. What a step prints comes line by line. */
export class JsonDisplay implements Display {
  readonly #write: Write;
  readonly #output = new Map<
    string,
    Pick<Extract<Event, { type: 'output' }>, 'task' | 'stream'> & { lines: LineSplitter }
  >();

  constructor(write: Write, { version }: { readonly version: string }) {
    this.#write = write;
    this.#tell({ type: 'began', schema: 'targetry.progress/1', targetry: version });
  }

  handle(event: Event): void {
    if (event.type === 'output') {
      const key = `${event.stream} ${event.task}`;
      const { task, stream } = event;
      const output = this.#output.get(key) ?? { task, stream, lines: new LineSplitter() };
      this.#output.set(key, output);
      for (const line of output.lines.push(event.data)) this.#line(output, line);
      return;
    }
    if (event.type === 'finished') this.#flush(event.task);
    this.#tell(
      event.type === 'noticed' ? { ...event, diagnostic: plainDiagnostic(event.diagnostic) } : event,
    );
  }

  close(): void {
    for (const { task } of this.#output.values()) this.#flush(task);
  }

  #flush(task: string): void {
    for (const [key, output] of this.#output) {
      if (output.task !== task) continue;
      const rest = output.lines.rest();
      if (rest) this.#line(output, rest);
      this.#output.delete(key);
    }
  }

  #line({ task, stream }: { readonly task: string; readonly stream: string }, line: Uint8Array): void {
    this.#tell({ type: 'output', task, stream, line: decode(line) });
  }

  #tell(value: object): void {
    this.#write(`${JSON.stringify(value)}\n`);
  }
}

/** The last line, where a command fails; without a line break. */
export function failureJson(error: unknown): string {
  const known = error instanceof Failure ? error : undefined;
  return JSON.stringify({
    type: 'failed',
    code: known?.code ?? 'bug',
    exit: known?.exit ?? 70,
    message: known?.message ?? String(error),
    why: known === undefined && error instanceof Error ? error.stack : known?.why,
    hint: known?.hint,
    at: known?.at,
    excerpt: known?.excerpt ?? [],
    diagnostics: known?.diagnostics.map(plainDiagnostic) ?? [],
  });
}

/** Only what is documented, in that order. */
function plainDiagnostic({ code, severity, message, hint, at }: Diagnostic): Diagnostic {
  return { code, severity, message, hint, at };
}

import type { Event } from '../report/event.ts';
import type { Display, Write } from './display.ts';
import { renderDiagnostic } from './failure.ts';

/** Only what needs attention. */
export class QuietDisplay implements Display {
  readonly #write: Write;
  readonly #color: boolean;

  constructor(write: Write, { color }: { readonly color: boolean }) {
    this.#write = write;
    this.#color = color;
  }

  handle(event: Event): void {
    if (event.type === 'noticed') this.#write(renderDiagnostic(event.diagnostic, { color: this.#color }));
  }

  close(): void {}
}

import type { Event } from '../report/event.ts';

/** Shows what happens while it happens. */
export interface Display {
  handle(event: Event): void;
  /** Shows what is still held back, and leaves the screen as a shell expects it. */
  close(): void;
}

export type Write = (text: string) => void;

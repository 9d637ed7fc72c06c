import type { Diagnostic } from '../report/diagnostic.ts';
import type { Event } from '../report/event.ts';

/** Bytes of output that may wait for a reader before the steps have to wait too. */
const mostWaiting = 1 << 20;

/** Events from many steps to one reader. A reader that is slow makes the steps slow, instead of filling the memory. */
export class EventChannel implements AsyncIterable<Event> {
  readonly #noticed = new Set<string>();
  #queue: Event[] = [];
  #waiting = 0;
  #ended = false;
  #wakeReader: (() => void) | undefined;
  #wakeWriters: (() => void)[] = [];

  send(event: Event): void {
    if (this.#ended) return;
    this.#queue.push(event);
    if (event.type === 'output') this.#waiting += event.data.length;
    this.#wakeReader?.();
  }

  /** What holds for every step alike is told once. */
  noticeOnce(diagnostic: Diagnostic): void {
    if (this.#noticed.has(diagnostic.message)) return;
    this.#noticed.add(diagnostic.message);
    this.send({ type: 'noticed', diagnostic });
  }

  /** Resolves when there is room for more output. */
  room(): Promise<void> | undefined {
    if (this.#waiting < mostWaiting || this.#ended) return undefined;
    return new Promise((resolve) => this.#wakeWriters.push(resolve));
  }

  end(): void {
    this.#ended = true;
    this.#wakeReader?.();
    this.#release();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Event> {
    for (;;) {
      const events = this.#queue;
      this.#queue = [];
      for (const event of events) {
        yield event;
        if (event.type === 'output') this.#waiting -= event.data.length;
      }
      if (this.#waiting < mostWaiting) this.#release();
      if (this.#queue.length > 0) continue;
      if (this.#ended) return;
      await new Promise<void>((resolve) => (this.#wakeReader = resolve));
    }
  }

  #release(): void {
    for (const wake of this.#wakeWriters.splice(0)) wake();
  }
}

interface Work {
  run(): Promise<void>;
  cancel(): void;
}

/**
 * The events of some work from its start to its end, and then what it threw. Where the reader goes away before that, the work
 * is canceled, and over when the reader goes on.
 */
export async function* eventsOf(
  work: Work,
  channel: EventChannel,
): AsyncGenerator<Event, { readonly error: unknown } | undefined> {
  const running = work
    .run()
    .then(
      () => undefined,
      (error: unknown) => ({ error }),
    )
    .finally(() => channel.end());
  try {
    yield* channel;
  } finally {
    channel.end();
    work.cancel();
    await running;
  }
  return running;
}

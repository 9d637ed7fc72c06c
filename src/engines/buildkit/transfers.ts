/** What is sent to a daemon, and what it does with that before and after. */
import type { EventChannel } from '../event-channel.ts';
import type { TransferStatus } from './control.ts';
import { Preparations } from './preparations.ts';

export class Transfers {
  readonly #channel: EventChannel;
  readonly #nameOf: (source: string) => string | undefined;
  readonly #preparations: Preparations;
  readonly #sending = new Set<string>();
  readonly #sent = new Set<string>();

  /** Sources that are sent have a name, such as `send root debian-12`. */
  constructor(channel: EventChannel, nameOf: (source: string) => string | undefined) {
    this.#channel = channel;
    this.#nameOf = nameOf;
    this.#preparations = new Preparations(channel);
  }

  /** The daemon is at it. */
  begin(source: string): void {
    const name = this.#nameOf(source);
    if (name === undefined) return;
    const what = this.#sent.has(source) ? 'unpack' : 'prepare';
    this.#preparations.begin(source, name.replace('send', what));
  }

  take(source: string, { current }: TransferStatus): void {
    const name = this.#nameOf(source);
    if (name === undefined || current === 0 || this.#sent.has(source)) return;
    if (!this.#sending.has(source)) {
      this.#sending.add(source);
      this.#channel.send({ type: 'planned', tasks: [{ id: source, name }] });
      this.#channel.send({ type: 'started', task: source, at: performance.now() });
    }
    this.#channel.send({ type: 'progress', task: source, done: current, unit: 'bytes' });
  }

  end(source: string): void {
    this.#preparations.end(source);
    if (!this.#sending.delete(source)) return;
    this.#sent.add(source);
    this.#channel.send({ type: 'finished', task: source, outcome: 'done', at: performance.now() });
  }

  close(outcome: 'done' | 'canceled'): void {
    this.#preparations.close(outcome);
  }
}

/** What a daemon does with a root before and after it is sent takes no time, mostly. On a slow disk people see what they wait for. */
import { sha256 } from '../../base/sha256.ts';
import type { EventChannel } from '../event-channel.ts';

/** Milliseconds after which it is told. */
const longestUntold = 1000;

interface Preparation {
  readonly timer: NodeJS.Timeout;
  /** Once it is told. */
  id: string | undefined;
}

export class Preparations {
  readonly #channel: EventChannel;
  readonly #running = new Map<string, Preparation>();
  #told = 0;

  constructor(channel: EventChannel) {
    this.#channel = channel;
  }

  /** A daemon may begin several times with one, and tells each beginning more than once. */
  begin(source: string, name: string): void {
    if (this.#running.has(source)) return;
    const tell = () => {
      preparation.id = sha256(`prepare ${source} ${this.#told++}`);
      this.#channel.send({ type: 'planned', tasks: [{ id: preparation.id, name }] });
      this.#channel.send({ type: 'started', task: preparation.id, at: performance.now() });
    };
    const preparation: Preparation = { timer: setTimeout(tell, longestUntold), id: undefined };
    this.#running.set(source, preparation);
  }

  end(source: string, outcome: 'done' | 'canceled' = 'done'): void {
    const preparation = this.#running.get(source);
    if (preparation === undefined) return;
    this.#running.delete(source);
    clearTimeout(preparation.timer);
    const { id } = preparation;
    if (id !== undefined) this.#channel.send({ type: 'finished', task: id, outcome, at: performance.now() });
  }

  close(outcome: 'done' | 'canceled'): void {
    for (const source of this.#running.keys()) this.end(source, outcome);
  }
}

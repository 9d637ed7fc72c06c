/**
 * One build's events out of those of many. What several parts stand on is done by each builder that needs it and told once:
 * by the first that begins it. Where that one is lost, the next takes over. What a builder gets sent is a task of its own.
 *
 * That a task failed or was canceled is believed when its part has ended: a builder that dies takes its steps along, and
 * these are done again elsewhere.
 */
import type { Event } from '../../report/event.ts';
import type { EventChannel } from '../event-channel.ts';
import type { Part } from './parts.ts';

type Finished = Extract<Event, { type: 'finished' }>;

/** A part on a builder, from its beginning to its end there. */
export interface Attempt {
  readonly builder: string;
  /** What the builder is sent, by its own name of the task. */
  readonly sent: Map<string, string>;
  readonly ends: Finished[];
}

export class Story {
  readonly #channel: EventChannel;
  readonly #owners = new Map<string, Attempt>();
  readonly #told = new Set<string>();
  readonly #ended = new Set<string>();
  /** By the task of exports: how many parts it waits for. */
  readonly #waits = new Map<string, number>();

  constructor(channel: EventChannel, parts: readonly Part[]) {
    this.#channel = channel;
    for (const { exports } of parts) {
      for (const task of new Set(exports.map((one) => one.task)))
        this.#waits.set(task, (this.#waits.get(task) ?? 0) + 1);
    }
  }

  begin(builder: string): Attempt {
    return { builder, sent: new Map(), ends: [] };
  }

  tell(attempt: Attempt, event: Event): void {
    if (event.type === 'noticed') return this.#channel.noticeOnce(event.diagnostic);
    if (event.type === 'planned') return this.#plan(attempt, event);
    const task = attempt.sent.get(event.task) ?? event.task;
    if (this.#ended.has(task)) return;
    if (event.type === 'finished') return this.#finish(attempt, { ...event, task });
    if (!this.#owns(attempt, task)) return;
    this.#channel.send(
      event.type === 'started' ? { ...event, task, builder: attempt.builder } : { ...event, task },
    );
  }

  /** Its part is over: what went wrong with it did. */
  settle({ builder, ends }: Attempt): void {
    for (const event of ends) {
      if (this.#ended.has(event.task)) continue;
      this.#ended.add(event.task);
      this.#channel.send({ ...event, builder });
    }
  }

  /** Its part is built elsewhere: what was under way begins again. */
  forget(attempt: Attempt): void {
    for (const task of attempt.sent.values()) {
      if (this.#ended.has(task) || !this.#owns(attempt, task)) continue;
      this.#ended.add(task);
      this.#channel.send({ type: 'finished', task, outcome: 'canceled', at: performance.now() });
    }
    for (const [task, owner] of this.#owners) if (owner === attempt) this.#owners.delete(task);
  }

  #plan({ builder, sent }: Attempt, { tasks }: Extract<Event, { type: 'planned' }>): void {
    const named = tasks.map(({ id, name, ...rest }) => ({
      ...rest,
      id: `${id} ${builder}`,
      name: `${name} (${builder})`,
    }));
    for (const [index, { id }] of tasks.entries()) sent.set(id, named[index]!.id);
    const untold = named.filter(({ id }) => !this.#told.has(id));
    for (const { id } of untold) this.#told.add(id);
    if (untold.length > 0) this.#channel.send({ type: 'planned', tasks: untold });
  }

  #finish(attempt: Attempt, event: Finished): void {
    const { task, outcome } = event;
    const owner = this.#owners.get(task);
    const waits = this.#waits.get(task);
    if (owner !== undefined && owner !== attempt && waits === undefined) return;
    if (outcome === 'failed' || outcome === 'canceled') {
      attempt.ends.push(event);
      return;
    }
    if (waits !== undefined && waits > 1) {
      this.#waits.set(task, waits - 1);
      return;
    }
    this.#ended.add(task);
    this.#channel.send({ ...event, builder: attempt.builder });
  }

  #owns(attempt: Attempt, task: string): boolean {
    const owner = this.#owners.get(task) ?? attempt;
    this.#owners.set(task, owner);
    return owner === attempt;
  }
}

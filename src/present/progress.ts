import type { Event, Outcome, Task } from '../report/event.ts';
import { inOneLine } from './printable.ts';
import type { Style } from './style.ts';
import { duration } from '../base/units.ts';

export interface TaskState {
  readonly task: Task;
  /** `linux-x64-gnu compile`. */
  readonly label: string;
  startedAt: number | undefined;
}

/** What both displays must remember of the tasks: which there are, and how many are finished. */
export class Progress {
  readonly #tasks = new Map<string, TaskState>();
  /** By id: some are done again, such as a root that an image is made of too. */
  readonly #finished = new Set<string>();

  /** The state of the task that the event is about, after the event. */
  follow(event: Event): TaskState | undefined {
    if (event.type === 'planned') for (const task of event.tasks) this.#task(task.id, task);
    if (event.type === 'planned' || event.type === 'noticed') return undefined;
    const state = this.#task(event.task);
    if (event.type === 'started') state.startedAt = event.at;
    if (event.type === 'finished') this.#finished.add(event.task);
    return state;
  }

  /** `[3/12]`, as wide for the first as for the last. */
  get counter(): string {
    const total = String(this.#tasks.size);
    return `[${String(this.#finished.size).padStart(total.length)}/${total}]`;
  }

  /** `[3/12] linux-x64-gnu compile (1.2s)`: the line of a task that has just finished. */
  finishedLine(state: TaskState, event: Extract<Event, { type: 'finished' }>, style: Style): string {
    const took = state.startedAt === undefined ? undefined : duration(event.at - state.startedAt);
    return [
      style.dim(this.counter),
      state.label,
      took !== undefined && event.outcome !== 'cached' ? style.dim(`(${took})`) : '',
      style.dim(event.note ?? ''),
      outcomeMark[event.outcome](style),
    ]
      .filter((part) => part !== '')
      .join(' ');
  }

  #task(id: string, task: Task = { id, name: id }): TaskState {
    let state = this.#tasks.get(id);
    if (!state) {
      const label = inOneLine(task.target === undefined ? task.name : `${task.target} ${task.name}`);
      state = { task, label, startedAt: undefined };
      this.#tasks.set(id, state);
    }
    return state;
  }
}

/** `silent for 2m 00s, waits for sleep 1000`. */
export function silentWords({ seconds, running }: Extract<Event, { type: 'silent' }>): string {
  const commands = inOneLine([...new Set(running)].slice(0, 3).join(' and '));
  return `silent for ${duration(seconds * 1000)}${commands === '' ? '' : `, waits for ${commands}`}`;
}

/** `waits for process 4711, which runs the same step`. */
export function waitingWords(event: Extract<Event, { type: 'waiting' }>): string {
  const other = event.process === undefined ? undefined : `process ${event.process}`;
  if (event.for === 'step') return `waits for ${other ?? 'another build'}, which runs the same step`;
  const step = event.step === undefined ? 'a step' : `the step ${inOneLine(event.step)}`;
  return `waits for ${step}${other === undefined ? '' : ` of ${other}`}, which has its cache`;
}

const outcomeMark: Readonly<Record<Outcome, (style: Style) => string>> = {
  done: () => '',
  cached: (style) => style.green('[CACHED]'),
  failed: (style) => style.bold(style.red('[FAILED]')),
  canceled: (style) => style.yellow('[CANCELED]'),
};

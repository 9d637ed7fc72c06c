import type { BuildPlan } from '../../plan/plan.ts';
import type { Emit, Event, Outcome } from '../../report/event.ts';

interface Ran {
  readonly outcome: Outcome;
  readonly seconds: number;
  readonly log: string | undefined;
  readonly emulator: string | undefined;
  readonly builder: string | undefined;
}

/** What became of each task, from the events of a build. */
export class Trace {
  readonly #began = new Date();
  readonly #from = performance.now();
  readonly #started = new Map<string, number>();
  readonly #ran = new Map<string, Ran>();
  /** Builders that began a task, by the task. */
  readonly #beganOn = new Map<string, readonly string[]>();

  /** Of each event, before others hear of it. */
  async followAll(events: AsyncIterable<Event>, emit: Emit): Promise<void> {
    for await (const event of events) {
      this.#follow(event);
      emit(event);
    }
  }

  #follow(event: Event): void {
    if (event.type === 'started') {
      this.#started.set(event.task, event.at);
      this.#beganOn.set(event.task, [...this.beganOn(event.task), event.builder ?? []].flat());
    }
    if (event.type !== 'finished') return;
    const seconds = toSeconds(event.at - (this.#started.get(event.task) ?? event.at));
    const { outcome, log, emulator, builder } = event;
    this.#ran.set(event.task, { outcome, seconds, log, emulator, builder });
  }

  /** Several where it was begun again because one was lost. */
  beganOn(task: string): readonly string[] {
    return this.#beganOn.get(task) ?? [];
  }

  of(task: string): Ran | undefined {
    return this.#ran.get(task);
  }

  /** The task that failed first. */
  get failed(): string | undefined {
    return [...this.#ran].find(([, { outcome }]) => outcome === 'failed')?.[0];
  }

  get times() {
    return { started: this.#began.toISOString(), seconds: toSeconds(performance.now() - this.#from) };
  }
}

export interface StepCount {
  readonly run: number;
  readonly cached: number;
}

export function countSteps({ tasks, steps }: BuildPlan, trace: Trace): StepCount {
  const asked = tasks.filter(({ id }) => steps.get(id)?.asked === true);
  const cached = asked.filter(({ id }) => trace.of(id)?.outcome === 'cached').length;
  return { run: asked.length - cached, cached };
}

/** What one of several builders did. */
export interface BuilderShare {
  readonly name: string;
  /** Targets that it finished. */
  readonly targets: number;
  /** Targets that it began, and others finished as it was lost. */
  readonly lost: number;
}

/** None where there was but one. */
export function sharesOf({ targets }: BuildPlan, trace: Trace): readonly BuilderShare[] {
  const shares = new Map<string, { targets: number; lost: number }>();
  const shareOf = (name: string) => {
    const share = shares.get(name) ?? { targets: 0, lost: 0 };
    shares.set(name, share);
    return share;
  };
  for (const { tasks } of targets) {
    // What several targets share may be told of another builder.
    const own = tasks.filter((task) => task.target !== undefined).map(({ id }) => id);
    const last = own.flatMap((id) => trace.of(id)?.builder ?? []).at(-1);
    if (last === undefined) continue;
    shareOf(last).targets++;
    const before = new Set(own.flatMap((id) => trace.beganOn(id)));
    before.delete(last);
    for (const name of before) shareOf(name).lost++;
  }
  return [...shares].map(([name, share]) => ({ name, ...share }));
}

function toSeconds(milliseconds: number): number {
  return Math.round(milliseconds) / 1000;
}

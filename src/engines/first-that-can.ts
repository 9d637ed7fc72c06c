/** `auto`: this machine where it lets a build have its sandbox, else the first daemon that answers. */
import type { Code } from '../report/codes.ts';
import type { Diagnostic } from '../report/diagnostic.ts';
import type { Event } from '../report/event.ts';
import { Failure } from '../report/failure.ts';
import type { Engine } from './engine.ts';

/** What this machine says before any step has run, where it lets a build have no sandbox. */
export const refusals: ReadonlySet<Code> = new Set<Code>([
  'engine-not-linux',
  'engine-tool-missing',
  'engine-userns-denied',
  'engine-store-unfit',
  'engine-refused',
]);

/** `others` are made when they are wanted. */
export function firstThatCan(own: Engine, others: readonly (() => Promise<Engine>)[]): Engine {
  return {
    name: 'auto',
    async *solve(graph, request) {
      const refusal = yield* untilRefused(own.solve(graph, request), refusals);
      if (refusal === undefined) return;
      for (const other of others) {
        const engine = await other();
        const events = engine.solve(graph, request);
        const silence = yield* untilRefused(events, new Set(['buildkit-unreachable']), {
          code: refusal.code,
          severity: 'warning',
          message: `${refusal.message}: ${engine.name} runs the steps`,
          hint: refusal.hint,
        });
        if (silence === undefined) return;
      }
      throw refusal;
    },
  };
}

/** The failure, where it is one of these; `first` is told before the first event. */
async function* untilRefused(
  events: AsyncIterable<Event>,
  codes: ReadonlySet<Code>,
  first?: Diagnostic,
): AsyncGenerator<Event, Failure | undefined> {
  let untold = first;
  try {
    for await (const event of events) {
      if (untold !== undefined) yield { type: 'noticed', diagnostic: untold };
      untold = undefined;
      yield event;
    }
  } catch (error) {
    if (error instanceof Failure && codes.has(error.code)) return error;
    throw error;
  }
  return undefined;
}

import { constants } from 'node:os';
import { timeLimitWord } from '../base/time-limit.ts';
import type { Vertex } from '../graph/graph.ts';
import { Failure } from '../report/failure.ts';
import type { StepDetail } from './engine.ts';

/** Lines of a step's output that a failure shows. */
export const excerptLines = 20;

interface EndedStep extends StepDetail {
  /** Of the whole log. */
  readonly path: string;
  /** The end of it. */
  readonly excerpt: readonly string[];
  /** Where the user wanted what it left behind, once it is there. */
  readonly kept?: string | undefined;
}

export function timeoutFailure(vertex: Vertex, { timeout, at, path, excerpt, kept }: EndedStep): Failure {
  const limit = timeLimitWord(timeout!);
  return new Failure('step-timeout', `${nameOf(vertex)} was stopped: it took longer than ${limit}`, {
    why: excerpt.length === 0 ? 'it had printed nothing until then' : undefined,
    hint: `give it more time with \`timeout:\`, or see in the whole log what it waited for: ${path}${kept === undefined ? '' : `; ${leftBehind(kept)}`}`,
    at,
    excerpt,
  });
}

interface FailedStep extends EndedStep {
  readonly code: number;
  /** Whether the kernel ran out of memory meanwhile. */
  readonly killed: boolean;
  /** The caches that nobody takes any more, as the step may have left half of an entry in them. */
  readonly givenUp?: readonly string[];
  /** The command that opens what it left behind, without the target; undefined where that can't be had. */
  readonly shell: string | undefined;
}

export function stepFailure(vertex: Vertex, failed: FailedStep): Failure {
  const { code, at, path, excerpt, killed, kept, givenUp = [], shell } = failed;
  return new Failure('step-failed', `${nameOf(vertex)} ${endedBy(code)}`, {
    at,
    why: reasonOf(code, killed),
    hint: `${lookAround(vertex, shell, kept)}the whole log is in ${path}${startEmpty(givenUp)}`,
    excerpt,
  });
}

/** As failures call a step. */
export function nameOf({ name, target }: Vertex): string {
  return `step ${name}${target === undefined ? '' : ` of ${target}`}`;
}

function lookAround({ target }: Vertex, shell: string | undefined, kept: string | undefined): string {
  if (kept !== undefined) return `${leftBehind(kept)}; `;
  return target === undefined || shell === undefined ? '' : `look around with \`${shell} ${target}\`; `;
}

function leftBehind(kept: string): string {
  return `what it left behind is in ${kept}`;
}

function startEmpty(caches: readonly string[]): string {
  if (caches.length === 0) return '';
  const [word, start] = caches.length === 1 ? ['cache', 'starts'] : ['caches', 'start'];
  return `; its ${word} ${caches.join(', ')} ${start} empty next time`;
}

function endedBy(code: number): string {
  const signal = Object.entries(constants.signals).find(([, number]) => number === code - 128)?.[0];
  return signal === undefined ? `ended with exit code ${code}` : `ended with exit code ${code} (${signal})`;
}

function reasonOf(code: number, killed: boolean): string | undefined {
  if (code === 137) {
    return killed
      ? 'the machine ran out of memory while it ran, and the kernel killed a process'
      : 'something killed it: most often the kernel, when memory runs out';
  }
  if (code === 127) return 'a command was not found';
  if (code === 126) return 'a command was found but could not be executed';
  return undefined;
}

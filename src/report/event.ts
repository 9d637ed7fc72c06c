import type { Diagnostic } from './diagnostic.ts';

/** One line of progress: an environment being locked, packages coming down, a step of a target. */
export interface Task {
  /** Unique within one command. */
  readonly id: string;
  /** What a person calls it: `compile`, `lock debian-11 amd64`. */
  readonly name: string;
  /** The target it belongs to, where it belongs to one. */
  readonly target?: string | undefined;
}

export type Outcome = 'done' | 'cached' | 'failed' | 'canceled';

/**
 * What happened, as data, in one stream; only `present/` turns it into words. Tasks are announced before they start, so
 * that a display can count `[3/12]`; more may be announced later. Times are milliseconds of `performance.now()`.
 */
export type Event =
  | { readonly type: 'planned'; readonly tasks: readonly Task[] }
  | {
      readonly type: 'started';
      readonly task: string;
      readonly at: number;
      /** Which of several builders, as the user named it. */
      readonly builder?: string | undefined;
    }
  | {
      readonly type: 'progress';
      readonly task: string;
      readonly done: number;
      readonly total?: number | undefined;
      readonly unit: 'bytes' | 'packages' | 'files';
    }
  | {
      readonly type: 'output';
      readonly task: string;
      readonly stream: 'stdout' | 'stderr';
      readonly data: Uint8Array;
    }
  | {
      /** A step has printed nothing for a while. */
      readonly type: 'silent';
      readonly task: string;
      readonly seconds: number;
      /** The commands that it waits for. */
      readonly running: readonly string[];
    }
  | {
      /** A step can't begin, as another has what it needs. */
      readonly type: 'waiting';
      readonly task: string;
      /** `step`: the same step, whose result will do for both. `cache`: a cache that only one step may have at a time. */
      readonly for: 'step' | 'cache';
      /** Of the other command; undefined where it can't be seen from here, or is this one. */
      readonly process?: number | undefined;
      /** The step that has the cache, by its target and name. */
      readonly step?: string | undefined;
    }
  | {
      readonly type: 'finished';
      readonly task: string;
      readonly outcome: Outcome;
      readonly at: number;
      /** A few words: `103 packages, 74.8 MB`. */
      readonly note?: string | undefined;
      /** The file that holds all that a step printed. */
      readonly log?: string | undefined;
      /** The emulator that ran it, by its sha256; `machine` for one that the machine itself has registered. */
      readonly emulator?: string | undefined;
      /** Which of several builders did it. */
      readonly builder?: string | undefined;
    }
  | { readonly type: 'noticed'; readonly diagnostic: Diagnostic };

export type Emit = (event: Event) => void;

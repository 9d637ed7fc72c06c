import type { StepIds } from './sandbox.ts';
import type { Tools } from './tools.ts';
export interface WorkerSettings {
  /** A folder of the worker's own, with the devices of all steps and a pair of pipes for each slot. */
  readonly home: string;
  /** Steps at once. */
  readonly slots: number;
  readonly tools: Tools;
  readonly ids: StepIds;
  /** The program that starts steps; the chain of util-linux does it where there is none. */
  readonly starter: string | undefined;
}

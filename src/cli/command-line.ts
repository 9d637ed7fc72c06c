import type { CommandContext, StricliProcess } from '@stricli/core';
import type { Context } from '../report/context.ts';

/** What each command gets as `this`: the world, read once. */
export interface CommandLine extends CommandContext {
  readonly process: StricliProcess & Pick<NodeJS.Process, 'stdout' | 'stderr'>;
  /** The context of an operation, without a display yet. */
  readonly world: Omit<Context, 'emit'>;
  /** Whether each stream takes colours: results go to the one, progress and errors to the other. */
  readonly color: Readonly<Record<'stdout' | 'stderr', boolean>>;
  /** Of Targetry itself. */
  readonly version: string;
}

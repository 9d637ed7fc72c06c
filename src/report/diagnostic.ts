import type { Code } from './codes.ts';

/** A place in a file that a person wrote: enough to show the line and underline the words. */
export interface Location {
  /** Relative to the folder the user works in, where it can be. */
  readonly file: string;
  /** Both count from 1. */
  readonly line: number;
  readonly column: number;
  readonly length: number;
  /** The whole line, without its line break. */
  readonly text: string;
}

/** One finding among possibly many. What stops all work is a `Failure` instead. */
export interface Diagnostic {
  readonly code: Code;
  readonly severity: 'error' | 'warning';
  readonly message: string;
  /** The next step. */
  readonly hint?: string | undefined;
  readonly at?: Location | undefined;
}

/** 1 "no" (a promise broken, a step failed), 2 "you asked wrongly", 3 "this machine or network can't". */
export type ExitCode = 1 | 2 | 3;

export interface CodeInfo {
  readonly exit: ExitCode;
  /** A lower-case line: what kind of thing happened. */
  readonly title: string;
  /** Why it happens, for the page in docs/errors. */
  readonly cause: string;
  /** What to do next: the page's cure, and the hint of a failure that names none of its own. */
  readonly cure: string;
}

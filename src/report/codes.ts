/** 1 "no" (a promise broken, a step failed), 2 "you asked wrongly", 3 "this machine or network can't". */
export type ExitCode = 1 | 2 | 3;

interface CodeInfo {
  readonly exit: ExitCode;
  /** A lower-case line: what kind of thing happened. */
  readonly title: string;
  /** Why it happens, for the page in docs/errors. */
  readonly cause: string;
  /** What to do next: the page's cure, and the hint of a failure that names none of its own. */
  readonly cure: string;
}

/**
 * Every code that a user can meet, by room. A code is stable once released: scripts match on it and docs/errors has a
 * page for each, written from this table by `npm run docs`.
 */
export const codes = {
  // cli
  usage: {
    exit: 2,
    title: 'the command line was not understood',
    cause: 'A command, an option or an argument has a name or a form that Targetry does not have.',
    cure: 'run `targetry --help`, or `targetry COMMAND --help` for one command',
  },
  canceled: {
    exit: 1,
    title: 'stopped by the user',
    cause: 'Ctrl-C or SIGTERM arrived. Every running step was stopped; finished results are kept.',
    cure: 'run the same command again: it goes on from the results that were finished',
  },
} as const satisfies Record<string, CodeInfo>;

export type Code = keyof typeof codes;

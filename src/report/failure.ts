import { codes, type Code, type ExitCode } from './codes.ts';
import type { Diagnostic, Location } from './diagnostic.ts';

interface FailureDetail {
  /** Why it happened, where the message alone doesn't say. */
  readonly why?: string | undefined;
  /** The next step, where the code's own isn't precise enough. */
  readonly hint?: string | undefined;
  readonly at?: Location | undefined;
  /** Every finding that led here; each is shown in full. */
  readonly diagnostics?: readonly Diagnostic[] | undefined;
  /** Lines to show as they are: the end of a step's output, an answer of a server. */
  readonly excerpt?: readonly string[] | undefined;
  readonly cause?: unknown;
}

/**
 * The one class of error that users are meant to see: a stable code, what happened, why, the next step.
 * Anything else that is thrown is a bug of ours.
 */
export class Failure extends Error {
  readonly code: Code;
  readonly why: string | undefined;
  readonly hint: string | undefined;
  readonly at: Location | undefined;
  readonly diagnostics: readonly Diagnostic[];
  readonly excerpt: readonly string[];

  constructor(code: Code, message: string, detail: FailureDetail = {}) {
    super(message, { cause: detail.cause });
    this.name = 'Failure';
    this.code = code;
    this.why = detail.why;
    this.hint = detail.hint ?? codes[code].cure;
    this.at = detail.at;
    this.diagnostics = detail.diagnostics ?? [];
    this.excerpt = detail.excerpt ?? [];
  }

  /** The same failure, of which more is known. */
  with(detail: FailureDetail): Failure {
    const { why, hint, at, diagnostics, excerpt } = this;
    return new Failure(this.code, this.message, {
      why,
      hint,
      at,
      diagnostics,
      excerpt,
      cause: this,
      ...detail,
    });
  }

  get exit(): ExitCode {
    return codes[this.code].exit;
  }
}

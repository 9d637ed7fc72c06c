/** One known way for a build to fail: by what it is recognised, why it happens, what cures it, and how this is known. */
export interface FailureClass {
  /** Stable: scripts match on it. */
  readonly class: string;
  readonly signs: readonly Sign[];
  /** Why it happens; `{name}` is what the group of that name matched. */
  readonly cause: string;
  readonly cure: Cure;
  /** What is in a cache is wrong: a step that has one begins with an empty one next time. */
  readonly blamesCaches?: true;
  /** Checks of the doctor that look for this very cause on a machine. */
  readonly asks?: readonly string[];
  /** Classes whose signs are consequences where this one's come before them. */
  readonly explains?: readonly string[];
  /** Other causes of the same words, the likeliest first. */
  readonly candidates?: readonly OtherCause[];
  readonly references: readonly string[];
  /** Logs in which it is the cause. */
  readonly examples: readonly string[];
  /** Logs that read alike, in which it is not. */
  readonly lookAlikes: readonly string[];
}

/** Patterns are read by `pattern/syntax.ts`, never by JavaScript: case and the kind of quotation marks don't count. */
export interface Sign {
  readonly says: RegExp;
  /** Not where the line says this too. */
  readonly unless?: RegExp;
  /** Only where some line of the log says this. */
  readonly beside?: RegExp;
  /** Not where some line of the log says this. */
  readonly without?: RegExp;
  /** How far away such a line may be; anywhere in the log if it isn't said. */
  readonly within?: number;
  /** How often the class is right where the sign is seen; 0.9 if it isn't said. */
  readonly sure?: number;
  /** Also seen in builds that go well, as a warning or before another try: it doesn't count where the log ends well. */
  readonly soft?: true;
  /** In place of the class's own. */
  readonly cause?: string;
  readonly cure?: Cure;
}

/** The next step: one for all, or one for each family of distros. */
export type Cure = string | (Readonly<Partial<Record<DistroFamily, string>>> & { readonly any: string });

export type DistroFamily = 'debian' | 'alpine' | 'fedora';

export interface OtherCause {
  readonly class: string;
  /** What would tell. */
  readonly decides: string;
}

/*
 * Which files of the project a step sees. A step with `inputs` sees those files, and what steps before it saw, on the one
 * file system that they share; the first step without `inputs` brings all the rest. So an edit runs the steps again from
 * the first one that sees the file, and not those before it.
 *
 * Each part is an abstract source of its own, named by its patterns, and copied once.
 */
import { sha256OfValue } from '../base/sha256.ts';
import type { Step } from '../config/project.ts';

export interface SourcePart {
  /** Undefined for all files. */
  readonly include: Step['inputs'];
  /** Globs of what earlier parts had; they may have been changed by a step since, and are not brought again. */
  readonly exclude: readonly string[];
}

/** The part that a step adds to what the steps before it saw; undefined where it adds nothing. */
export function partFor(step: Pick<Step, 'inputs'>, before: readonly SourcePart[]): SourcePart | undefined {
  if (before.some(({ include }) => include === undefined)) return undefined;
  const exclude = before.flatMap(({ include }) => include!.map(({ pattern }) => pattern));
  if (step.inputs === undefined) return { include: undefined, exclude };
  const include = step.inputs.filter(({ pattern }) => !exclude.includes(pattern));
  return include.length === 0 ? undefined : { include, exclude };
}

/** The abstract source that is a part of the project's own files. */
export function sourceIdentifier({ include, exclude }: SourcePart): string {
  if (include === undefined && exclude.length === 0) return 'targetry.folder://source';
  const patterns = include?.map(({ pattern }) => pattern) ?? null;
  return `targetry.folder://source/${sha256OfValue({ include: patterns, exclude }).slice(0, 16)}`;
}

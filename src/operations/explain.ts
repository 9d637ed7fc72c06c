/** `targetry explain`: the known cause in the log of a build that failed. */
import { createReadStream } from 'node:fs';
import { relative, resolve } from 'node:path';
import { sha256 } from '../base/sha256.ts';
import { findProject } from '../config/read.ts';
import { Explainer, type Explanation, type FoundCause } from '../explain/explain.ts';
import type { DistroFamily } from '../explain/failure-class.ts';
import { failureClasses } from '../explain/failure-classes.ts';
import type { LockedDistro } from '../lock/lock.ts';
import type { Context } from '../report/context.ts';
import { Failure } from '../report/failure.ts';
import { Store } from '../store/store.ts';
import { condemnBlamed } from './cache-mounts.ts';

export interface LogExplanation extends Explanation {
  /** How a person would call the log. */
  readonly log: string;
}

/** What a build notes of the step that failed, so that it can be explained later. */
interface FailedStep {
  readonly log: string;
  readonly name: string;
  readonly distro: DistroFamily | null;
}

const recordKind = 'failed-step';

/** `log` is a file, `-` for what is read from `input`, or undefined for the last step that failed in this project. */
export async function explainLog(
  context: Context,
  { log, input }: { readonly log: string | undefined; readonly input: AsyncIterable<Uint8Array> },
): Promise<LogExplanation> {
  if (log === '-') return { log: 'standard input', ...(await new Explainer(failureClasses).explain(input)) };
  if (log !== undefined) {
    const path = resolve(context.cwd, log);
    return { log, ...(await explainFile(path, undefined)) };
  }
  const step = await lastFailedStep(context);
  const near = relative(context.cwd, step.log);
  const called = `step ${step.name} (${near.startsWith('..') ? step.log : near})`;
  return { log: called, ...(await explainFile(step.log, step.distro ?? undefined)) };
}

async function explainFile(path: string, environment: DistroFamily | undefined): Promise<Explanation> {
  const pieces = createReadStream(path, { highWaterMark: 1 << 20 });
  try {
    return await new Explainer(failureClasses).explain(pieces, { environment });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
    throw new Failure('log-unreadable', `the log ${path} can't be read`, {
      why: (error as Error).message,
      cause: error,
    });
  }
}

async function lastFailedStep(context: Context): Promise<FailedStep> {
  const store = await Store.open(context.store);
  const step = await store.readRecord<FailedStep>(recordKind, sha256(findProject(context.cwd)));
  if (step !== undefined) return step;
  throw new Failure('log-missing', 'no build of this project has failed');
}

/** A step that failed, as the events of a build tell it. */
export interface StepThatFailed {
  readonly log: string;
  readonly name: string;
  readonly distro: LockedDistro | undefined;
  /** The ids of those that it had. */
  readonly caches: readonly string[];
}

interface OfProject {
  readonly store: Store;
  readonly env: Context['env'];
  readonly project: string;
}

/**
 * The failure of a build with its known cause, where there is one; notes the step for `targetry explain`. A cache that is the
 * cause is given up, also one that a failed step usually leaves as it is.
 */
export async function withKnownCause(
  error: unknown,
  step: StepThatFailed | undefined,
  { store, env, project }: OfProject,
): Promise<unknown> {
  if (!(error instanceof Failure) || error.code !== 'step-failed' || step === undefined) return error;
  const distro = familyOf(step.distro);
  const { log, name } = step;
  const noted: FailedStep = { log, name, distro: distro ?? null };
  await store.writeRecord(recordKind, sha256(project), noted);
  const { findings } = await explainFile(log, distro);
  const finding = findings.find(({ confidence }) => confidence >= sureEnough);
  if (finding === undefined) return error;
  const blamed = finding.blamesCaches ? condemnBlamed(store, env, step.caches) : [];
  return explained(error, finding, blamed);
}

/** Less sure ones are for who asks. */
const sureEnough = 0.6;

function explained(
  failure: Failure,
  { class: name, cause, cure, evidence }: FoundCause,
  blamed: readonly string[],
): Failure {
  const { code, message, at, diagnostics, excerpt } = failure;
  const why = `${cause} [${name}, line ${evidence[0]!.line} of the log]`;
  const names = [...new Set(blamed)].join(', ');
  const step = blamed.length === 0 ? cure : `build again: what was in the cache ${names} is given up`;
  const hint = [step, failure.hint].join('\n');
  return new Failure(code, message, { at, diagnostics, excerpt, why, hint, cause: failure });
}

function familyOf(distro: LockedDistro | undefined): DistroFamily | undefined {
  if (distro === 'debian' || distro === 'ubuntu' || distro === 'deb') return 'debian';
  return distro === 'alpine' || distro === 'wolfi' || distro === 'apk' ? 'alpine' : undefined;
}

/** `targetry explain`: the known cause in the log of a build that failed. */
import { open } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import type { RootKind } from '../abi/root-kind.ts';
import { sha256 } from '../base/sha256.ts';
import { findProject } from '../config/read.ts';
import type { Explanation, FoundCause, Known, MachineAnswer } from '../explain/explain.ts';
import type { DistroFamily } from '../explain/failure-class.ts';
import { failureClasses } from '../explain/failure-classes.ts';
import { knownFailures } from '../explain/known-failures.ts';
import { peek } from '../formats/peek.ts';
import type { Context } from '../report/context.ts';
import { Failure } from '../report/failure.ts';
import { Store } from '../store/store.ts';
import type { EngineChoice } from './building/engine-choice.ts';
import { askFile, fileCheck, fileHere, withFileAsked, type Runner } from './diagnosing/ask-file.ts';
import { withMachineAsked, type AskMachine } from './diagnosing/ask-machine.ts';
import { condemnBlamed } from './building/cache-mounts.ts';
import { chosenDaemon } from './building/choose-engine.ts';

export interface LogExplanation extends Explanation {
  /** How a person would call the log. */
  readonly log: string;
}

/** What a build notes of the step that failed, so that it can be explained later. */
interface FailedStep {
  readonly log: string;
  readonly name: string;
  readonly distro: DistroFamily | null;
  /** That of the sysroot, where there is one. */
  readonly sysroot?: DistroFamily | undefined;
  /** It ran on this machine, not on a daemon's; older notes don't say. */
  readonly here?: boolean;
  /** What a file that its log names has said. */
  readonly file?: MachineAnswer | undefined;
}

const recordKind = 'failed-step';

export interface ExplainRequest {
  /** A file, `-` for what is read from `input`, or undefined for what is piped, else the last step that failed in this project. */
  readonly log: string | undefined;
  /** Empty where nothing is piped. */
  readonly input: AsyncIterable<Uint8Array>;
  /** The log tells of this machine, which may be asked. */
  readonly here: boolean;
}

export async function explainLog(
  context: Context,
  { log, input, here }: ExplainRequest,
): Promise<LogExplanation> {
  const known = here ? { ask: asker(context), file: fileHere(context.cwd) } : {};
  if (log !== undefined && log !== '-')
    return { log, ...(await explainFile(resolve(context.cwd, log), known)) };
  const pieces = log === '-' ? input : await unlessEmpty(input);
  if (pieces !== undefined) return { log: 'standard input', ...(await explainPieces(pieces, known)) };
  const step = await lastFailedStep(context);
  const near = relative(context.cwd, step.log);
  const called = `step ${step.name} (${near.startsWith('..') ? step.log : near})`;
  const environment = step.distro ?? undefined;
  const ask = here || step.here === true ? asker(context) : undefined;
  const explanation = await explainFile(step.log, { environment, sysroot: step.sysroot, ask });
  return { log: called, ...withFileAsked(explanation, step.file) };
}

/** Many who start programs, CI above all, give them an empty pipe. */
async function unlessEmpty(input: AsyncIterable<Uint8Array>): Promise<AsyncIterable<Uint8Array> | undefined> {
  const { head, whole } = await peek(input, 1);
  return head.length === 0 ? undefined : whole;
}

/** The doctor's checks on this machine; they are a hundred modules, and few logs need one. */
function asker(context: Context): AskMachine {
  return async (checks) => (await import('./doctor.ts')).askChecks(context, checks);
}

interface KnownBesides extends Known {
  /** Undefined for a log of another machine, or of one that isn't known. */
  readonly ask?: AskMachine | undefined;
  /** Where the files are that the log names. */
  readonly file?: Runner | undefined;
}

async function explainPieces(
  pieces: AsyncIterable<Uint8Array>,
  { ask, file, ...known }: KnownBesides,
): Promise<Explanation> {
  const explainer = knownFailures();
  let explanation = await explainer.explain(pieces, known);
  const instead = (finding: FoundCause, name: string) => explainer.instead(finding, name, known);
  if (ask !== undefined)
    explanation = await withMachineAsked(explanation, { classes: failureClasses, instead, ask });
  return file === undefined ? explanation : withFileAsked(explanation, await askFile(explanation, file));
}

async function explainFile(path: string, known: KnownBesides): Promise<Explanation> {
  try {
    return await explainPieces(piecesOf(path), known);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
    throw new Failure('log-unreadable', `the log ${path} can't be read`, {
      why: (error as Error).message,
      cause: error,
    });
  }
}

/** Each in the place of the one before it: a log may be larger than memory, and new places cost as much as reading. */
async function* piecesOf(path: string): AsyncGenerator<Uint8Array> {
  const file = await open(path);
  try {
    const place = Buffer.allocUnsafeSlow(1 << 18);
    for (;;) {
      const { bytesRead } = await file.read(place);
      if (bytesRead === 0) return;
      yield place.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
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
  readonly distro: RootKind;
  /** Of what the environment compiles against. */
  readonly sysroot: RootKind | undefined;
  /** The ids of those that it had. */
  readonly caches: readonly string[];
  /** What it left behind. */
  readonly files: Runner;
}

export interface OfProject {
  readonly context: Context;
  readonly store: Store;
  readonly project: string;
  readonly engine: EngineChoice | undefined;
}

/**
 * The failure of a build with its known cause, where there is one; notes the step for `targetry explain`. A cache that is the
 * cause is given up, also one that a failed step usually leaves as it is.
 */
export async function withKnownCause(
  error: unknown,
  step: StepThatFailed | undefined,
  { context, store, project, engine }: OfProject,
): Promise<unknown> {
  if (!(error instanceof Failure) || error.code !== 'step-failed' || step === undefined) return error;
  const distro = familyOf(step.distro);
  const sysroot = step.sysroot && familyOf(step.sysroot);
  const { log, name } = step;
  const here = chosenDaemon(context, engine) === undefined;
  const note = (more: Pick<FailedStep, 'file'>) =>
    store.writeRecord(recordKind, sha256(project), {
      log,
      name,
      distro: distro ?? null,
      sysroot,
      here,
      ...more,
    });
  await note({});
  const known = here ? { ask: asker(context), file: step.files } : {};
  const { findings } = await explainFile(log, { environment: distro, sysroot, ...known });
  const file = findings[0]?.asked.find(({ check }) => check === fileCheck);
  if (file !== undefined) await note({ file });
  const finding = findings.find(({ confidence }) => confidence >= sureEnough);
  if (finding === undefined) return error;
  const blamed = finding.blamesCaches ? condemnBlamed(store, context.env, step.caches) : [];
  return explained(error, finding, blamed);
}

/** Less sure ones are for who asks. */
const sureEnough = 0.6;

function explained(
  failure: Failure,
  { class: name, cause, cure, evidence, asked }: FoundCause,
  blamed: readonly string[],
): Failure {
  const seen = asked.find(({ agrees }) => agrees);
  const also = seen === undefined ? '' : `; this machine says so too: ${seen.found}`;
  const why = `${cause} [${name}, line ${evidence[0]!.line} of the log]${also}`;
  const names = [...new Set(blamed)].join(', ');
  const step = blamed.length === 0 ? cure : `build again: what was in the cache ${names} is given up`;
  const hint = [step, failure.hint].join('\n');
  return failure.with({ why, hint });
}

function familyOf(distro: RootKind): DistroFamily | undefined {
  if (distro === 'debian' || distro === 'ubuntu' || distro === 'deb') return 'debian';
  return distro === 'alpine' || distro === 'wolfi' || distro === 'apk' ? 'alpine' : undefined;
}

import { availableParallelism } from 'node:os';
import { join, posix } from 'node:path';
import { textIfAnySync } from '../../base/if-any.ts';
import type { ExecOp, Vertex } from '../../graph/graph.ts';
import { seenFromHere, thisProcess } from '../../store/machine.ts';
import type { Store } from '../../store/store.ts';
import type { Diagnostic } from '../../report/diagnostic.ts';
import type { SolveRequest, StepDetail, Visit } from '../engine.ts';
import type { EventChannel } from '../event-channel.ts';
import type { IdMaps } from './ids.ts';
import type { Keys } from './keys.ts';
import { frameKind, type FrameKind, type SilentStep, type StepRequest } from './protocol.ts';
import { Redaction, textsToHide } from '../redact.ts';
import { failedKey, type Results } from './results.ts';
import { secretsOf } from '../asked-secrets.ts';
import { spoiledCaches } from '../spoiled-caches.ts';
import { excerptLines, stepFailure, timeoutFailure } from '../step-failure.ts';
import { StepLog } from '../step-log.ts';
import { stepMounts } from './step-mounts.ts';
import type { WorkerProcess } from './worker-process.ts';

export interface StepWork {
  readonly store: Store;
  readonly channel: EventChannel;
  readonly results: Results;
  readonly keys: Keys;
  readonly worker: WorkerProcess;
  /** Removes a folder beside everything else. */
  readonly discard: (folder: string) => void;
  readonly ids: IdMaps;
  readonly vertex: Vertex;
  readonly op: ExecOp;
  /** The stacks of the vertex's inputs. */
  readonly inputs: readonly (readonly string[])[];
  readonly request: SolveRequest;
  /** What runs it, where it is of another CPU. */
  readonly emulator: string | undefined;
  /** Milliseconds without output that are worth telling. */
  readonly silence: number;
}

/** Runs one step and keeps its layers. Its log is kept whatever happens to it, unless the whole build is stopped. */
export async function runStep(work: StepWork): Promise<ReadonlyMap<number, string>> {
  const { store, channel, worker, discard, ids, vertex, op, keys, results } = work;
  if (op.user !== undefined && ids.kind === 'one') channel.noticeOnce(oneId(op.user));
  const folder = await store.temporaryFolder();
  const log = await StepLog.start(store, folder, keys.of(vertex));
  const output = outputOf(work, log);
  try {
    const kills = outOfMemoryKills();
    const request = stepRequest(work, folder);
    const { code, timedOut } = await worker.step(request, output.take);
    if (worker.sharesProc) channel.noticeOnce(sharedProc);
    await output.end();
    const path = await log.keep();
    if (!timedOut && code === 0) return await keepLayers(work, request, folder);
    const killed = outOfMemoryKills() > kills;
    await results.replace(join(folder, 'result'), failedKey(keys.of(vertex)));
    const kept = await keepFailed(work, request, folder);
    const ended = { ...detailOf(work), path, excerpt: log.lastLines(excerptLines), kept };
    if (timedOut) throw timeoutFailure(vertex, ended);
    throw stepFailure(vertex, {
      ...ended,
      code,
      killed,
      givenUp: [...new Set(spoiledCaches(op, work.request).values())],
      shell: 'targetry shell --failed',
    });
  } finally {
    await log.close();
    discard(folder);
  }
}

/** Where what the failed step left behind is to be kept besides the store. */
async function keepFailed(
  { request: { onFailed }, results, keys, vertex, op, worker }: StepWork,
  { layers }: Pick<StepRequest, 'layers'>,
  folder: string,
): Promise<string | undefined> {
  const upper = results.layer(failedKey(keys.of(vertex)));
  if (onFailed === undefined || upper === undefined) return undefined;
  const archive = async (file: string) =>
    (await worker.archive({ folder, layers: [...layers, upper], file })).problem;
  return onFailed({ op, platform: vertex.platform, archive });
}

export interface VisitedStep extends Pick<Visit, 'args' | 'terminal' | 'printed'> {
  /** What the step left behind when it failed. */
  readonly upper: string | undefined;
}

/** Runs another command where the step's own would run, and keeps nothing of it. Tells the exit code. */
export async function visitStep(
  work: StepWork,
  { args = work.op.args, terminal, printed, upper }: VisitedStep,
): Promise<number> {
  const { store, worker } = work;
  const folder = await store.temporaryFolder();
  const request = stepRequest(work, folder);
  const layers = upper === undefined ? request.layers : [...request.layers, upper];
  const output = hidingSecrets(work, (kind, data) => {
    printed(kind === frameKind.stdout ? 'stdout' : 'stderr', data);
  });
  try {
    const asked = { ...request, layers, args, terminal, keep: false, timeout: undefined };
    const { code } = await worker.step(asked, output.take);
    await output.end();
    return code;
  } finally {
    await worker.remove({ folders: [folder] });
  }
}

function stepRequest({ op, inputs, request, vertex, silence, store }: StepWork, folder: string) {
  const root = op.mounts[0]!;
  return {
    folder,
    layers: inputs[root.input] ?? [],
    readonly: root.readonly,
    ...stepMounts(op, { inputs, request, store }),
    args: op.args,
    env: { JOBS: String(availableParallelism()), ...op.env },
    cwd: posix.normalize(`/${op.cwd}`),
    user: op.user,
    network: op.network === 'sandbox',
    timeout: detailOf({ request, vertex }).timeout,
    silence,
    terminal: undefined as string | undefined,
    keep: true,
    holder: holderMark(vertex),
  } satisfies Omit<StepRequest, 'do'>;
}

function detailOf({ request, vertex }: Pick<StepWork, 'request' | 'vertex'>): StepDetail {
  return request.steps?.get(vertex.digest) ?? {};
}

/** Output goes to the log and to whoever looks on. */
function outputOf(work: StepWork, log: StepLog) {
  const { channel, vertex } = work;
  return hidingSecrets(work, async (kind, data) => {
    await log.write(data);
    const stream = kind === frameKind.stdout ? 'stdout' : 'stderr';
    channel.send({ type: 'output', task: vertex.digest, stream, data });
    await channel.room();
  });
}

/** What a step prints, without the values of its secrets. */
function hidingSecrets(work: StepWork, write: (kind: FrameKind, data: Buffer) => Promise<void> | void) {
  const { op, request } = work;
  const values = secretsOf(op).flatMap(({ id }) => request.secrets?.get(id) ?? []);
  const hide = textsToHide(values);
  const streams = new Map(
    [frameKind.stdout, frameKind.stderr].map((kind) => [kind as FrameKind, new Redaction(hide)]),
  );
  const send = async (kind: FrameKind, data: Buffer) => {
    if (data.length > 0) await write(kind, data);
  };
  return {
    take: async (kind: FrameKind, data: Buffer) => {
      if (kind === frameKind.waiting) return tellWaiting(work, data.toString());
      if (kind === frameKind.silent) return tellSilent(work, JSON.parse(data.toString()) as SilentStep);
      await send(kind, streams.get(kind)!.pass(data));
    },
    end: async () => {
      for (const [kind, stream] of streams) await send(kind, stream.end());
    },
  };
}

/** By the index of the output. That of the root comes last: where it is, all are. */
async function keepLayers(
  { op, results, keys, vertex, emulator }: StepWork,
  { mounts }: Pick<StepRequest, 'mounts'>,
  folder: string,
): Promise<ReadonlyMap<number, string>> {
  const root = op.mounts[0]!;
  const left = mounts
    .filter((mount) => mount.type === 'state')
    .map(({ name, at }) => ({ name, output: op.mounts.find((one) => one.destination === at)!.output }))
    .filter(({ output }) => output !== -1);
  const kept = new Map<number, string>();
  const keep = async (output: number, result: string) => {
    kept.set(output, await results.keep(result, keys.ofLayer({ vertex, index: output }), emulator));
  };
  for (const { name, output } of left) await keep(output, join(folder, name, 'result'));
  if (root.output !== -1 || left.length === 0) await keep(Math.max(0, root.output), join(folder, 'result'));
  return kept;
}

function oneId(user: string): Diagnostic {
  return {
    code: 'engine-one-id',
    severity: 'warning',
    message: `a step for user ${user} runs as root of its sandbox`,
    hint: 'install the package uidmap and grant this user a range in /etc/subuid and /etc/subgid',
  };
}

const sharedProc: Diagnostic = {
  code: 'engine-shared-proc',
  severity: 'warning',
  message: 'steps see the processes around them in /proc, because parts of it are hidden here',
  hint: 'with Docker add `--security-opt systempaths=unconfined`; in Kubernetes set `procMount: Unmasked`',
};

function tellSilent({ channel, vertex }: StepWork, { milliseconds, running }: SilentStep): void {
  const seconds = Math.round(milliseconds / 1000);
  channel.send({ type: 'silent', task: vertex.digest, seconds, running });
}

/** As others read it who wait for this step; see `tellWaiting`. */
function holderMark({ target, name }: Vertex): string {
  return `${thisProcess()}\n${[target, name].join(' ').trim()}`;
}

function tellWaiting({ channel, vertex }: StepWork, holder: string): void {
  const [mark = '', step] = holder.split('\n');
  const owner = seenFromHere(mark);
  const other = owner === process.pid ? undefined : owner;
  channel.send({ type: 'waiting', task: vertex.digest, for: 'cache', process: other, step });
}

/** How many processes the kernel has killed for want of memory since it started. */
function outOfMemoryKills(): number {
  return Number(/^oom_kill (\d+)$/m.exec(textIfAnySync('/proc/vmstat'))?.[1] ?? 0);
}

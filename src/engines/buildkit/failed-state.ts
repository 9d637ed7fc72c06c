/**
 * What a step left behind when it failed. A daemon keeps it as long as the build that ran the step is open, and names it in
 * the error: for each mount of the step the state that was put there, and the one that is there now.
 */
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import type { BindMount, ExecOp, Vertex } from '../../graph/graph.ts';
import { Failure } from '../../report/failure.ts';
import type { SolveRequest } from '../engine.ts';
import type { EventChannel } from '../event-channel.ts';
import { BuildContainer, type ContainerMount } from './container.ts';
import type { Gateway } from './gateway.ts';
import type { Lowered } from './lower.ts';
import { GrpcError } from './wire/grpc-error.ts';

export interface FailedState {
  /** As it was asked for. */
  readonly vertex: Vertex;
  readonly op: ExecOp;
  /** What the daemon ran. */
  readonly ran: ExecOp;
  /** By the mounts of `ran`; empty for those that have none. */
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** Undefined where the error is of something else, or of a daemon that doesn't tell. */
export function failedStateOf(error: unknown, lowered: Lowered): FailedState | undefined {
  if (!(error instanceof GrpcError)) return undefined;
  const solve = error.detail('Solve+json') as { inputIDs?: string[]; mountIDs?: string[] } | undefined;
  const told = error.detail('Vertex+json') as { digest?: string } | undefined;
  const vertex = lowered.asked.get(told?.digest?.replace(/^sha256:/, '') ?? '');
  const ran = vertex && lowered.of({ vertex, index: 0 }).vertex.op;
  if (vertex?.op.type !== 'exec' || ran?.type !== 'exec' || solve?.mountIDs === undefined) return undefined;
  return { vertex, op: vertex.op, ran, before: solve.inputIDs ?? [], after: solve.mountIDs };
}

export interface KeepParts {
  readonly gateway: Gateway;
  readonly request: SolveRequest;
  readonly channel: EventChannel;
  /** The daemon, for people. */
  readonly where: string;
}

export interface KeptStep {
  readonly vertex: Vertex;
  /** Where it was kept. */
  readonly kept: string | undefined;
}

/** Hands what a step left behind to who wants it, as long as the daemon has it. */
export async function keepFailed(
  error: unknown,
  state: FailedState | undefined,
  { gateway, request, channel, where }: KeepParts,
): Promise<KeptStep | undefined> {
  if (state === undefined) {
    if (request.onFailed === undefined || !isUntold(error)) return undefined;
    const { code, message, hint } = untoldState(where);
    channel.send({ type: 'noticed', diagnostic: { code, severity: 'warning', message, hint } });
    return undefined;
  }
  const { vertex, op } = state;
  const archive = (file: string) => archiveFailed(gateway, state, file);
  return { vertex, kept: await request.onFailed?.({ op, platform: vertex.platform, archive }) };
}

/** A step failed, and the daemon is one that doesn't tell what it left. */
export function isUntold(error: unknown): boolean {
  return error instanceof GrpcError && error.details.length === 0 && /exit code: \d+/.test(error.message);
}

export function untoldState(where: string): Failure {
  return new Failure(
    'buildkit-cannot',
    `the daemon at ${where} doesn't tell what a failed step left behind`,
    {
      hint: 'use a daemon of BuildKit 0.9 or newer, or build on this machine with `--engine embedded`',
    },
  );
}

/** Where the state is in the container that packs it: in no state, as /dev is a file system in memory. */
const place = '/dev/targetry-failed';

/**
 * Writes the root of the step to a tar. The daemon hands out single files only, so a container packs it: that of the state
 * before the step, with its own `tar`, in which nothing of the step runs.
 */
async function archiveFailed(
  gateway: Gateway,
  state: FailedState,
  file: string,
): Promise<string | undefined> {
  const bind: BindMount = {
    type: 'bind',
    selector: undefined,
    input: -1,
    output: -1,
    destination: '/',
    readonly: false,
  };
  const mounts: ContainerMount[] = [
    { mount: bind, state: state.before[0] },
    { mount: { ...bind, destination: place, readonly: true }, state: state.after[0] },
  ];
  const { platform } = state.vertex;
  const container = await BuildContainer.open(gateway, { mounts, platform, network: 'none' });
  try {
    await pack(container, file);
    return undefined;
  } catch (error) {
    if (error instanceof Failure || !(error instanceof Error)) throw error;
    return error.message;
  } finally {
    await container.release().catch(() => {});
  }
}

async function pack(container: BuildContainer, file: string): Promise<void> {
  const tar = createWriteStream(file, { flags: 'wx', mode: 0o600 });
  // Whoever writes is told.
  tar.on('error', () => {});
  let complaint = '';
  const printed = async (stream: 'stdout' | 'stderr', data: Uint8Array) => {
    if (stream === 'stderr') complaint = (complaint + Buffer.from(data).toString()).slice(-1000);
    else if (!tar.write(data)) await drained(tar);
  };
  const args = ['tar', '--numeric-owner', '-cf', '-', '-C', place, '.'];
  try {
    const command = { args, env: {}, cwd: '/', user: undefined, secretEnv: [] };
    const code = await container.run(command, { printed });
    if (code !== 0) throw unpacked(`tar ended with exit code ${code}: ${complaint.trim()}`);
  } catch (error) {
    throw error instanceof GrpcError ? unpacked(error.message) : error;
  } finally {
    tar.end();
    await finished(tar);
  }
}

function unpacked(told: string): Failure {
  const why = /executable file not found/.test(told) ? 'its root has no program tar' : told;
  return new Failure(
    'buildkit-cannot',
    'what the failed step left behind could not be packed on the daemon',
    {
      why,
      hint: 'add the package tar to the environment, or build on this machine with `--engine embedded`',
    },
  );
}

function drained(stream: NodeJS.WritableStream): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = (error?: Error) => {
      stream.off('drain', done).off('error', done);
      if (error === undefined) resolve();
      else reject(error);
    };
    stream.once('drain', done).once('error', done);
  });
}

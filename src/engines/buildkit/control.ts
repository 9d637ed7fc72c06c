/** `moby.buildkit.v1.Control`: what a daemon does for a client, in its messages. */
import { setTimeout as delay } from 'node:timers/promises';
import { ProtobufMessage, ProtobufWriter } from '../../base/protobuf.ts';
import type { GrpcClient } from './wire/grpc-client.ts';
import type { CacheEntry } from './result-places.ts';
import { GrpcError, grpcCode } from './wire/grpc-error.ts';

const service = '/moby.buildkit.v1.Control';

interface Exporter {
  readonly type: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface SolveCall {
  /** Names the build, for `Status` and for the gateway. */
  readonly ref: string;
  readonly session: string;
  readonly exporter?: Exporter | undefined;
  /** Where all that was made is left for others. */
  readonly cacheTo?: readonly CacheEntry[] | undefined;
  /** The daemon's history of builds, with what steps printed, has nothing of it. */
  readonly isUnrecorded: boolean;
  readonly signal: AbortSignal;
}

/**
 * A solve without a graph: what is solved comes by the gateway. Ends when the gateway returns, with what exporters tell of
 * their work.
 */
export async function openSolve(client: GrpcClient, call: SolveCall): Promise<ReadonlyMap<string, string>> {
  const { ref, session, exporter, cacheTo = [], isUnrecorded, signal } = call;
  const request = new ProtobufWriter().string(1, ref);
  if (exporter !== undefined) {
    // Daemons before 0.13 know one exporter, and have it here.
    request.string(3, exporter.type).map(4, exporter.attributes, writeText);
  }
  request
    .string(5, session)
    .message(8, (cache) =>
      cacheTo.forEach((entry) => cache.message(4, (inner) => writeCacheEntry(inner, entry))),
    )
    .bool(11, isUnrecorded);
  if (exporter !== undefined) {
    request.message(13, (inner) => inner.string(1, exporter.type).map(2, exporter.attributes, writeText));
  }
  const answer = new ProtobufMessage(await client.call(`${service}/Solve`, request.finish(), { signal }));
  return answer.map(1, (entry) => entry.string(2));
}

/** The same message wherever a daemon is told of such a place. */
export function writeCacheEntry(writer: ProtobufWriter, { type, attributes }: CacheEntry): void {
  writer.string(1, type).map(2, attributes, writeText);
}

function writeText(entry: ProtobufWriter, value: string): void {
  entry.string(2, value);
}

/** As the daemon calls itself: `v0.33.1`; undefined where it is older than 0.11, which can't say. */
export async function daemonVersion(client: GrpcClient, signal: AbortSignal): Promise<string | undefined> {
  try {
    const answer = new ProtobufMessage(await client.call(`${service}/Info`, new Uint8Array(), { signal }));
    return answer.message(1)?.string(2);
  } catch (error) {
    if (error instanceof GrpcError && error.code === grpcCode.unimplemented) return undefined;
    throw error;
  }
}

/** Milliseconds after which a daemon is asked whether it is still there, and in which it has to answer. */
const pause = 15_000;
const longestSilence = 30_000;

/** Rejects when the daemon doesn't answer any more, though the connection stands. */
export async function silenceOf(
  client: GrpcClient,
  signal: AbortSignal,
  times: { readonly pause: number; readonly longestSilence: number } = { pause, longestSilence },
): Promise<never> {
  for (;;) {
    await delay(times.pause, undefined, { signal, ref: false });
    const answered = daemonVersion(client, signal).then(() => true);
    const late = delay(times.longestSilence, false, { signal, ref: false });
    late.catch(() => {});
    if (await Promise.race([answered, late])) continue;
    answered.catch(() => {});
    const seconds = times.longestSilence / 1000;
    throw new GrpcError(grpcCode.unavailable, `the daemon has answered nothing for ${seconds} s`);
  }
}

export interface VertexStatus {
  /** With `sha256:` before it. */
  readonly digest: string;
  readonly name: string;
  readonly cached: boolean;
  readonly started: boolean;
  readonly completed: boolean;
  readonly error: string;
}

export interface TransferStatus {
  readonly vertex: string;
  readonly id: string;
  readonly current: number;
}

export interface VertexLog {
  readonly vertex: string;
  readonly stream: 'stdout' | 'stderr';
  readonly data: Uint8Array;
}

export interface StatusUpdate {
  readonly vertices: readonly VertexStatus[];
  readonly transfers: readonly TransferStatus[];
  readonly logs: readonly VertexLog[];
}

/** What goes on in a build, until it ends. */
export async function* statusOf(
  client: GrpcClient,
  ref: string,
  signal: AbortSignal,
): AsyncGenerator<StatusUpdate> {
  const call = client.open(`${service}/Status`, { signal });
  await call.write(new ProtobufWriter().string(1, ref).finish());
  call.end();
  for await (const message of call.messages()) yield readUpdate(new ProtobufMessage(message));
}

function readUpdate(update: ProtobufMessage): StatusUpdate {
  return {
    vertices: update.messages(1).map((vertex) => ({
      digest: vertex.string(1),
      name: vertex.string(3),
      cached: vertex.bool(4),
      started: vertex.has(5),
      completed: vertex.has(6),
      error: vertex.string(7),
    })),
    transfers: update.messages(2).map((transfer) => ({
      id: transfer.string(1),
      vertex: transfer.string(2),
      current: transfer.integer(4),
    })),
    logs: update.messages(3).map((log) => ({
      vertex: log.string(1),
      stream: log.integer(3) === 2 ? 'stderr' : 'stdout',
      data: log.bytes(4),
    })),
  };
}

/** A job beside that of a build, which finds all that the build has made: as long as that is open, nothing runs for it. */
import { randomUUID } from 'node:crypto';
import { openSolve, type SolveCall } from './control.ts';
import { Gateway } from './gateway.ts';
import type { GrpcClient } from './wire/grpc-client.ts';
import { GrpcError } from './wire/grpc-error.ts';

export interface Connected {
  readonly client: GrpcClient;
  readonly session: string;
  readonly signal: AbortSignal;
}

type Asked = Pick<SolveCall, 'exporter' | 'cacheTo'>;

/** What `steer` returns with the gateway is exported; tells what the daemon says of that. */
export async function runBeside(
  asked: Asked,
  connected: Connected,
  steer: (gateway: Gateway) => Promise<void>,
): Promise<ReadonlyMap<string, string>> {
  const { solved, gateway, end } = begin(asked, connected);
  try {
    await Promise.race([steer(gateway), solved]);
    return await solved;
  } finally {
    end();
  }
}

/** In the daemon's words, where it doesn't know what is asked for by its kind; undefined where it takes the job. */
export async function refusalOf(asked: Asked, connected: Connected): Promise<string | undefined> {
  const { solved, gateway, end } = begin(asked, connected);
  try {
    await Promise.race([gateway.abilities(), solved]);
    return undefined;
  } catch (error) {
    if (error instanceof GrpcError && unknownKind.test(error.message)) return error.message;
    throw error;
  } finally {
    end();
  }
}

const unknownKind = /unknown cache exporter|exporter .* could not be found|could not find exporter/;

function begin(asked: Asked, { client, session, signal }: Connected) {
  const stop = new AbortController();
  const both = AbortSignal.any([signal, stop.signal]);
  const ref = randomUUID().replaceAll('-', '');
  const solved = openSolve(client, { ...asked, ref, session, isUnrecorded: true, signal: both });
  solved.catch(() => {});
  return { solved, gateway: new Gateway(client, ref, both), end: () => stop.abort() };
}

/**
 * A session: one stream of the daemon's connection, on which the daemon is the client and we are the server. Through it
 * come its wishes for our files, secrets and logins. It must answer its questions for health, whatever else goes on: a
 * session that is silent for ten seconds is ended, and the build with it.
 */
import { randomUUID } from 'node:crypto';
import { Duplex } from 'node:stream';
import { ProtobufMessage, ProtobufWriter } from '../../base/protobuf.ts';
import type { GrpcCall, GrpcClient } from './wire/grpc-client.ts';
import { serve, unary, type Methods } from './wire/grpc-server.ts';

export interface Session {
  readonly id: string;
  /** Rejects when the daemon ends it. */
  readonly lost: Promise<never>;
  close(): void;
}

const serving = Buffer.from([0x08, 0x01]);

export function openSession(client: GrpcClient, services: Methods, signal: AbortSignal): Session {
  const id = randomUUID().replaceAll('-', '');
  const methods: Methods = new Map([...services, ['/grpc.health.v1.Health/Check', unary(() => serving)]]);
  const call = client.open('/moby.buildkit.v1.Control/Session', {
    signal,
    metadata: {
      'x-docker-expose-session-uuid': id,
      'x-docker-expose-session-name': 'targetry',
      'x-docker-expose-session-sharedkey': 'targetry',
      'x-docker-expose-session-grpc-method': [...methods.keys()],
    },
  });
  const { stream, ended } = tunnel(call);
  const server = serve(stream, methods);
  const close = () => {
    server.destroy();
    call.cancel();
  };
  return { id, lost: ended, close };
}

/** Tells what went wrong. */
async function sendPiece(call: GrpcCall, piece: Uint8Array): Promise<Error | null> {
  try {
    await call.write(new ProtobufWriter().bytes(1, piece).finish());
    return null;
  } catch (error) {
    return error as Error;
  }
}

/** What the daemon sends in messages, as the bytes of one connection. */
function tunnel(call: GrpcCall): { readonly stream: Duplex; readonly ended: Promise<never> } {
  let resume: (() => void) | undefined;
  const stream = new Duplex({
    read: () => resume?.(),
    write: (chunk: Buffer, _encoding, written) => {
      void sendPiece(call, chunk).then(written);
    },
    // What was written while the piece before was on its way goes as one.
    writev: (chunks, written) => {
      const pieces = chunks.map(({ chunk }) => chunk as Buffer);
      void sendPiece(call, Buffer.concat(pieces)).then(written);
    },
    final: (done) => {
      call.end();
      done();
    },
  });
  stream.on('error', () => {});
  const read = async (): Promise<never> => {
    for await (const message of call.messages()) {
      if (stream.push(new ProtobufMessage(message).bytes(1))) continue;
      await new Promise<void>((resolve) => (resume = resolve));
    }
    throw new Error('the daemon ended the session');
  };
  const ended = read().finally(() => stream.destroy());
  // Who waits for it is told; else it is the end that was asked for.
  ended.catch(() => {});
  return { stream, ended };
}

/** The other direction: BuildKit calls us back on a connection that it has through us, and we are the server there. */
import {
  performServerHandshake,
  type Http2Stream,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import type { Duplex } from 'node:stream';
import { mostSessionMemory, windowSize } from './grpc-client.ts';
import { GrpcError, grpcCode, trailersOf } from './grpc-error.ts';
import { messagesOf, writeMessages } from './grpc-frames.ts';

/** A call of the daemon's. */
export interface IncomingCall {
  /** The values of one name, in their order; texts, also where they aren't ASCII. */
  metadata(name: string): readonly string[];
  readonly messages: AsyncIterable<Uint8Array>;
  /** Many small ones at once cost hardly more than one. */
  write(...messages: readonly Uint8Array[]): Promise<void>;
}

/** By the path of the method: `/grpc.health.v1.Health/Check`. What it throws becomes the answer. */
export type Methods = ReadonlyMap<string, (call: IncomingCall) => Promise<void>>;

/** A method with one request and one answer. */
export function unary(
  answer: (request: Uint8Array, call: IncomingCall) => Promise<Uint8Array> | Uint8Array,
): (call: IncomingCall) => Promise<void> {
  return async (call) => {
    for await (const request of call.messages) {
      await call.write(await answer(request, call));
      return;
    }
  };
}

export function serve(connection: Duplex, methods: Methods): ServerHttp2Session {
  const session = performServerHandshake(connection, {
    maxSessionMemory: mostSessionMemory,
    settings: { initialWindowSize: windowSize },
  });
  session.setLocalWindowSize(windowSize);
  session.on('error', () => {});
  const take = (
    stream: ServerHttp2Stream,
    headers: IncomingHttpHeaders,
    _flags: number,
    rawHeaders: readonly string[],
  ): void => {
    stream.on('error', () => {});
    void answer(stream, methods.get(String(headers[':path'])), rawHeaders);
  };
  session.on('stream', take);
  return session;
}

async function answer(
  stream: ServerHttp2Stream,
  method: ((call: IncomingCall) => Promise<void>) | undefined,
  rawHeaders: readonly string[],
): Promise<void> {
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
  let trailers: Record<string, string> = { 'grpc-status': String(grpcCode.ok) };
  stream.once('wantTrailers', () => stream.sendTrailers(trailers));
  try {
    if (method === undefined) throw new GrpcError(grpcCode.unimplemented, 'this client has no such method');
    await method(callOf(stream, rawHeaders));
  } catch (error) {
    trailers = trailersOf(error);
  }
  if (!stream.destroyed) stream.end();
}

function callOf(stream: Http2Stream, rawHeaders: readonly string[]): IncomingCall {
  return {
    metadata: (name) =>
      rawHeaders.flatMap((word, index) =>
        index % 2 === 0 && word.toLowerCase() === name
          ? [Buffer.from(rawHeaders[index + 1]!, 'latin1').toString('utf8')]
          : [],
      ),
    messages: messagesOf(stream),
    write: (...messages) => writeMessages(stream, ...messages),
  };
}

/** gRPC on node:http2, as much of it as BuildKit speaks: calls with one answer, and streams in both directions. */
import {
  connect,
  constants,
  type ClientHttp2Session,
  type ClientHttp2Stream,
  type IncomingHttpHeaders,
} from 'node:http2';
import type { Duplex } from 'node:stream';
import { errorOfTrailers, GrpcError, grpcCode } from './grpc-error.ts';
import { messagesOf, writeMessages } from './grpc-frames.ts';

/**
 * Bytes of all headers of an answer. The library under node takes no value of 64 KiB, and then hears nothing more at all; a
 * daemon that knows this ends the call instead. It puts a step's whole script into the error of the step, several times over.
 */
const longestHeaders = 60 << 10;

/** By name; a list is sent as a field of its own for each value. */
export type Metadata = Readonly<Record<string, string | readonly string[]>>;

interface CallOptions {
  readonly metadata?: Metadata;
  readonly signal?: AbortSignal | undefined;
}

/** Bytes on their way before the other side has to answer: the usual 64 kB make every far daemon slow. */
export const windowSize = 8 << 20;
/** Megabytes that may wait in one connection. A write of more than node's own ten would end it. */
export const mostSessionMemory = 512;

export class GrpcClient {
  readonly #session: ClientHttp2Session;
  readonly #closed: Promise<void>;

  private constructor(session: ClientHttp2Session) {
    this.#session = session;
    this.#closed = new Promise((resolve) => session.once('close', resolve));
    // Every call tells of it by itself.
    session.on('error', () => {});
  }

  /** On a connection that is open. */
  static async on(socket: Duplex, authority: string, signal: AbortSignal): Promise<GrpcClient> {
    const session = connect(`http://${authority}`, {
      createConnection: () => socket,
      maxSessionMemory: mostSessionMemory,
      settings: { initialWindowSize: windowSize, enablePush: false, maxHeaderListSize: longestHeaders },
    });
    const client = new GrpcClient(session);
    await new Promise<void>((resolve, reject) => {
      const stop = () => reject(signal.reason as Error);
      signal.addEventListener('abort', stop, { once: true });
      session.once('remoteSettings', () => {
        signal.removeEventListener('abort', stop);
        resolve();
      });
      session.once('error', reject);
      session.once('close', () => reject(new Error('the connection was closed before it was one of HTTP/2')));
    });
    session.setLocalWindowSize(windowSize);
    return client;
  }

  /** Resolves when the connection is no more. */
  get closed(): Promise<void> {
    return this.#closed;
  }

  async call(path: string, request: Uint8Array, options: CallOptions = {}): Promise<Uint8Array> {
    const call = this.open(path, options);
    const sent = call.write(request).then(
      () => call.end(),
      // A refusal may come while the request is still being written: the answer tells more than that.
      () => {},
    );
    let answer: Uint8Array | undefined;
    for await (const message of call.messages()) answer ??= message;
    await sent;
    if (answer === undefined) throw new GrpcError(grpcCode.internal, `${path} was answered with nothing`);
    return answer;
  }

  open(path: string, { metadata = {}, signal }: CallOptions = {}): GrpcCall {
    signal?.throwIfAborted();
    if (this.#session.destroyed || this.#session.closed) throw lost();
    const stream = this.#session.request({
      ...metadata,
      ':method': 'POST',
      ':path': path,
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    return new GrpcCall(stream, signal);
  }

  close(): void {
    this.#session.destroy();
  }
}

export class GrpcCall {
  readonly #stream: ClientHttp2Stream;
  readonly #signal: AbortSignal | undefined;
  #trailers: IncomingHttpHeaders | undefined;
  #httpStatus: number | undefined;

  constructor(stream: ClientHttp2Stream, signal: AbortSignal | undefined) {
    this.#stream = stream;
    this.#signal = signal;
    // Told to whoever reads.
    stream.on('error', () => {});
    stream.once('response', (headers) => {
      this.#httpStatus = headers[':status'];
      // An answer of trailers alone has them here.
      if (headers['grpc-status'] !== undefined) this.#trailers = headers;
    });
    stream.once('trailers', (trailers) => (this.#trailers = trailers));
    if (signal === undefined) return;
    const reset = () => this.cancel();
    signal.addEventListener('abort', reset, { once: true });
    stream.once('close', () => signal.removeEventListener('abort', reset));
  }

  write(message: Uint8Array): Promise<void> {
    return writeMessages(this.#stream, message);
  }

  end(): void {
    this.#stream.end();
  }

  /** Until the other side ends it; throws what it ends with. */
  async *messages(): AsyncGenerator<Uint8Array> {
    try {
      yield* messagesOf(this.#stream);
    } catch (error) {
      if (error instanceof GrpcError) throw error;
      this.#signal?.throwIfAborted();
      if (this.#trailers === undefined) throw lost(error);
    }
    this.#signal?.throwIfAborted();
    const error = this.#trailers === undefined ? this.#withoutTrailers() : errorOfTrailers(this.#trailers);
    if (error !== undefined) throw error;
  }

  /** The daemon stops what it does for this call. */
  cancel(): void {
    this.#stream.close(constants.NGHTTP2_CANCEL);
    // A connection that is stuck would never tell that it is closed.
    this.#stream.destroy();
  }

  #withoutTrailers(): GrpcError {
    const status = this.#httpStatus;
    return status === undefined || status === 200
      ? lost()
      : new GrpcError(grpcCode.unavailable, `what answers is no BuildKit: HTTP ${status}`);
  }
}

function lost(cause?: unknown): GrpcError {
  return new GrpcError(grpcCode.unavailable, 'the connection to the daemon was lost', [], cause);
}

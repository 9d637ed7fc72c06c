import type { Http2Stream } from 'node:http2';
import { GrpcError, grpcCode } from './grpc-error.ts';

const headLength = 5;

/** A message as it travels: a byte for "not compressed", four for its length, then itself. */
function frame(message: Uint8Array): Buffer {
  const framed = Buffer.allocUnsafe(headLength + message.length);
  framed[0] = 0;
  framed.writeUInt32BE(message.length, 1);
  framed.set(message, headLength);
  return framed;
}

/** The messages of a stream, whatever pieces they arrive in. Leaving early leaves the stream as it is. */
export async function* messagesOf(stream: Http2Stream): AsyncGenerator<Uint8Array> {
  const pieces = new Pieces();
  for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
    pieces.add(chunk as Buffer);
    for (let message = pieces.message(); message !== undefined; message = pieces.message()) yield message;
  }
}

class Pieces {
  #pieces: Buffer[] = [];
  #length = 0;

  add(piece: Buffer): void {
    this.#pieces.push(piece);
    this.#length += piece.length;
  }

  message(): Uint8Array | undefined {
    if (this.#length < headLength) return undefined;
    if (this.#pieces[0]!.length < headLength) this.#join();
    const head = this.#pieces[0]!;
    if (head[0] !== 0)
      throw new GrpcError(grpcCode.internal, 'a message came compressed, which nobody asked for');
    const end = headLength + head.readUInt32BE(1);
    if (this.#length < end) return undefined;
    this.#join();
    const all = this.#pieces[0]!;
    this.#pieces = [all.subarray(end)];
    this.#length -= end;
    return all.subarray(headLength, end);
  }

  #join(): void {
    if (this.#pieces.length > 1) this.#pieces = [Buffer.concat(this.#pieces)];
  }
}

/** As one piece. Waits where the other side is slower. Throws where it is gone. */
export async function writeMessages(stream: Http2Stream, ...messages: readonly Uint8Array[]): Promise<void> {
  if (stream.destroyed || stream.writableEnded) throw gone(stream);
  if (stream.write(Buffer.concat(messages.map(frame)))) return;
  await new Promise<void>((resolve, reject) => {
    const drained = () => {
      stream.off('close', closed);
      resolve();
    };
    const closed = () => {
      stream.off('drain', drained);
      reject(gone(stream));
    };
    stream.once('drain', drained);
    stream.once('close', closed);
  });
}

function gone(stream: Http2Stream): GrpcError {
  return new GrpcError(grpcCode.unavailable, 'the other side closed the stream', [], stream.errored);
}

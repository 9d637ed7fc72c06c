/** `moby.filesync.v1.FileSync`: the daemon asks for one of our folders, hears what is in it, and takes what it lacks. */
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { Failure } from '../../report/failure.ts';
import { packetType, readPacket, writePacket } from './fsutil.ts';
import type { SentFile } from './sent-folder.ts';
import { GrpcError, grpcCode } from './wire/grpc-error.ts';
import type { IncomingCall } from './wire/grpc-server.ts';

/** Bytes in one message: more make no difference, fewer cost time. */
const pieceSize = 64 * 1024;
/** Milliseconds for which the process may be deaf to the daemon's other questions. */
const longestSlice = 20;

export type FindFolder = (name: string) => Promise<readonly SentFile[]> | undefined;

export async function sendFolder(call: IncomingCall, find: FindFolder): Promise<void> {
  const [name = ''] = call.metadata('dir-name');
  const files = await find(decoded(call, name));
  if (files === undefined) throw new GrpcError(grpcCode.notFound, `no access allowed to dir "${name}"`);
  const breathe = slices();
  // What is asked for while the list is still going out waits in the connection.
  const telling = tellAll(call, files, breathe);
  telling.catch(() => {});
  for await (const message of call.messages) {
    const packet = readPacket(message);
    if (packet.type === packetType.request) {
      await sendFile(call, files[packet.id!]!, packet.id!, breathe);
    } else if (packet.type === packetType.finish) {
      await telling;
      await call.write(writePacket({ type: packetType.finish }));
      return;
    } else if (packet.type === packetType.error) {
      throw new GrpcError(grpcCode.unknown, Buffer.from(packet.data!).toString('utf8'));
    }
  }
}

/** Newer daemons escape the values of a name, and say so beside it. */
function decoded(call: IncomingCall, name: string): string {
  return call.metadata('dir-name-encoded')[0] === '1' ? decodeURIComponent(name.replaceAll('+', ' ')) : name;
}

async function tellAll(call: IncomingCall, files: readonly SentFile[], breathe: Breathe): Promise<void> {
  for (const { stat } of files) {
    await call.write(writePacket({ type: packetType.stat, stat }));
    await breathe();
  }
  await call.write(writePacket({ type: packetType.stat }));
}

async function sendFile(call: IncomingCall, file: SentFile, id: number, breathe: Breathe): Promise<void> {
  const hash = file.sha256 === undefined ? undefined : createHash('sha256');
  for await (const data of file.from === undefined ? [] : bytesOf(file.from)) {
    hash?.update(data);
    await call.write(writePacket({ type: packetType.data, id, data }));
    await breathe();
  }
  if (hash !== undefined && hash.digest('hex') !== file.sha256) {
    throw new Failure('source-changed', `${file.stat.path} changed while it was being sent`);
  }
  await call.write(writePacket({ type: packetType.data, id }));
  await breathe();
}

async function* bytesOf(path: string): AsyncGenerator<Uint8Array> {
  const file = await open(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT')
      throw new Failure('source-changed', `${path} vanished while it was being sent`);
    throw new Failure('source-unreadable', `a source file can't be read: ${path}`, { cause: error });
  });
  try {
    for (;;) {
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(pieceSize));
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

type Breathe = () => Promise<void> | undefined;

function slices(): Breathe {
  let started = performance.now();
  return () => {
    if (performance.now() - started < longestSlice) return undefined;
    started = performance.now();
    return setImmediate();
  };
}

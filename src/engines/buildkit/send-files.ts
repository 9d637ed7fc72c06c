/** `moby.filesync.v1.FileSync`: the daemon asks for one of our folders, hears what is in it, and takes what it lacks. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { sha256 } from '../../base/sha256.ts';
import { Failure } from '../../report/failure.ts';
import { fileBytes, pieceSize } from './file-bytes.ts';
import { packetType, readPacket, writePacket } from './fsutil.ts';
import type { SentFile } from './sent-folder.ts';
import { GrpcError, grpcCode } from './wire/grpc-error.ts';
import type { IncomingCall } from './wire/grpc-server.ts';

/** Files in one message of the list. */
const toldAtOnce = 100;
/** Milliseconds for which the process may be deaf to the daemon's other questions. */
const longestSlice = 20;

export type FindFolder = (name: string) => Promise<readonly SentFile[]> | undefined;

export async function sendFolder(call: IncomingCall, find: FindFolder): Promise<void> {
  const [name = ''] = call.metadata('dir-name');
  const files = await find(decoded(call, name));
  if (files === undefined) throw new GrpcError(grpcCode.notFound, `no access allowed to dir "${name}"`);
  const wanted = new Wanted();
  const sent = send(call, files, wanted);
  const asked = takeRequests(call, wanted);
  if ((await Promise.race([asked, sent])) === 'finished') {
    await call.write(writePacket({ type: packetType.finish }));
  }
}

/** What the daemon asked for and didn't get yet. */
class Wanted {
  readonly #ids: number[] = [];
  #wake = () => {};

  add(id: number): void {
    this.#ids.push(id);
    this.#wake();
  }

  take(): number | undefined {
    return this.#ids.shift();
  }

  /** Waits for the next one to be added. */
  more(): Promise<void> {
    return new Promise((resolve) => (this.#wake = resolve));
  }
}

async function takeRequests(call: IncomingCall, wanted: Wanted): Promise<'finished' | 'gone'> {
  for await (const message of call.messages) {
    const packet = readPacket(message);
    if (packet.type === packetType.request) {
      wanted.add(packet.id!);
    } else if (packet.type === packetType.finish) {
      return 'finished';
    } else if (packet.type === packetType.error) {
      throw new GrpcError(grpcCode.unknown, Buffer.from(packet.data!).toString('utf8'));
    }
  }
  return 'gone';
}

/** A file that is asked for goes before the rest of the list, so that the daemon writes it while it reads on. */
async function send(call: IncomingCall, files: readonly SentFile[], wanted: Wanted): Promise<never> {
  const breathe = slices();
  const list = listOf(files);
  for (;;) {
    const id = wanted.take();
    const told = id === undefined ? list.next() : undefined;
    if (id !== undefined) await sendFile(call, files[id]!, id, breathe);
    else if (told?.done === false) await call.write(...told.value);
    else await wanted.more();
    await breathe();
  }
}

/** The messages that tell what there is, some at a time. */
function* listOf(files: readonly SentFile[]): Generator<readonly Uint8Array[]> {
  for (let from = 0; from < files.length; from += toldAtOnce) {
    const some = files.slice(from, from + toldAtOnce);
    yield some.map(({ stat }) => writePacket({ type: packetType.stat, stat }));
  }
  yield [writePacket({ type: packetType.stat })];
}

/** Newer daemons escape the values of a name, and say so beside it. */
function decoded(call: IncomingCall, name: string): string {
  return call.metadata('dir-name-encoded')[0] === '1' ? decodeURIComponent(name.replaceAll('+', ' ')) : name;
}

async function sendFile(call: IncomingCall, file: SentFile, id: number, breathe: Breathe): Promise<void> {
  const { from, sha256: expected, stat } = file;
  const end = writePacket({ type: packetType.data, id });
  if (from !== undefined && stat.size > 0 && stat.size <= pieceSize) {
    const data = readSmall(from);
    if (data.length !== stat.size || (expected !== undefined && sha256(data) !== expected))
      throw changed(file);
    await call.write(
      ...piecesOf(data).map((piece) => writePacket({ type: packetType.data, id, data: piece })),
      end,
    );
    return;
  }
  const hash = expected === undefined ? undefined : createHash('sha256');
  let left = stat.size;
  for await (const data of from === undefined ? [] : bytesOf(from)) {
    left -= data.length;
    // One that somebody writes to all the time might never end.
    if (left < 0) throw changed(file);
    hash?.update(data);
    await call.write(writePacket({ type: packetType.data, id, data }));
    await breathe();
  }
  if (left > 0 || (hash !== undefined && hash.digest('hex') !== expected)) throw changed(file);
  await call.write(end);
}

/** It was small when it was listed; what it is now is checked by whoever has its hash. */
function piecesOf(data: Uint8Array): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let from = 0; from < data.length; from += pieceSize)
    pieces.push(data.subarray(from, from + pieceSize));
  return pieces;
}

function changed({ stat }: SentFile): Failure {
  return new Failure('source-changed', `${stat.path} changed while it was being sent`);
}

/** Most files are small, and of those each promise would cost more than the reading. */
function readSmall(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    throw unreadable(path, error as NodeJS.ErrnoException);
  }
}

function unreadable(path: string, error: NodeJS.ErrnoException): Failure {
  return error.code === 'ENOENT'
    ? new Failure('source-changed', `${path} vanished while it was being sent`)
    : new Failure('source-unreadable', `a source file can't be read: ${path}`, { cause: error });
}

async function* bytesOf(path: string): AsyncGenerator<Uint8Array> {
  try {
    yield* fileBytes(path);
  } catch (error) {
    throw unreadable(path, error as NodeJS.ErrnoException);
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

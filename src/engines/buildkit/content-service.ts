/**
 * `containerd.services.content.v1.Content`: blobs on our side of a session, which a daemon reads by their digests, and
 * to which it adds some where the store takes them. Which store is meant comes beside each call.
 */
import { ProtobufMessage, ProtobufWriter } from '../../base/protobuf.ts';
import { GrpcError, grpcCode } from './wire/grpc-error.ts';
import { unary, type IncomingCall, type Methods } from './wire/grpc-server.ts';

/** Digests are `sha256:…`. */
export interface BlobStore {
  /** Undefined where it isn't there. */
  size(digest: string): Promise<number | undefined>;
  read(digest: string, from: number, length: number): AsyncIterable<Uint8Array>;
  /** Begins a new blob. Absent where nothing can be added. */
  readonly add?: () => Promise<NewBlob>;
}

export interface NewBlob {
  write(data: Uint8Array): Promise<void>;
  readonly length: number;
  /** Of all that was written so far. */
  readonly digest: string;
  /** From here on it is in the store. */
  keep(): Promise<void>;
  /** Gives up what isn't kept. */
  close(): Promise<void>;
}

export type BlobStores = ReadonlyMap<string, BlobStore>;

const service = '/containerd.services.content.v1.Content';

export function contentMethods(stores: BlobStores): Methods {
  const storeOf = (call: IncomingCall): BlobStore => {
    const [name = ''] = call.metadata('buildkit-attachable-store-id');
    const store = stores.get(name);
    if (store === undefined) throw new GrpcError(grpcCode.notFound, `this client has no store ${name}`);
    return store;
  };
  return new Map([
    [`${service}/Info`, unary((asked, call) => tellInfo(asked, storeOf(call)))],
    [`${service}/Read`, (call) => sendRange(call, storeOf(call))],
    [`${service}/Write`, (call) => takeBlob(call, storeOf(call))],
    // What breaks off is given up with the stream that brought it.
    [`${service}/Abort`, unary(() => new Uint8Array())],
  ]);
}

async function tellInfo(asked: Uint8Array, store: BlobStore): Promise<Uint8Array> {
  const digest = new ProtobufMessage(asked).string(1);
  const size = await sizeOf(store, digest);
  return new ProtobufWriter().message(1, (info) => info.string(1, digest).integer(2, size)).finish();
}

async function sizeOf(store: BlobStore, digest: string): Promise<number> {
  const size = await store.size(digest);
  if (size === undefined) throw new GrpcError(grpcCode.notFound, `content ${digest}: not found`);
  return size;
}

async function sendRange(call: IncomingCall, store: BlobStore): Promise<void> {
  for await (const message of call.messages) {
    const asked = new ProtobufMessage(message);
    const [digest, from, most] = [asked.string(1), asked.integer(2), asked.integer(3)];
    const left = (await sizeOf(store, digest)) - from;
    if (left < 0) throw new GrpcError(grpcCode.outOfRange, `content ${digest} ends before ${from}`);
    let offset = from;
    for await (const data of store.read(digest, from, most === 0 ? left : Math.min(left, most))) {
      await call.write(new ProtobufWriter().integer(1, offset).bytes(2, data).finish());
      offset += data.length;
    }
    return;
  }
}

const action = { stat: 0, write: 1, commit: 2 } as const;

/** Each request is answered before the next one comes. */
async function takeBlob(call: IncomingCall, store: BlobStore): Promise<void> {
  if (store.add === undefined)
    throw new GrpcError(grpcCode.failedPrecondition, 'this store is not written to');
  let blob: NewBlob | undefined;
  try {
    for await (const message of call.messages) {
      const asked = new ProtobufMessage(message);
      const [what, expected, offset] = [asked.integer(1), asked.string(4), asked.integer(5)];
      if (expected !== '' && what !== action.commit && (await store.size(expected)) !== undefined)
        throw new GrpcError(grpcCode.alreadyExists, `content ${expected}: already exists`);
      blob ??= await store.add();
      if (what !== action.stat) await takePiece(blob, { offset, data: asked.bytes(6) });
      if (what === action.commit) await keepAs(blob, { expected, total: asked.integer(3) });
      await call.write(tellProgress(what, blob));
      if (what === action.commit) return;
    }
  } finally {
    await blob?.close();
  }
}

async function takePiece(
  blob: NewBlob,
  { offset, data }: { readonly offset: number; readonly data: Uint8Array },
): Promise<void> {
  if (offset !== blob.length)
    throw new GrpcError(
      grpcCode.outOfRange,
      `${blob.length} bytes came, and the next are those at ${offset}`,
    );
  if (data.length > 0) await blob.write(data);
}

async function keepAs(
  blob: NewBlob,
  { expected, total }: { readonly expected: string; readonly total: number },
): Promise<void> {
  if ((expected !== '' && expected !== blob.digest) || (total > 0 && total !== blob.length))
    throw new GrpcError(grpcCode.failedPrecondition, `what came is ${blob.digest}, and not ${expected}`);
  await blob.keep();
}

function tellProgress(what: number, { length, digest }: NewBlob): Uint8Array {
  const writer = new ProtobufWriter().integer(1, what).integer(4, length);
  return (length === 0 ? writer : writer.string(6, digest)).finish();
}

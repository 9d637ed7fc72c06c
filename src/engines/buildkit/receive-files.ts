/** `moby.filesync.v1.FileSend`: the daemon tells what an export holds and sends what we ask for. */
import { lstat, mkdir, open, rm, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isRegular, packetType, readPacket, writePacket, type FileStat } from './fsutil.ts';
import { GrpcError, grpcCode } from './wire/grpc-error.ts';
import type { IncomingCall } from './wire/grpc-server.ts';

/** Where a file goes; undefined for one that nobody wants. */
export type PlaceFile = (stat: FileStat) => string | undefined;

interface Arriving {
  readonly stat: FileStat;
  readonly file: FileHandle;
}

export async function receiveFolder(call: IncomingCall, place: PlaceFile): Promise<void> {
  const arriving = new Map<number, Arriving>();
  try {
    await receive(call, place, arriving);
  } finally {
    // Where it broke off.
    for (const { file } of arriving.values()) await file.close().catch(() => {});
  }
}

async function receive(call: IncomingCall, place: PlaceFile, arriving: Map<number, Arriving>): Promise<void> {
  let id = 0;
  let listed = false;
  const finishWhenAllIsHere = async () => {
    if (listed && arriving.size === 0) await call.write(writePacket({ type: packetType.finish }));
  };
  for await (const message of call.messages) {
    const { type, stat, id: of = 0, data } = readPacket(message);
    if (type === packetType.stat && stat !== undefined) {
      const file = isRegular(stat) ? await start(stat, place) : undefined;
      if (file !== undefined) {
        arriving.set(id, file);
        await call.write(writePacket({ type: packetType.request, id }));
      }
      id++;
    } else if (type === packetType.stat) {
      listed = true;
      await finishWhenAllIsHere();
    } else if (type === packetType.data) {
      const file = arriving.get(of);
      if (file === undefined)
        throw new GrpcError(grpcCode.invalidArgument, 'data came that nobody asked for');
      if (data!.length > 0) {
        await file.file.writeFile(data!);
        continue;
      }
      arriving.delete(of);
      await file.file.chmod(modeOf(file.stat));
      const modified = Number(file.stat.modified) / nanoseconds;
      await file.file.utimes(modified, modified);
      await file.file.close();
      await finishWhenAllIsHere();
    } else if (type === packetType.finish) {
      return;
    } else if (type === packetType.error) {
      throw new GrpcError(grpcCode.unknown, Buffer.from(data!).toString('utf8'));
    }
  }
}

async function start(stat: FileStat, place: PlaceFile): Promise<Arriving | undefined> {
  // A daemon may say what it likes: nothing that it names leaves the place.
  if (stat.path.split('/').some((part) => part === '..' || part === '')) {
    throw new GrpcError(grpcCode.invalidArgument, `the daemon sends a file to ${stat.path}`);
  }
  const path = place(stat);
  if (path === undefined) return undefined;
  if (await isThere(path, stat)) return undefined;
  await mkdir(dirname(path), { recursive: true });
  // One of a build before may be there; what is opened is always a new file, never what a link leads to.
  await rm(path, { force: true });
  return { stat, file: await open(path, 'wx', 0o600) };
}

const nanoseconds = 1e9;

function modeOf({ mode }: FileStat): number {
  return (mode & 0o111) === 0 ? 0o644 : 0o755;
}

/**
 * Whether an earlier export brought it. A time of whole seconds was set by somebody, as reproducible builds do, and tells
 * nothing of the bytes.
 */
async function isThere(path: string, stat: FileStat): Promise<boolean> {
  if (stat.modified % BigInt(nanoseconds) === 0n) return false;
  const found = await lstat(path, { bigint: true }).catch(() => undefined);
  if (found?.isFile() !== true || Number(found.size) !== stat.size) return false;
  const apart = Number(found.mtimeNs - stat.modified);
  // As exact as node sets times.
  return Math.abs(apart) < 1000 && (Number(found.mode) & 0o777) === modeOf(stat);
}

/** Of what `exportOf` laid out: each export's files below its number. */
export function placeBelow(folders: readonly string[]): PlaceFile {
  return ({ path }) => {
    const [, index, inside] = /^(\d+)\/(.+)$/.exec(path) ?? [];
    const folder = folders[Number(index)];
    return inside === undefined || folder === undefined ? undefined : join(folder, inside);
  };
}

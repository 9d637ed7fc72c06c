/** A folder and all that is in it, as members of a tar: owners and modes as this process sees them, names in one order. */
import {
  closeSync,
  createWriteStream,
  lstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
  type Stats,
} from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setImmediate } from 'node:timers/promises';
import { errorCode } from '../../base/error-code.ts';
import { TAR_END, tarHeader, tarPadding, type TarHead } from '../../formats/tar-writer.ts';

interface Wanted {
  /** Devices and pipes too. Sockets are nothing without the process that made them. */
  readonly devices: boolean;
}

export function folderMembers(folder: string, path: string, wanted: Wanted): Generator<Uint8Array> {
  return membersOf(folder, path, { ...wanted, links: new Map() });
}

/** Into a file that isn't there yet. Tells what is wrong with the file's place, or that the disk is full. */
export async function writeMembers(
  file: string,
  members: Iterable<Uint8Array>,
): Promise<{ readonly problem: string | undefined }> {
  try {
    await pipeline(Readable.from(inBatches(members)), createWriteStream(file, { flags: 'wx' }));
  } catch (error) {
    if (errorCode(error) === '') throw error;
    return { problem: (error as Error).message };
  }
  return { problem: undefined };
}

const batch = 1 << 20;

/** Of what are mostly small files; between two batches others have their turn. */
async function* inBatches(members: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let waiting: Uint8Array[] = [];
  let size = 0;
  for (const piece of members) {
    waiting.push(piece);
    size += piece.length;
    if (size < batch) continue;
    yield Buffer.concat(waiting);
    [waiting, size] = [[], 0];
    await setImmediate();
  }
  yield Buffer.concat([...waiting, TAR_END]);
}

interface Walk extends Wanted {
  /** The first name of each file that has several. */
  readonly links: Map<string, string>;
}

function* membersOf(full: string, path: string, walk: Walk): Generator<Uint8Array> {
  const stats = lstatSync(full);
  const head = headOf(full, path, stats, walk);
  if (head === undefined) return;
  yield tarHeader(head);
  if (head.type === 'file' && stats.size > 0) {
    yield* bytesOf(full, stats.size);
    yield tarPadding(stats.size);
  } else if (head.type === 'folder') {
    for (const name of readdirSync(full).sort()) yield* membersOf(join(full, name), `${path}/${name}`, walk);
  }
}

/** Exactly as many as the header says, also of a file that grows. */
function* bytesOf(path: string, size: number): Generator<Uint8Array> {
  const file = openSync(path, 'r');
  try {
    for (let left = size; left > 0;) {
      const piece = Buffer.allocUnsafe(Math.min(batch, left));
      const length = readSync(file, piece);
      if (length === 0) throw new Error(`${path} became shorter while it was read`);
      left -= length;
      yield piece.subarray(0, length);
    }
  } finally {
    closeSync(file);
  }
}

function headOf(full: string, path: string, stats: Stats, { links, devices }: Walk): TarHead | undefined {
  const { uid, gid } = stats;
  const shape = { path, mode: stats.mode & 0o7777, uid, gid, mtime: Math.floor(stats.mtimeMs / 1000) };
  if (stats.isDirectory()) return { ...shape, path: `${path}/`, type: 'folder' };
  if (stats.isSymbolicLink()) return { ...shape, type: 'symlink', linkTarget: readlinkSync(full) };
  if (!stats.isFile()) {
    const type = devices ? specialType(stats) : undefined;
    return type && { ...shape, type, device: deviceNumbers(stats.rdev) };
  }
  const inode = `${stats.dev}:${stats.ino}`;
  const first = links.get(inode);
  if (first !== undefined) return { ...shape, type: 'hardlink', linkTarget: first };
  if (stats.nlink > 1) links.set(inode, path);
  return { ...shape, type: 'file', size: stats.size };
}

function specialType(stats: Stats): 'fifo' | 'character-device' | 'block-device' | undefined {
  if (stats.isFIFO()) return 'fifo';
  if (stats.isCharacterDevice()) return 'character-device';
  return stats.isBlockDevice() ? 'block-device' : undefined;
}

/** As Linux packs them. */
function deviceNumbers(rdev: number): { major: number; minor: number } {
  return { major: (rdev >> 8) & 0xfff, minor: (rdev & 0xff) | ((rdev >> 12) & 0xfff00) };
}

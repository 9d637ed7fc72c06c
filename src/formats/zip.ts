/**
 * zip and zip64, looked up: wheels, and archives of a release.
 *
 * The truth of a zip is the directory at its end; the headers before each member repeat it, and archives that lie have
 * two stories to tell. So the directory is read first and in full, each member's header must agree with it about the
 * compression, no two members may share bytes (a bomb of a few kilobytes is made of one member under a thousand names),
 * and a member gives exactly the bytes that the directory declares, with their checksum, or it is a `FormatError`.
 *
 * Paths are as written: whoever puts them on a disk has to judge them.
 */
import { constants, crc32, createInflateRaw, inflateRawSync } from 'node:zlib';
import { throughZlib } from './decompress.ts';
import type { ByteSource } from './elf/byte-source.ts';
import { FormatError } from './format-error.ts';

export interface ZipEntry {
  readonly path: string;
  readonly type: 'file' | 'folder' | 'symlink';
  /** Permission bits as Unix programs wrote them; undefined where another system wrote the archive. */
  readonly mode: number | undefined;
  readonly size: number;
  /** Why the member's bytes can't be had; undefined where they can. */
  readonly refused: string | undefined;
  /** Of the member's own header. */
  readonly offset: number;
  readonly packed: {
    readonly size: number;
    readonly method: number;
    readonly crc: number;
    /** The member's bytes must end here: what follows is another's. */
    readonly limit: number;
  };
}

const END = 0x06054b50;
const END_SIZE = 22;
const END64 = 0x06064b50;
const LOCATOR64 = 0x07064b50;
const DIRECTORY_ENTRY = 0x02014b50;
const MEMBER = 0x04034b50;
const MOST_COMMENT = 65_535;
const MOST_DIRECTORY = 256 * 1024 * 1024;
const MOST_ENTRIES = 1_000_000;
const STORED = 0;
const DEFLATED = 8;
const CHUNK = 256 * 1024;
/** Up to this size a member is unpacked at once: for a small one a stream takes several times as long. */
const SMALL = 1024 * 1024;

interface Directory {
  readonly offset: number;
  readonly size: number;
  readonly count: number;
  /** How many bytes stand before the archive, as with programs that unpack themselves. */
  readonly shift: number;
}

/** All members, in the directory's order. */
export function readZip(source: ByteSource): ZipEntry[] {
  const directory = findDirectory(source);
  if (directory.count > MOST_ENTRIES) throw corrupt(`${directory.count} members`, directory.offset);
  const bytes = exactly(source, directory.offset, directory.size);
  const entries: ZipEntry[] = [];
  for (let at = 0; entries.length < directory.count;) {
    const place = directory.offset + at;
    if (at + 46 > bytes.length || bytes.readUInt32LE(at) !== DIRECTORY_ENTRY) {
      throw corrupt('a directory with fewer members than it declares', place);
    }
    const end =
      at + 46 + bytes.readUInt16LE(at + 28) + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
    if (end > bytes.length) throw corrupt('a directory that ends too early', place);
    entries.push(parseEntry(bytes.subarray(at, end), directory, place));
    at = end;
  }
  return withLimits(entries, directory.offset);
}

/** The first bytes of a member, at most `most` of them, without unpacking the rest. */
export function readZipHead(source: ByteSource, entry: ZipEntry, most: number): Uint8Array {
  const start = dataStart(source, entry);
  const packed = exactly(source, start, Math.min(entry.packed.size, most * 2 + 64));
  if (entry.packed.method === STORED) return packed.subarray(0, most);
  try {
    return inflateRawSync(packed, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, most);
  } catch (error) {
    throw new FormatError('zip', (error as Error).message, entry.offset, error);
  }
}

export async function* readZipMember(
  source: ByteSource,
  entry: ZipEntry,
): AsyncGenerator<Uint8Array, void, void> {
  const start = dataStart(source, entry);
  let size = 0;
  let crc = 0;
  for await (const chunk of plainBytes(source, entry, start)) {
    size += chunk.length;
    if (size > entry.size) throw corrupt('a member with more bytes than it declares', entry.offset);
    crc = crc32(chunk, crc);
    yield chunk;
  }
  if (size !== entry.size) throw corrupt('a member with fewer bytes than it declares', entry.offset);
  if (crc !== entry.packed.crc) throw corrupt('a member whose checksum is wrong', entry.offset);
}

function plainBytes(
  source: ByteSource,
  entry: ZipEntry,
  start: number,
): Iterable<Uint8Array> | AsyncIterable<Uint8Array> {
  const { size, method } = entry.packed;
  if (method === STORED) return chunks(source, start, start + size);
  if (size > SMALL || entry.size > SMALL)
    return throughZlib(chunks(source, start, start + size), createInflateRaw, 'zip');
  return [inflateSmall(exactly(source, start, size), entry)];
}

function inflateSmall(packed: Buffer, { size, offset }: ZipEntry): Buffer {
  try {
    // Room for one byte more tells whether there is one.
    return inflateRawSync(packed, { chunkSize: Math.max(size + 1, 64), maxOutputLength: size + 1 });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ERR_BUFFER_TOO_LARGE') throw corrupt('a member with more bytes than it declares', offset);
    if (code === 'Z_BUF_ERROR') throw new FormatError('zip', 'the file ends too early', offset, error);
    if (code?.startsWith('Z_') === true) throw new FormatError('zip', message, offset, error);
    throw error;
  }
}

function findDirectory(source: ByteSource): Directory {
  const tailSize = Math.min(source.size, END_SIZE + MOST_COMMENT);
  const tailStart = source.size - tailSize;
  const tail = exactly(source, tailStart, tailSize);
  for (let at = tailSize - END_SIZE; at >= 0; at--) {
    if (tail.readUInt32LE(at) !== END || at + END_SIZE + tail.readUInt16LE(at + 20) > tailSize) continue;
    const end = tailStart + at;
    const directory = findDirectory64(source, end) ?? {
      end,
      disk: tail.readUInt16LE(at + 4),
      count: tail.readUInt16LE(at + 10),
      size: tail.readUInt32LE(at + 12),
      offset: tail.readUInt32LE(at + 16),
    };
    if (directory.disk !== 0) throw corrupt('one part of an archive of several', end);
    if (directory.size > MOST_DIRECTORY) throw corrupt(`a directory of ${directory.size} bytes`, end);
    const offset = directory.end - directory.size;
    const shift = offset - directory.offset;
    if (shift < 0) throw corrupt('a directory that lies outside of the file', end);
    return { offset, size: directory.size, count: directory.count, shift };
  }
  throw corrupt('there is no directory at the end: no zip, or one that was cut off', source.size);
}

function findDirectory64(source: ByteSource, end: number) {
  if (end < 20) return undefined;
  const locator = exactly(source, end - 20, 20);
  if (locator.readUInt32LE(0) !== LOCATOR64) return undefined;
  // Where something stands before the archive, the declared place is wrong by as much.
  for (const at of [safe(locator.readBigUInt64LE(8), end), end - 20 - 56]) {
    if (at < 0 || at + 56 > end) continue;
    const record = exactly(source, at, 56);
    if (record.readUInt32LE(0) !== END64) continue;
    return {
      end: at,
      disk: record.readUInt32LE(16),
      count: safe(record.readBigUInt64LE(32), at),
      size: safe(record.readBigUInt64LE(40), at),
      offset: safe(record.readBigUInt64LE(48), at),
    };
  }
  throw corrupt('a zip64 directory that is missing', end);
}

function parseEntry(bytes: Buffer, directory: Directory, place: number): ZipEntry {
  const madeBy = bytes[5]!;
  const flags = bytes.readUInt16LE(8);
  const method = bytes.readUInt16LE(10);
  const nameEnd = 46 + bytes.readUInt16LE(28);
  const extra = bytes.subarray(nameEnd, nameEnd + bytes.readUInt16LE(30));
  const [size, packedSize, offset] = wideNumbers(
    extra,
    [bytes.readUInt32LE(24), bytes.readUInt32LE(20), bytes.readUInt32LE(42)],
    place,
  );
  const path = bytes.toString('utf8', 46, nameEnd);
  const unixMode = madeBy === 3 || madeBy === 19 ? bytes.readUInt32LE(38) >>> 16 : 0;
  const isLink = (unixMode & 0o170000) === 0o120000;
  return {
    path,
    type: isLink ? 'symlink' : path.endsWith('/') ? 'folder' : 'file',
    mode: unixMode === 0 ? undefined : unixMode & 0o7777,
    size: size!,
    refused: refusal(flags, method, path),
    offset: offset! + directory.shift,
    packed: { size: packedSize!, method, crc: bytes.readUInt32LE(16), limit: directory.offset },
  };
}

function refusal(flags: number, method: number, path: string): string | undefined {
  if ((flags & 1) !== 0) return 'it is encrypted';
  if (method !== STORED && method !== DEFLATED) return `its compression, number ${method}, is not read`;
  return path.includes('\0') ? 'its name holds a NUL' : undefined;
}

/** Numbers that don't fit are all ones, and follow, in this order, in the zip64 field. */
function wideNumbers(extra: Buffer, numbers: readonly number[], place: number): number[] {
  if (!numbers.includes(0xffffffff)) return [...numbers];
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1) continue;
    const field = extra.subarray(at + 4, at + 4 + extra.readUInt16LE(at + 2));
    let next = 0;
    return numbers.map((number) => {
      if (number !== 0xffffffff) return number;
      if (next + 8 > field.length) throw corrupt('a zip64 field that is too short', place);
      next += 8;
      return safe(field.readBigUInt64LE(next - 8), place);
    });
  }
  return [...numbers];
}

/** Members may not share bytes; those that do are refused, all of them. */
function withLimits(entries: readonly ZipEntry[], directoryOffset: number): ZipEntry[] {
  const order = entries.map((_, index) => index).sort((a, b) => entries[a]!.offset - entries[b]!.offset);
  const result = [...entries];
  let reached = 0;
  for (const [position, index] of order.entries()) {
    const entry = entries[index]!;
    const following = order[position + 1];
    const limit = following === undefined ? directoryOffset : entries[following]!.offset;
    const end = entry.offset + 30 + entry.packed.size;
    const overlaps = end > limit || entry.offset < reached;
    result[index] = {
      ...entry,
      refused: entry.refused ?? (overlaps ? 'its bytes overlap those of another member' : undefined),
      packed: { ...entry.packed, limit },
    };
    reached = Math.max(reached, end);
  }
  return result;
}

function dataStart(source: ByteSource, entry: ZipEntry): number {
  if (entry.refused !== undefined) throw corrupt(`a member can't be read: ${entry.refused}`, entry.offset);
  const header = exactly(source, entry.offset, 30);
  if (header.readUInt32LE(0) !== MEMBER) throw corrupt('a member without its header', entry.offset);
  if (header.readUInt16LE(8) !== entry.packed.method) {
    throw corrupt('a member whose header contradicts the directory', entry.offset);
  }
  const start = entry.offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
  if (start + entry.packed.size > entry.packed.limit) {
    throw corrupt('a member whose bytes overlap those of another', entry.offset);
  }
  return start;
}

async function* chunks(
  source: ByteSource,
  start: number,
  end: number,
): AsyncGenerator<Uint8Array, void, void> {
  for (let at = start; at < end; at += CHUNK) yield exactly(source, at, Math.min(CHUNK, end - at));
}

function exactly(source: ByteSource, offset: number, length: number): Buffer {
  const bytes = source.read(offset, length);
  if (bytes.length < length) throw corrupt('the file ends too early', offset + bytes.length);
  return bytes;
}

function safe(number: bigint, place: number): number {
  if (number > BigInt(Number.MAX_SAFE_INTEGER)) throw corrupt('a number that is too large', place);
  return Number(number);
}

function corrupt(message: string, offset: number): FormatError {
  return new FormatError('zip', message, offset);
}

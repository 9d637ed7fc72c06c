/**
 * tar, read as a stream: POSIX ustar, PAX and GNU long names, as dpkg, GNU tar, npm and Python write them.
 *
 * A tar is a row of 512-byte blocks: a header, then the member's bytes padded to a full block. Members of type `x`, `g`,
 * `L` and `K` describe the next member (or, `g`, all that follow) and are not members themselves. Programs disagree about
 * odd archives, and disagreement is how archives smuggle files past a check, so this reader follows the strictest
 * of them: checksums must be right, numbers must be numbers, names hold no NUL, what describes the next member is
 * bounded, and sparse files and unknown types are refused instead of being skipped. As in Go's and Python's readers,
 * only regular files have bytes, whatever size a link or folder claims.
 *
 * Paths are as written: whoever puts them on a disk has to judge them.
 */
import { ByteReader, MemberBody } from './byte-reader.ts';
import { FormatError } from './format-error.ts';
import { parsePax, paxNumber, type PaxAttributes } from './pax.ts';

export type TarEntryType =
  | 'file'
  | 'folder'
  | 'symlink'
  | 'hardlink'
  | 'character-device'
  | 'block-device'
  | 'fifo';

export interface TarEntry {
  readonly path: string;
  readonly type: TarEntryType;
  /** Permission bits with setuid, setgid and sticky; nothing of the type. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Of a file's bytes; 0 for all others. */
  readonly size: number;
  /** Seconds, with a fraction where PAX has one. */
  readonly mtime: number;
  /** Of symlinks and hard links. */
  readonly linkTarget: string | undefined;
  readonly xattrs: ReadonlyMap<string, Uint8Array>;
  /** All that PAX says of it, the xattrs among it. */
  readonly pax: PaxAttributes;
  /** The names of owner and group in the header; empty where it has none. */
  readonly user: string;
  readonly group: string;
  readonly device: { readonly major: number; readonly minor: number } | undefined;
  /** To be read before the next entry is asked for, or not at all. */
  readonly body: AsyncIterable<Uint8Array>;
  /** Of the entry's own header, for messages. */
  readonly offset: number;
}

const BLOCK = 512;
const MOST_DESCRIPTION = 1024 * 1024;
/** How much padding after the end of the archive is read, so that a compressor's check sum at the end is reached. */
const MOST_TRAILER = 16 * 1024 * 1024;
const NO_XATTRS: ReadonlyMap<string, Uint8Array> = new Map();

const TYPES: Readonly<Record<string, TarEntryType>> = {
  '0': 'file',
  '\0': 'file',
  '7': 'file',
  '1': 'hardlink',
  '2': 'symlink',
  '3': 'character-device',
  '4': 'block-device',
  '5': 'folder',
  '6': 'fifo',
};

/** What `x`, `L` and `K` said about the member that comes next. */
interface Description {
  pax?: PaxAttributes;
  path?: string;
  linkTarget?: string;
}

interface TarOptions {
  /** Goes on after an end mark, because several archives stand one after the other, as in an .apk. */
  readonly joined?: boolean;
}

export async function* readTar(
  bytes: AsyncIterable<Uint8Array>,
  { joined = false }: TarOptions = {},
): AsyncGenerator<TarEntry, void, void> {
  const reader = new ByteReader(bytes, 'tar');
  let globals: PaxAttributes = new Map();
  let next: Description = {};
  try {
    for (;;) {
      const offset = reader.offset;
      const header = await reader.readOrEnd(BLOCK);
      if (joined && header !== undefined && isZero(header)) continue;
      if (header === undefined || isZero(header)) {
        if (Object.keys(next).length > 0)
          throw new FormatError('tar', 'a long name without its member', offset);
        if (header !== undefined) await drain(reader);
        return;
      }
      verifyChecksum(header, offset);
      const type = String.fromCharCode(header[156]!);
      if (type === 'x' || type === 'g' || type === 'L' || type === 'K') {
        const size = parseSize(header, offset);
        if (size > MOST_DESCRIPTION) throw new FormatError('tar', `a description of ${size} bytes`, offset);
        // The block's bytes are only valid until the next read.
        const text = Uint8Array.from(await reader.read(size));
        await reader.skip(padding(size));
        if (type === 'g') globals = new Map([...globals, ...parsePax(text, offset)]);
        else if (type === 'x') next.pax = parsePax(text, offset);
        else if (type === 'L') next.path = cString(text);
        else next.linkTarget = cString(text);
        continue;
      }
      if (type === 'V') continue;
      const pax = next.pax === undefined ? globals : new Map([...globals, ...next.pax]);
      const { size, ...entry } = parseEntry(header, type, pax, next, offset);
      next = {};
      const body = new MemberBody(reader, size);
      yield { ...entry, size, body };
      await body.finish();
      await reader.skip(padding(size));
    }
  } finally {
    await reader.close();
  }
}

function parseEntry(
  header: Uint8Array,
  typeFlag: string,
  pax: PaxAttributes,
  described: Description,
  offset: number,
): Omit<TarEntry, 'body'> {
  for (const key of pax.keys()) {
    if (key.startsWith('GNU.sparse.')) throw new FormatError('tar', 'sparse files are not read', offset);
  }
  let type = TYPES[typeFlag];
  if (typeFlag === 'S') throw new FormatError('tar', 'sparse files are not read', offset);
  if (type === undefined)
    throw new FormatError('tar', `a member of unknown type ${JSON.stringify(typeFlag)}`, offset);
  const path = paxText(pax, 'path', offset) ?? described.path ?? headerPath(header);
  if (path === '') throw new FormatError('tar', 'a member without a name', offset);
  // Before ustar a folder was a file whose name ends in a slash.
  if (type === 'file' && path.endsWith('/')) type = 'folder';
  const isLink = type === 'symlink' || type === 'hardlink';
  const linkTarget = isLink
    ? (paxText(pax, 'linkpath', offset) ?? described.linkTarget ?? cString(header.subarray(157, 257)))
    : undefined;
  if (linkTarget === '') throw new FormatError('tar', 'a link without a target', offset);
  const isDevice = type === 'character-device' || type === 'block-device';
  const size = paxNumber(pax, 'size', offset) ?? parseSize(header, offset);
  if (!Number.isSafeInteger(size) || size < 0) throw new FormatError('tar', `a size of ${size}`, offset);
  return {
    path,
    type,
    mode: parseNumber(header, 100, 8, offset) & 0o7777,
    uid: paxNumber(pax, 'uid', offset) ?? parseNumber(header, 108, 8, offset),
    gid: paxNumber(pax, 'gid', offset) ?? parseNumber(header, 116, 8, offset),
    size: type === 'file' ? size : 0,
    mtime: paxNumber(pax, 'mtime', offset) ?? parseNumber(header, 136, 12, offset),
    linkTarget,
    xattrs: paxXattrs(pax),
    pax,
    user: cString(header.subarray(265, 297)),
    group: cString(header.subarray(297, 329)),
    device: isDevice
      ? { major: parseNumber(header, 329, 8, offset), minor: parseNumber(header, 337, 8, offset) }
      : undefined,
    offset,
  };
}

/** GNU's own headers keep other things where POSIX keeps the first part of a long name. */
function headerPath(header: Uint8Array): string {
  const name = cString(header.subarray(0, 100));
  const posix = Buffer.from(header.buffer, header.byteOffset + 257, 6).toString('latin1') === 'ustar\0';
  const prefix = posix ? cString(header.subarray(345, 500)) : '';
  return prefix === '' ? name : `${prefix}/${name}`;
}

function paxText(pax: PaxAttributes, key: string, offset: number): string | undefined {
  const value = pax.get(key);
  if (value === undefined || value.length === 0) return undefined;
  if (value.includes(0)) throw new FormatError('tar', `a NUL in the PAX attribute ${key}`, offset);
  return Buffer.from(value).toString('utf8');
}

function paxXattrs(pax: PaxAttributes): ReadonlyMap<string, Uint8Array> {
  let xattrs: Map<string, Uint8Array> | undefined;
  for (const [key, value] of pax) {
    if (!key.startsWith('SCHILY.xattr.')) continue;
    xattrs ??= new Map();
    xattrs.set(key.slice('SCHILY.xattr.'.length), value);
  }
  return xattrs ?? NO_XATTRS;
}

function parseSize(header: Uint8Array, offset: number): number {
  return parseNumber(header, 124, 12, offset);
}

/** Octal digits, or, where the first bit is set, GNU's big-endian two's complement. */
function parseNumber(header: Uint8Array, at: number, length: number, offset: number): number {
  const field = header.subarray(at, at + length);
  const first = field[0]!;
  if (first >= 0x80) {
    let value = BigInt.asIntN(7, BigInt(first & 0x7f));
    for (const byte of field.subarray(1)) value = value * 256n + BigInt(byte);
    const number = Number(value);
    if (!Number.isSafeInteger(number))
      throw new FormatError('tar', 'a number that is too large', offset + at);
    return number;
  }
  const text = cString(field).trim();
  if (text === '') return 0;
  if (!/^[0-7]+$/.test(text))
    throw new FormatError('tar', `${JSON.stringify(text)} is no octal number`, offset + at);
  return Number.parseInt(text, 8);
}

/** The sum of all bytes with the sum's own field taken as spaces; some old programs summed signed bytes. */
function verifyChecksum(header: Uint8Array, offset: number): void {
  let unsigned = 0;
  let signed = 0;
  for (let index = 0; index < BLOCK; index++) {
    const byte = index >= 148 && index < 156 ? 32 : header[index]!;
    unsigned += byte;
    signed += byte < 128 ? byte : byte - 256;
  }
  const expected = parseNumber(header, 148, 8, offset);
  if (expected !== unsigned && expected !== signed) {
    throw new FormatError('tar', 'a header whose checksum is wrong', offset);
  }
}

async function drain(reader: ByteReader): Promise<void> {
  for (let left = MOST_TRAILER; left > 0;) {
    const piece = await reader.readSome(left);
    if (piece === undefined) return;
    left -= piece.length;
  }
}

function isZero(block: Uint8Array): boolean {
  return block.every((byte) => byte === 0);
}

function padding(size: number): number {
  return (BLOCK - (size % BLOCK)) % BLOCK;
}

function cString(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  const length = end === -1 ? bytes.length : end;
  return Buffer.from(bytes.buffer, bytes.byteOffset, length).toString('utf8');
}

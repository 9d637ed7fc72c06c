/**
 * cpio of the "new" kind (070701, and 070702 with checksums), read as a stream: what is inside of rpm packages and
 * initial ram disks.
 *
 * A file with several names comes once per name, and only the last of them brings the bytes. So a name without bytes is
 * held back until they arrive, and then follows as a link to the name that has them.
 */
import { ByteReader, MemberBody } from './byte-reader.ts';
import { FormatError } from './format-error.ts';

export interface CpioEntry {
  readonly path: string;
  readonly type: 'file' | 'folder' | 'symlink' | 'hardlink' | 'other';
  /** Permission bits with setuid, setgid and sticky. */
  readonly mode: number;
  readonly size: number;
  /** Of symlinks and hard links. */
  readonly linkTarget: string | undefined;
  /** To be read before the next entry is asked for, or not at all. */
  readonly body: AsyncIterable<Uint8Array>;
  /** Of the entry's own header. */
  readonly offset: number;
}

const HEADER = 110;
const MOST_NAME = 64 * 1024;
const MOST_WAITING_NAMES = 100_000;
const MOST_TRAILER = 16 * 1024 * 1024;
const LAST = 'TRAILER!!!';

interface Header {
  readonly inode: string;
  readonly mode: number;
  readonly linkCount: number;
  readonly size: number;
  readonly nameSize: number;
}

export async function* readCpio(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<CpioEntry, void, void> {
  const reader = new ByteReader(bytes, 'cpio');
  const waiting = new Map<string, CpioEntry[]>();
  let waitingNames = 0;
  try {
    for (;;) {
      const offset = reader.offset;
      const header = parseHeader(await reader.read(HEADER), offset);
      const path = await readName(reader, header.nameSize, offset);
      if (path === LAST) break;
      const type = entryType(header.mode);
      const common = { path, mode: header.mode & 0o7777, offset };
      if (type === 'symlink') {
        if (header.size > MOST_NAME) throw new FormatError('cpio', 'a link target that is too long', offset);
        const linkTarget = text(await reader.read(header.size));
        await reader.skip(padding(header.size));
        yield { ...common, type, size: 0, linkTarget, body: emptyBody() };
        continue;
      }
      const linked = type === 'file' && header.linkCount > 1;
      if (linked && header.size === 0) {
        if (++waitingNames > MOST_WAITING_NAMES) throw new FormatError('cpio', 'too many hard links', offset);
        const entry: CpioEntry = { ...common, type, size: 0, linkTarget: undefined, body: emptyBody() };
        waiting.set(header.inode, [...(waiting.get(header.inode) ?? []), entry]);
        continue;
      }
      const body = new MemberBody(reader, header.size);
      yield { ...common, type, size: header.size, linkTarget: undefined, body };
      await body.finish();
      await reader.skip(padding(header.size));
      if (!linked) continue;
      for (const entry of waiting.get(header.inode) ?? [])
        yield { ...entry, type: 'hardlink', linkTarget: path };
      waiting.delete(header.inode);
    }
    await drain(reader);
    // Names whose bytes never came: one empty file under several names.
    for (const entry of [...waiting.values()].flat()) yield entry;
  } finally {
    await reader.close();
  }
}

/** Padding follows the end mark, and behind it, unread, would be a compressor's checksum. */
async function drain(reader: ByteReader): Promise<void> {
  for (let left = MOST_TRAILER; left > 0;) {
    const piece = await reader.readSome(left);
    if (piece === undefined) return;
    left -= piece.length;
  }
}

function parseHeader(bytes: Uint8Array, offset: number): Header {
  const header = text(bytes);
  const magic = header.slice(0, 6);
  if (magic === '07070X')
    throw new FormatError('cpio', 'the form of rpm for files above 4 GB is not read', offset);
  if (magic !== '070701' && magic !== '070702') throw new FormatError('cpio', 'no cpio header', offset);
  const field = (index: number): string => header.slice(6 + index * 8, 14 + index * 8);
  const number = (index: number): number => {
    if (!/^[0-9a-fA-F]{8}$/.test(field(index))) {
      throw new FormatError('cpio', `${JSON.stringify(field(index))} is no number`, offset + 6 + index * 8);
    }
    return Number.parseInt(field(index), 16);
  };
  return {
    inode: `${field(7)}${field(8)}${field(0)}`,
    mode: number(1),
    linkCount: number(4),
    size: number(6),
    nameSize: number(11),
  };
}

async function readName(reader: ByteReader, size: number, offset: number): Promise<string> {
  if (size < 2 || size > MOST_NAME) throw new FormatError('cpio', `a name of ${size} bytes`, offset);
  const name = text(await reader.read(size));
  await reader.skip(padding(HEADER + size));
  if (name.indexOf('\0') !== size - 1 && name.indexOf('\0') !== name.length - 1) {
    throw new FormatError('cpio', 'a name that does not end with NUL', offset);
  }
  return name.slice(0, -1);
}

function entryType(mode: number): CpioEntry['type'] {
  switch (mode & 0o170000) {
    case 0o100000:
      return 'file';
    case 0o040000:
      return 'folder';
    case 0o120000:
      return 'symlink';
    default:
      return 'other';
  }
}

function padding(size: number): number {
  return (4 - (size % 4)) % 4;
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
}

async function* emptyBody(): AsyncGenerator<Uint8Array, void, void> {}

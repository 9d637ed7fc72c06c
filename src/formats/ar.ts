/**
 * ar, read as a stream: Debian packages and static libraries. Long names are either in GNU's `//` member, which comes
 * before its users, or, as BSD does it, in front of the member's own bytes. Symbol tables are not handed on.
 */
import { ByteReader, MemberBody } from './byte-reader.ts';
import { FormatError } from './format-error.ts';

export interface ArEntry {
  readonly name: string;
  readonly size: number;
  readonly mtime: number;
  readonly uid: number;
  readonly gid: number;
  readonly mode: number;
  /** Of the member's first byte within the archive. */
  readonly offset: number;
  /** To be read before the next entry is asked for, or not at all. */
  readonly body: AsyncIterable<Uint8Array>;
}

const MAGIC = '!<arch>\n';
const HEADER = 60;
const MOST_NAMES = 64 * 1024 * 1024;
const MOST_BSD_NAME = 64 * 1024;

export async function* readAr(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<ArEntry, void, void> {
  const reader = new ByteReader(bytes, 'ar');
  let longNames: Buffer | undefined;
  try {
    const magic = latin1((await reader.readOrEnd(MAGIC.length)) ?? new Uint8Array(0));
    if (magic === '!<thin>\n')
      throw new FormatError('ar', 'a thin archive holds no files, only their names', 0);
    if (magic !== MAGIC) throw new FormatError('ar', 'no ar archive', 0);
    for (;;) {
      const at = reader.offset;
      const header = await reader.readOrEnd(HEADER);
      // Some writers leave out the padding byte of the last member, some add a line break.
      if (header === undefined) return;
      const fields = parseHeader(latin1(header), at);
      const pad = fields.size % 2;
      if (fields.rawName === '//') {
        if (fields.size > MOST_NAMES) throw new FormatError('ar', 'a table of names that is too large', at);
        longNames = Buffer.from(await reader.read(fields.size));
        await skipPadding(reader, pad);
        continue;
      }
      const { name, size } = await resolveName(reader, fields, longNames, at);
      if (isSymbolTable(name, fields.rawName)) {
        await reader.skip(size);
      } else {
        const { mtime, uid, gid, mode } = fields;
        const body = new MemberBody(reader, size);
        yield { name, size, mtime, uid, gid, mode, offset: reader.offset, body };
        await body.finish();
      }
      await skipPadding(reader, pad);
    }
  } finally {
    await reader.close();
  }
}

interface Fields {
  /** Without the spaces that fill it up. */
  readonly rawName: string;
  readonly mtime: number;
  readonly uid: number;
  readonly gid: number;
  readonly mode: number;
  readonly size: number;
}

function parseHeader(header: string, at: number): Fields {
  if (header.slice(58) !== '`\n') throw new FormatError('ar', 'a member header without its end mark', at);
  const number = (from: number, to: number, radix: 8 | 10): number => {
    const text = header.slice(from, to).trim();
    if (text === '') return 0;
    if (!(radix === 8 ? /^[0-7]+$/ : /^[0-9]+$/).test(text)) {
      throw new FormatError('ar', `${JSON.stringify(text)} is no number`, at + from);
    }
    return Number.parseInt(text, radix);
  };
  return {
    rawName: header.slice(0, 16).trimEnd(),
    mtime: number(16, 28, 10),
    uid: number(28, 34, 10),
    gid: number(34, 40, 10),
    mode: number(40, 48, 8),
    size: number(48, 58, 10),
  };
}

async function resolveName(
  reader: ByteReader,
  { rawName, size }: Fields,
  longNames: Buffer | undefined,
  at: number,
): Promise<{ name: string; size: number }> {
  const bsd = /^#1\/([0-9]+)$/.exec(rawName);
  if (bsd !== null) {
    const length = Number(bsd[1]);
    if (length > size || length > MOST_BSD_NAME)
      throw new FormatError('ar', 'a name longer than its member', at);
    const name = utf8(await reader.read(length)).replace(/\0+$/, '');
    return { name, size: size - length };
  }
  const gnu = /^\/([0-9]+)$/.exec(rawName);
  if (gnu === null) return { name: /^\/./.test(rawName) ? rawName : rawName.replace(/(?<=.)\/$/, ''), size };
  const start = Number(gnu[1]);
  if (longNames === undefined || start >= longNames.length) {
    throw new FormatError('ar', `the long name ${rawName} is not in the table`, at);
  }
  const newline = longNames.indexOf(0x0a, start);
  const name = utf8(longNames.subarray(start, newline === -1 ? longNames.length : newline));
  return { name: name.replace(/\/?\0*$/, ''), size };
}

function isSymbolTable(name: string, rawName: string): boolean {
  return rawName === '/' || rawName === '/SYM64/' || name.startsWith('__.SYMDEF');
}

async function skipPadding(reader: ByteReader, pad: number): Promise<void> {
  if (pad > 0) await reader.readSome(pad);
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
}

function utf8(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
}

/**
 * tar as every reader since POSIX.1-2001 understands it, the same bytes for the same members on every machine: ustar
 * headers, numeric owners, and a PAX header in front of whatever ustar has no room for (long or non-ASCII names, large
 * numbers, extended attributes).
 */
import type { TarEntryType } from './tar.ts';

export interface TarHead {
  /** Folders end with a slash. */
  readonly path: string;
  readonly type: TarEntryType;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Whole seconds. */
  readonly mtime: number;
  /** Of a file's bytes, which follow the header, with `tarPadding` after them. */
  readonly size?: number;
  readonly linkTarget?: string;
  readonly device?: { readonly major: number; readonly minor: number };
  /** Base64 by name. */
  readonly xattrs?: Readonly<Record<string, string>> | undefined;
}

const BLOCK = 512;
const TYPE_FLAGS: Readonly<Record<TarEntryType, string>> = {
  file: '0',
  hardlink: '1',
  symlink: '2',
  'character-device': '3',
  'block-device': '4',
  folder: '5',
  fifo: '6',
};

/** The end of an archive. */
export const TAR_END: Uint8Array = Buffer.alloc(2 * BLOCK);

/** What comes between a member's last byte and the next header. */
export function tarPadding(size: number): Uint8Array {
  return Buffer.alloc((BLOCK - (size % BLOCK)) % BLOCK);
}

/** A member's header, and the PAX header before it where one is needed. */
export function tarHeader(head: TarHead): Uint8Array {
  const pax = paxRecords(head);
  const own = headerBlock(head, TYPE_FLAGS[head.type]);
  if (pax.length === 0) return own;
  const before = headerBlock(
    { path: 'PaxHeader', type: 'file', mode: 0o644, uid: 0, gid: 0, mtime: 0, size: pax.length },
    'x',
  );
  return Buffer.concat([before, pax, tarPadding(pax.length), own]);
}

const MOST_ID = 0o7777777;
const MOST_SIZE = 0o77777777777;

function paxRecords({ path, linkTarget, uid, gid, size = 0, mtime, xattrs = {} }: TarHead): Buffer {
  const records: [string, string | Buffer][] = [];
  if (!fits(path)) records.push(['path', path]);
  if (linkTarget !== undefined && !fits(linkTarget)) records.push(['linkpath', linkTarget]);
  if (uid > MOST_ID) records.push(['uid', String(uid)]);
  if (gid > MOST_ID) records.push(['gid', String(gid)]);
  if (size > MOST_SIZE) records.push(['size', String(size)]);
  if (mtime < 0 || mtime > MOST_SIZE) records.push(['mtime', String(mtime)]);
  for (const name of Object.keys(xattrs).sort())
    records.push([`SCHILY.xattr.${name}`, Buffer.from(xattrs[name]!, 'base64')]);
  return Buffer.concat(records.map(([key, value]) => paxRecord(key, Buffer.from(value))));
}

/** Its length counts itself. */
function paxRecord(key: string, value: Buffer): Buffer {
  const rest = Buffer.concat([Buffer.from(` ${key}=`), value, Buffer.from('\n')]);
  let length = rest.length;
  while (rest.length + String(length).length !== length) length = rest.length + String(length).length;
  return Buffer.concat([Buffer.from(String(length)), rest]);
}

/** Into the hundred bytes that a header has, without doubt about their encoding. */
function fits(text: string): boolean {
  // oxlint-disable-next-line no-control-regex
  return text.length <= 100 && /^[\x01-\x7f]*$/.test(text);
}

function headerBlock(head: TarHead, typeFlag: string): Buffer {
  const { path, mode, uid, gid, mtime, size = 0, linkTarget = '', device } = head;
  const header = Buffer.alloc(BLOCK);
  header.write(fits(path) ? path : asciiStart(path), 0, 100, 'latin1');
  number(header, 100, 8, mode);
  number(header, 108, 8, Math.min(uid, MOST_ID));
  number(header, 116, 8, Math.min(gid, MOST_ID));
  number(header, 124, 12, Math.min(size, MOST_SIZE));
  number(header, 136, 12, Math.min(Math.max(mtime, 0), MOST_SIZE));
  header.write(typeFlag, 156, 'latin1');
  header.write(fits(linkTarget) ? linkTarget : asciiStart(linkTarget), 157, 100, 'latin1');
  header.write('ustar\x0000', 257, 'latin1');
  number(header, 329, 8, device?.major ?? 0);
  number(header, 337, 8, device?.minor ?? 0);
  header.fill(' ', 148, 156);
  let sum = 0;
  for (const byte of header) sum += byte;
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return header;
}

function number(header: Buffer, at: number, width: number, value: number): void {
  header.write(`${value.toString(8).padStart(width - 1, '0')}\0`, at, 'latin1');
}

/** For readers that don't know PAX, so that they have some name. */
function asciiStart(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, '_').slice(0, 100);
}

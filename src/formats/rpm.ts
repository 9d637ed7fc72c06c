/**
 * rpm packages: a lead of 96 bytes that nobody reads any more, a header with signatures, the header proper, and a
 * compressed cpio. A header is an index of tags (tag, type, offset, count; big-endian) before a heap of values.
 */
import { ByteReader } from './byte-reader.ts';
import { decompressIfCompressed } from './decompress.ts';
import { FormatError } from './format-error.ts';

export interface RpmPackage {
  readonly name: string;
  readonly version: string;
  readonly release: string;
  /** As rpm names it: `x86_64`, `noarch`. */
  readonly arch: string;
  readonly os: string;
  /** Names alone, as in `libc.so.6(GLIBC_2.34)(64bit)`; versions are not kept. */
  readonly requires: readonly string[];
  readonly provides: readonly string[];
  /** Decompressed: a cpio. To be read once, or not at all. */
  readonly payload: AsyncIterable<Uint8Array>;
}

const LEAD = 96;
const LEAD_MAGIC = 0xedabeedb;
const HEADER_MAGIC = 0x8eade801;
/** rpm's own limits are 64 k tags and 256 MB. */
const MOST_TAGS = 65_536;
const MOST_HEAP = 64 * 1024 * 1024;
const MOST_VALUES = 1_000_000;
const MOST_PIECE = 1024 * 1024;

const TAG = {
  name: 1000,
  version: 1001,
  release: 1002,
  os: 1021,
  arch: 1022,
  provides: 1047,
  requires: 1049,
  payloadFormat: 1124,
} as const;

const STRING = 6;
const STRING_ARRAY = 8;
const TRANSLATED_STRING = 9;

export async function readRpm(bytes: AsyncIterable<Uint8Array>): Promise<RpmPackage> {
  const reader = new ByteReader(bytes, 'rpm');
  const lead = Buffer.from(await reader.read(LEAD));
  if (lead.readUInt32BE(0) !== LEAD_MAGIC) throw new FormatError('rpm', 'no rpm package', 0);
  await readHeader(reader);
  await reader.skip((8 - (reader.offset % 8)) % 8);
  const header = await readHeader(reader);
  const format = header.get(TAG.payloadFormat)?.[0] ?? 'cpio';
  if (format !== 'cpio')
    throw new FormatError('rpm', `a payload of kind ${format} is not read`, reader.offset);
  const text = (tag: number): string => header.get(tag)?.[0] ?? '';
  if (text(TAG.name) === '') throw new FormatError('rpm', 'a package without a name', reader.offset);
  return {
    name: text(TAG.name),
    version: text(TAG.version),
    release: text(TAG.release),
    arch: text(TAG.arch),
    os: text(TAG.os),
    requires: header.get(TAG.requires) ?? [],
    provides: header.get(TAG.provides) ?? [],
    payload: readPayload(reader),
  };
}

/** The tags that hold text, of those that are asked for. */
async function readHeader(reader: ByteReader): Promise<Map<number, string[]>> {
  const start = reader.offset;
  const intro = Buffer.from(await reader.read(16));
  if (intro.readUInt32BE(0) !== HEADER_MAGIC) throw new FormatError('rpm', 'no header', start);
  const count = intro.readUInt32BE(8);
  const heapSize = intro.readUInt32BE(12);
  if (count > MOST_TAGS || heapSize > MOST_HEAP)
    throw new FormatError('rpm', 'a header that is too large', start);
  const index = Buffer.from(await reader.read(count * 16));
  const heap = Buffer.from(await reader.read(heapSize));
  const wanted = new Set<number>(Object.values(TAG));
  const tags = new Map<number, string[]>();
  for (let at = 0; at < index.length; at += 16) {
    const tag = index.readUInt32BE(at);
    const type = index.readUInt32BE(at + 4);
    if (!wanted.has(tag) || ![STRING, STRING_ARRAY, TRANSLATED_STRING].includes(type)) continue;
    const values = type === STRING ? 1 : index.readUInt32BE(at + 12);
    tags.set(tag, readStrings(heap, index.readUInt32BE(at + 8), values, start));
  }
  return tags;
}

function readStrings(heap: Buffer, offset: number, count: number, start: number): string[] {
  if (count > MOST_VALUES) throw new FormatError('rpm', `a tag of ${count} values`, start);
  const values: string[] = [];
  for (let at = offset; values.length < count;) {
    const end = at < heap.length ? heap.indexOf(0, at) : -1;
    if (end === -1) throw new FormatError('rpm', 'a value that ends after its header', start);
    values.push(heap.toString('utf8', at, end));
    at = end + 1;
  }
  return values;
}

async function* readPayload(reader: ByteReader): AsyncGenerator<Uint8Array, void, void> {
  const rest = async function* (): AsyncGenerator<Uint8Array, void, void> {
    try {
      for (let piece = await reader.readSome(MOST_PIECE); piece !== undefined;) {
        yield piece;
        piece = await reader.readSome(MOST_PIECE);
      }
    } finally {
      await reader.close();
    }
  };
  yield* decompressIfCompressed(rest());
}

/** Small writers of zip, cpio and the packages made of them; see archives.ts for tar and ar. */
import { crc32, deflateRawSync, gzipSync } from 'node:zlib';
import { tar, type TarMember } from './archives.ts';

export interface ZipMember {
  readonly path: string;
  readonly bytes?: Uint8Array | string;
  readonly stored?: boolean;
  /** Permission bits, or with a type for links. */
  readonly mode?: number;
  /** Sizes follow the bytes, and the header before them has none. */
  readonly descriptor?: boolean;
  readonly zip64?: boolean;
  readonly flags?: number;
  readonly method?: number;
  /** What the directory says instead of the truth. */
  readonly declared?: { readonly size?: number; readonly crc?: number; readonly offset?: number };
}

interface ZipOptions {
  readonly before?: Uint8Array;
  readonly comment?: string;
  readonly zip64?: boolean;
  readonly count?: number;
}

export function zip(members: readonly ZipMember[], options: ZipOptions = {}): Buffer {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const member of members) {
    const plain = Buffer.from(member.bytes ?? '');
    const packed = member.stored === true ? plain : deflateRawSync(plain);
    const method = member.method ?? (member.stored === true ? 0 : 8);
    const flags = (member.flags ?? 0) | (member.descriptor === true ? 8 : 0);
    const crc = crc32(plain);
    const name = Buffer.from(member.path);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(flags, 6);
    local.writeUInt16LE(method, 8);
    if (member.descriptor !== true) {
      local.writeUInt32LE(crc, 14);
      local.writeUInt32LE(packed.length, 18);
      local.writeUInt32LE(plain.length, 22);
    }
    local.writeUInt16LE(name.length, 26);
    const trailer = Buffer.alloc(member.descriptor === true ? 16 : 0);
    if (member.descriptor === true) {
      trailer.writeUInt32LE(0x08074b50, 0);
      trailer.writeUInt32LE(crc, 4);
      trailer.writeUInt32LE(packed.length, 8);
      trailer.writeUInt32LE(plain.length, 12);
    }
    directory.push(
      directoryEntry(member, { name, flags, method, crc, packed: packed.length, size: plain.length, offset }),
    );
    const whole = Buffer.concat([local, name, packed, trailer]);
    bodies.push(whole);
    offset += whole.length;
  }
  const entries = Buffer.concat(directory);
  const count = options.count ?? members.length;
  const before = Buffer.from(options.before ?? '');
  return Buffer.concat([
    before,
    ...bodies,
    entries,
    zipEnd(entries.length, offset, count, before.length, options),
  ]);
}

interface Written {
  readonly name: Buffer;
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  readonly offset: number;
}

function directoryEntry(
  member: ZipMember,
  { name, flags, method, crc, packed, size, offset }: Written,
): Buffer {
  const declared = { size, crc, offset, ...member.declared };
  const extra = Buffer.alloc(member.zip64 === true ? 28 : 0);
  if (member.zip64 === true) {
    extra.writeUInt16LE(1, 0);
    extra.writeUInt16LE(24, 2);
    extra.writeBigUInt64LE(BigInt(declared.size), 4);
    extra.writeBigUInt64LE(BigInt(packed), 12);
    extra.writeBigUInt64LE(BigInt(declared.offset), 20);
  }
  const head = Buffer.alloc(46);
  head.writeUInt32LE(0x02014b50, 0);
  head[5] = member.mode === undefined ? 0 : 3;
  head.writeUInt16LE(flags, 8);
  head.writeUInt16LE(method, 10);
  head.writeUInt32LE(declared.crc, 16);
  head.writeUInt32LE(member.zip64 === true ? 0xffffffff : packed, 20);
  head.writeUInt32LE(member.zip64 === true ? 0xffffffff : declared.size, 24);
  head.writeUInt16LE(name.length, 28);
  head.writeUInt16LE(extra.length, 30);
  const mode = member.mode ?? 0;
  head.writeUInt32LE((mode < 0o10000 && mode > 0 ? mode | 0o100000 : mode) * 0x10000, 38);
  head.writeUInt32LE(member.zip64 === true ? 0xffffffff : declared.offset, 42);
  return Buffer.concat([head, name, extra]);
}

function zipEnd(size: number, offset: number, count: number, shift: number, options: ZipOptions): Buffer {
  const wide = options.zip64 === true;
  const comment = Buffer.from(options.comment ?? '');
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(wide ? 0xffff : Math.min(count, 0xffff), 8);
  end.writeUInt16LE(wide ? 0xffff : Math.min(count, 0xffff), 10);
  end.writeUInt32LE(wide ? 0xffffffff : size, 12);
  end.writeUInt32LE(wide ? 0xffffffff : offset, 16);
  end.writeUInt16LE(comment.length, 20);
  if (!wide) return Buffer.concat([end, comment]);
  const record = Buffer.alloc(56);
  record.writeUInt32LE(0x06064b50, 0);
  record.writeBigUInt64LE(44n, 4);
  record.writeBigUInt64LE(BigInt(count), 24);
  record.writeBigUInt64LE(BigInt(count), 32);
  record.writeBigUInt64LE(BigInt(size), 40);
  record.writeBigUInt64LE(BigInt(offset), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(offset + size + shift), 8);
  return Buffer.concat([record, locator, end, comment]);
}

export interface CpioMember {
  readonly path: string;
  readonly bytes?: Uint8Array | string;
  /** With its type: 0o100755 is a program. */
  readonly mode?: number;
  readonly inode?: number;
  readonly links?: number;
}

export function cpio(members: readonly CpioMember[], end = true): Buffer {
  const all = end ? [...members, { path: 'TRAILER!!!', mode: 0 }] : members;
  return Buffer.concat(
    all.flatMap((member, index) => {
      const bytes = Buffer.from(member.bytes ?? '');
      const name = Buffer.from(`${member.path}\0`);
      const fields = [
        member.inode ?? index + 1,
        member.mode ?? 0o100644,
        0,
        0,
        member.links ?? 1,
        0,
        bytes.length,
      ];
      fields.push(0, 0, 0, 0, name.length, 0);
      const header = `070701${fields.map((field) => field.toString(16).padStart(8, '0')).join('')}`;
      const named = Buffer.concat([Buffer.from(header), name]);
      return [named, Buffer.alloc(padding(named.length)), bytes, Buffer.alloc(padding(bytes.length))];
    }),
  );
}

function padding(size: number): number {
  return (4 - (size % 4)) % 4;
}

interface RpmFields {
  readonly name: string;
  readonly arch?: string;
  readonly requires?: readonly string[];
  readonly provides?: readonly string[];
  readonly payloadFormat?: string;
}

/** `payload` is what stands behind the headers: a cpio, compressed or not. */
export function rpm(fields: RpmFields, payload: Uint8Array): Buffer {
  const lead = Buffer.alloc(96);
  lead.writeUInt32BE(0xedabeedb, 0);
  const signature = rpmHeader([[1000, 4, ['\0\0\0']]]);
  const header = rpmHeader([
    [1000, 6, [fields.name]],
    [1001, 6, ['1.0']],
    [1002, 6, ['1']],
    [1021, 6, ['linux']],
    [1022, 6, [fields.arch ?? 'x86_64']],
    [1044, 6, [`${fields.name}-1.0-1.src.rpm`]],
    [1047, 8, fields.provides ?? []],
    [1049, 8, fields.requires ?? []],
    [1124, 6, [fields.payloadFormat ?? 'cpio']],
  ]);
  const gap = Buffer.alloc((8 - ((lead.length + signature.length) % 8)) % 8);
  return Buffer.concat([lead, signature, gap, header, payload]);
}

function rpmHeader(
  tags: readonly (readonly [tag: number, type: number, values: readonly string[]])[],
): Buffer {
  const index: Buffer[] = [];
  let heap = Buffer.alloc(0);
  for (const [tag, type, values] of tags) {
    if (values.length === 0) continue;
    const entry = Buffer.alloc(16);
    entry.writeUInt32BE(tag, 0);
    entry.writeUInt32BE(type, 4);
    entry.writeUInt32BE(heap.length, 8);
    entry.writeUInt32BE(values.length, 12);
    index.push(entry);
    heap = Buffer.concat([heap, Buffer.from(`${values.join('\0')}\0`)]);
  }
  const intro = Buffer.alloc(16);
  intro.writeUInt32BE(0x8eade801, 0);
  intro.writeUInt32BE(index.length, 8);
  intro.writeUInt32BE(heap.length, 12);
  return Buffer.concat([intro, ...index, heap]);
}

/** Three gzip members, as abuild writes them: the first two without an end mark. */
export function apk(
  pkginfo: Readonly<Record<string, string | readonly string[]>>,
  data: readonly TarMember[],
): Buffer {
  const lines = Object.entries(pkginfo).flatMap(([key, value]) =>
    [value].flat().map((one) => `${key} = ${one}\n`),
  );
  return Buffer.concat([
    gzipSync(tar([{ path: '.SIGN.RSA.test.rsa.pub', bytes: 'no signature' }], false)),
    gzipSync(tar([{ path: '.PKGINFO', bytes: lines.join('') }], false)),
    gzipSync(tar(data)),
  ]);
}

export function npm(manifest: object, files: readonly TarMember[]): Buffer {
  const text = JSON.stringify({ name: 'x', version: '1.0.0', ...manifest });
  const inside = files.map((file) => ({ ...file, path: `package/${file.path}` }));
  return gzipSync(tar([{ path: 'package/package.json', bytes: text }, ...inside]));
}

/** `tag` is the last three parts of the name. */
export function wheel(tag: string, files: readonly ZipMember[], pure = false): Buffer {
  const text = `Wheel-Version: 1.0\nRoot-Is-Purelib: ${pure}\nTag: ${tag}\n`;
  return zip([...files, { path: 'x-1.0.dist-info/WHEEL', bytes: text }]);
}

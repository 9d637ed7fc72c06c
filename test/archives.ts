/** Small writers of archives, so that tests say what an archive holds instead of keeping one. */
import { gzipSync } from 'node:zlib';

export interface TarMember {
  readonly path: string;
  readonly type?: string;
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly mtime?: number;
  readonly linkTarget?: string;
  readonly bytes?: Uint8Array | string;
  readonly size?: number;
  readonly device?: readonly [number, number];
  readonly pax?: Readonly<Record<string, string | Uint8Array>>;
  /** Given to the header block before its checksum is made. */
  readonly spoil?: (header: Buffer) => void;
}

/** Names of up to 100 bytes go into the header; use `pax` or GNU members for longer ones. */
export function tar(members: readonly TarMember[], end = true): Buffer {
  const blocks = members.flatMap((member) => [
    ...(member.pax === undefined ? [] : tarMember({ path: 'pax', type: 'x', bytes: pax(member.pax) })),
    ...tarMember(member),
  ]);
  return Buffer.concat(end ? [...blocks, Buffer.alloc(1024)] : blocks);
}

export function gnuLong(type: 'L' | 'K', name: string): TarMember {
  return { path: '././@LongLink', type, bytes: `${name}\0` };
}

function tarMember(member: TarMember): Buffer[] {
  const bytes = Buffer.from(member.bytes ?? '');
  const header = Buffer.alloc(512);
  header.write(member.path, 0, 100, 'utf8');
  header.write(octal(member.mode ?? 0o644, 8), 100, 'latin1');
  header.write(octal(member.uid ?? 0, 8), 108, 'latin1');
  header.write(octal(member.gid ?? 0, 8), 116, 'latin1');
  header.write(octal(member.size ?? bytes.length, 12), 124, 'latin1');
  header.write(octal(member.mtime ?? 0, 12), 136, 'latin1');
  header.write(member.type ?? '0', 156, 1, 'latin1');
  header.write(member.linkTarget ?? '', 157, 100, 'utf8');
  header.write('ustar\x0000', 257, 'latin1');
  header.write(octal(member.device?.[0] ?? 0, 8), 329, 'latin1');
  header.write(octal(member.device?.[1] ?? 0, 8), 337, 'latin1');
  member.spoil?.(header);
  header.fill(' ', 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return [header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)];
}

function octal(value: number, width: number): string {
  return `${value.toString(8).padStart(width - 1, '0')}\0`;
}

export function pax(records: Readonly<Record<string, string | Uint8Array>>): Buffer {
  return Buffer.concat(
    Object.entries(records).map(([key, value]) => {
      const rest = Buffer.concat([Buffer.from(` ${key}=`), Buffer.from(value), Buffer.from('\n')]);
      let length = rest.length + 1;
      while (String(length).length + rest.length !== length) length++;
      return Buffer.concat([Buffer.from(String(length)), rest]);
    }),
  );
}

export interface ArMember {
  /** As it stands in the header: `debian-binary`, `a.o/`, `/12`. */
  readonly name: string;
  readonly bytes: Uint8Array | string;
}

export function ar(members: readonly ArMember[]): Buffer {
  const pieces = members.flatMap(({ name, bytes }) => {
    const data = Buffer.from(bytes);
    const fields = [name.padEnd(16), '0'.padEnd(12), '0'.padEnd(6), '0'.padEnd(6), '100644'.padEnd(8)];
    const header = `${fields.join('')}${String(data.length).padEnd(10)}\`\n`;
    return [Buffer.from(header, 'latin1'), data, Buffer.from('\n'.repeat(data.length % 2))];
  });
  return Buffer.concat([Buffer.from('!<arch>\n'), ...pieces]);
}

/** A .deb; the `control` file is made of the fields unless `control` has one. */
export function deb(
  fields: Readonly<Record<string, string>>,
  data: readonly TarMember[],
  control: Readonly<Record<string, string>> = {},
): Buffer {
  const text = Object.entries(fields).map(([key, value]) => `${key}: ${value}\n`);
  const files = { control: text.join(''), ...control };
  const controlTar = Object.entries(files).map(([path, bytes]) => ({ path: `./${path}`, bytes }));
  return ar([
    { name: 'debian-binary', bytes: '2.0\n' },
    { name: 'control.tar.gz', bytes: gzipSync(tar(controlTar)) },
    { name: 'data.tar.gz', bytes: gzipSync(tar(data)) },
  ]);
}

/** As a stream in pieces of `size` bytes. */
export async function* stream(bytes: Uint8Array, size = 65_536): AsyncGenerator<Uint8Array, void, void> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

export async function collect(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of bytes) pieces.push(Uint8Array.from(piece));
  return Buffer.concat(pieces);
}

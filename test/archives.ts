/** Small writers of archives, so that tests say what an archive holds instead of keeping one. */
import { createHash, createSign, generateKeyPairSync } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { parsePkgInfo, readApkHead } from '../src/formats/apk.ts';

export interface TarMember {
  readonly path: string;
  readonly type?: string;
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly mtime?: number;
  readonly linkTarget?: string;
  /** The names of owner and group. */
  readonly user?: string;
  readonly group?: string;
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
  header.write(member.user ?? '', 265, 31, 'utf8');
  header.write(member.group ?? '', 297, 31, 'utf8');
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

function pax(records: Readonly<Record<string, string | Uint8Array>>): Buffer {
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

export interface SigningKey {
  /** The file name by which signatures call it: `test.rsa.pub`. */
  readonly name: string;
  readonly publicPem: string;
  readonly privatePem: string;
}

/** Of half the usual length, as it takes a tenth of the time to find. */
export function signingKey(name: string): SigningKey {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
  return {
    name,
    publicPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    privatePem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

/** The member in front of what is signed: sha1 as `RSA`, which all of Alpine uses, or sha256 as `RSA256`. */
export function apkSignature(signed: Uint8Array, key: SigningKey, hash: 'sha1' | 'sha256' = 'sha1'): Buffer {
  const bytes = createSign(hash).update(signed).sign(key.privatePem);
  const path = `.SIGN.RSA${hash === 'sha1' ? '' : '256'}.${key.name}`;
  return gzipSync(tar([{ path, bytes }], false));
}

/** An .apk; its index entry is `apkIndexEntry`. Each file gets the checksum that apk wants of it. */
export function apk(
  fields: Readonly<Record<string, string | readonly string[]>>,
  data: readonly TarMember[],
  { key, scripts = {} }: { key?: SigningKey; scripts?: Readonly<Record<string, string>> } = {},
): Buffer {
  const members = data.map((member) => {
    const content = (member.type ?? '0') === '2' ? (member.linkTarget ?? '') : (member.bytes ?? '');
    const sum = createHash('sha1').update(content).digest('hex');
    const isFolder = member.type === '5';
    return isFolder ? member : { ...member, pax: { 'APK-TOOLS.checksum.SHA1': sum, ...member.pax } };
  });
  const dataMember = gzipSync(tar(members));
  const datahash = createHash('sha256').update(dataMember).digest('hex');
  const lines = Object.entries({ arch: 'x86_64', ...fields, datahash }).flatMap(([name, value]) =>
    [value].flat().map((one) => `${name} = ${one}\n`),
  );
  const control = gzipSync(
    tar(
      [
        { path: '.PKGINFO', bytes: lines.join('') },
        ...Object.entries(scripts).map(([name, bytes]) => ({ path: `.${name}`, bytes, mode: 0o755 })),
      ],
      false,
    ),
  );
  return Buffer.concat([...(key === undefined ? [] : [apkSignature(control, key)]), control, dataMember]);
}

const INDEX_LETTERS: Readonly<Record<string, string>> = {
  pkgname: 'P',
  pkgver: 'V',
  arch: 'A',
  size: 'I',
  pkgdesc: 'T',
  url: 'U',
  license: 'L',
  origin: 'o',
  depend: 'D',
  provides: 'p',
  install_if: 'i',
  provider_priority: 'k',
  builddate: 't',
};

/** The paragraph of an APKINDEX about a package, read from the package as `apk index` does it. */
export async function apkIndexEntry(bytes: Buffer): Promise<string> {
  const { control, files } = await readApkHead(bytes);
  const info = parsePkgInfo(Buffer.from(files.get('.PKGINFO')!).toString());
  const lines = [`C:Q1${createHash('sha1').update(control).digest('base64')}`, `S:${bytes.length}`];
  for (const [name, letter] of Object.entries(INDEX_LETTERS)) {
    const values = info.get(name);
    if (values !== undefined) lines.push(`${letter}:${values.join(' ')}`);
  }
  return `${lines.join('\n')}\n\n`;
}

export function apkIndex(
  text: string,
  key: SigningKey | undefined,
  hash: 'sha1' | 'sha256' = 'sha1',
  mtime = 0,
): Buffer {
  const index = gzipSync(
    tar([
      { path: 'DESCRIPTION', bytes: 'test', mtime },
      { path: 'APKINDEX', bytes: text, mtime },
    ]),
  );
  return key === undefined ? index : Buffer.concat([apkSignature(index, key, hash), index]);
}

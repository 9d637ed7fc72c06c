/**
 * An .apk of the second format, and a signed APKINDEX.tar.gz: gzip members one after the other, each with a tar in it.
 *
 *     signature   .SIGN.RSA.KEYFILE or .SIGN.RSA256.KEYFILE: a signature of the next member's compressed bytes
 *     control     .PKGINFO, .post-install …; in an index APKINDEX and DESCRIPTION
 *     data        the files; `datahash` in .PKGINFO is the sha256 of its compressed bytes. An index has none
 *
 * Whoever decompresses the file as a whole can't see where a member ends, which is what hashes and signatures are about;
 * so the first members are taken apart here, one by one. The members of a package but the last lack the tar's end mark.
 */
import { inflateRawSync } from 'node:zlib';
import { errorCode } from '../base/error-code.ts';
import { readAll } from './byte-reader.ts';
import { FormatError } from './format-error.ts';
import { readTar } from './tar.ts';

export interface ApkSignature {
  readonly hash: 'sha1' | 'sha256' | 'sha512';
  /** The name of the key's file: `alpine-devel@lists.alpinelinux.org-4a6a0840.rsa.pub`. */
  readonly key: string;
  readonly bytes: Uint8Array;
}

export interface ApkHead {
  readonly signatures: readonly ApkSignature[];
  /** The control member as it stands in the file, compressed: what was signed. */
  readonly control: Uint8Array;
  /** Its files by name, in their order. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** The newest date of these files, in seconds; 0 where they were packed without dates. */
  readonly modified: number;
  /** Where the data member begins, or the end of the file. */
  readonly dataStart: number;
}

const MOST_MEMBER = 1024 * 1024 * 1024;
const MOST_MEMBERS = 16;

/** Of a whole file. */
export async function readApkHead(file: Uint8Array): Promise<ApkHead> {
  const head = await readApkStart(file);
  if (head === undefined) throw new FormatError('apk', 'the file ends too early', file.length);
  return head;
}

/** Of the first bytes of a file. Undefined where they end before the control member does. */
export async function readApkStart(bytes: Uint8Array): Promise<ApkHead | undefined> {
  const signatures: ApkSignature[] = [];
  let start = 0;
  for (let count = 0; count < MOST_MEMBERS; count++) {
    const member = gunzipMember(bytes, start);
    if (member === undefined) return undefined;
    const { files, modified } = await filesOf(member.bytes);
    const signature = [...files.keys()].every((name) => name.startsWith('.SIGN.'));
    if (!signature)
      return {
        signatures,
        control: bytes.subarray(start, member.end),
        files,
        modified,
        dataStart: member.end,
      };
    for (const [name, content] of files) {
      const match = /^\.SIGN\.RSA(256|512)?\.(.+)$/.exec(name);
      // Others, such as DSA, nobody has used.
      if (match === null) continue;
      const hash = match[1] === undefined ? 'sha1' : (`sha${match[1]}` as 'sha256' | 'sha512');
      signatures.push({ hash, key: match[2]!, bytes: content });
    }
    start = member.end;
  }
  throw new FormatError('apk', `no control member among the first ${MOST_MEMBERS}`);
}

async function filesOf(tar: Uint8Array): Promise<Pick<ApkHead, 'files' | 'modified'>> {
  const files = new Map<string, Uint8Array>();
  let modified = 0;
  for await (const { path, type, mtime, body, offset } of readTar(once(tar))) {
    if (type !== 'file') continue;
    if (files.has(path)) throw new FormatError('apk', `${JSON.stringify(path)} comes twice`, offset);
    files.set(path, await readAll(body, MOST_MEMBER, 'apk'));
    modified = Math.max(modified, mtime);
  }
  return { files, modified };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, void> {
  yield bytes;
}

/** Undefined where the bytes end before the member does. */
function gunzipMember(bytes: Uint8Array, start: number): { bytes: Uint8Array; end: number } | undefined {
  const body = skipGzipHeader(bytes, start);
  if (body === undefined) return undefined;
  try {
    // The types don't know the option `info`, which tells how far the decoder has read.
    const { buffer, engine } = inflateRawSync(bytes.subarray(body), {
      info: true,
      maxOutputLength: MOST_MEMBER,
    }) as unknown as { buffer: Buffer; engine: { bytesWritten: number } };
    const end = body + engine.bytesWritten + GZIP_TRAILER;
    return end > bytes.length ? undefined : { bytes: buffer, end };
  } catch (error) {
    if (errorCode(error) === 'Z_BUF_ERROR') return undefined;
    throw new FormatError('apk', 'a gzip member is damaged', start, error);
  }
}

const GZIP_HEADER = 10;
const GZIP_TRAILER = 8;
const [HEADER_CRC, EXTRA, NAME, COMMENT] = [2, 4, 8, 16];

function skipGzipHeader(bytes: Uint8Array, start: number): number | undefined {
  if (bytes.length < start + GZIP_HEADER) return undefined;
  if (bytes[start] !== 0x1f || bytes[start + 1] !== 0x8b || bytes[start + 2] !== 8) {
    const adb = Buffer.from(bytes.subarray(start, start + 3)).toString('latin1') === 'ADB';
    throw new FormatError('apk', adb ? 'format 3 (ADB) is not read yet' : 'no gzip member', start);
  }
  const flags = bytes[start + 3]!;
  let at = start + GZIP_HEADER;
  if ((flags & EXTRA) !== 0) at += 2 + (bytes[at] ?? 0) + (bytes[at + 1] ?? 0) * 256;
  for (const flag of [NAME, COMMENT]) {
    if ((flags & flag) === 0) continue;
    const end = bytes.indexOf(0, at);
    if (end < 0) return undefined;
    at = end + 1;
  }
  if ((flags & HEADER_CRC) !== 0) at += 2;
  return at < bytes.length ? at : undefined;
}

/** `key = value` lines of a .PKGINFO; keys such as `depend` come many times. */
export function parsePkgInfo(text: string): ReadonlyMap<string, readonly string[]> {
  const fields = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    const sign = line.indexOf(' = ');
    if (line.startsWith('#') || sign < 0) continue;
    const key = line.slice(0, sign);
    const values = fields.get(key);
    if (values === undefined) fields.set(key, [line.slice(sign + 3)]);
    else values.push(line.slice(sign + 3));
  }
  return fields;
}

import { createHash } from 'node:crypto';
import { FormatError } from '../../formats/format-error.ts';

export interface Packet {
  readonly tag: number;
  readonly body: Buffer;
}

export const TAG = { signature: 2, publicKey: 6, userId: 13, publicSubkey: 14, userAttribute: 17 } as const;

/** Cuts a byte string into packets (RFC 9580, 4.2). */
export function parsePackets(bytes: Buffer): Packet[] {
  const packets: Packet[] = [];
  let at = 0;
  while (at < bytes.length) {
    const head = bytes[at++]!;
    if ((head & 0x80) === 0) throw new FormatError('openpgp', 'this is not a packet', at - 1);
    const isNew = (head & 0x40) !== 0;
    const tag = isNew ? head & 0x3f : (head >> 2) & 0x0f;
    const { length, next } = isNew ? newLength(bytes, at) : oldLength(bytes, at, head & 3);
    if (next + length > bytes.length) throw new FormatError('openpgp', 'a packet is cut off', at);
    packets.push({ tag, body: bytes.subarray(next, next + length) });
    at = next + length;
  }
  return packets;
}

function newLength(bytes: Buffer, at: number): { length: number; next: number } {
  const first = bytes[at];
  if (first === undefined) throw new FormatError('openpgp', 'a packet is cut off', at);
  if (first < 192) return { length: first, next: at + 1 };
  if (first < 224) return { length: ((first - 192) << 8) + read(bytes, at + 1, 1) + 192, next: at + 2 };
  if (first === 255) return { length: read(bytes, at + 1, 4), next: at + 5 };
  throw new FormatError('openpgp', 'packets in pieces are not read', at);
}

function oldLength(bytes: Buffer, at: number, kind: number): { length: number; next: number } {
  if (kind === 3) return { length: bytes.length - at, next: at };
  const width = 1 << kind;
  return { length: read(bytes, at, width), next: at + width };
}

function read(bytes: Buffer, at: number, width: number): number {
  if (at + width > bytes.length) throw new FormatError('openpgp', 'a packet is cut off', at);
  return bytes.readUIntBE(at, width);
}

/** Takes one packet's body apart from left to right. */
class Cursor {
  at = 0;
  readonly bytes: Buffer;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  number(width: number): number {
    const value = read(this.bytes, this.at, width);
    this.at += width;
    return value;
  }

  take(length: number): Buffer {
    if (this.at + length > this.bytes.length)
      throw new FormatError('openpgp', 'a packet is cut off', this.at);
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  /** A number of any size: its length in bits, then its bytes. */
  integer(): Buffer {
    return this.take((this.number(2) + 7) >> 3);
  }
}

export const ALGORITHM = { rsa: 1, rsaSign: 3, eddsaLegacy: 22, ed25519: 27 } as const;

export interface PublicKey {
  /** Hex, upper case, as gpg prints it. */
  readonly fingerprint: string;
  readonly id: string;
  /** Seconds since 1970. */
  readonly created: number;
  readonly algorithm: number;
  /** The two numbers of RSA, or the point of Ed25519; undefined for algorithms that are not read. */
  readonly material: { readonly n: Buffer; readonly e: Buffer } | { readonly point: Buffer } | undefined;
  /** The packet's body: what signatures about this key are made over. */
  readonly body: Buffer;
}

const ED25519_OID = Buffer.from('2b06010401da470f01', 'hex');

/** Undefined for key versions other than 4: nothing that signs a distro uses them, and no signature can match them. */
export function parsePublicKey(body: Buffer): PublicKey | undefined {
  const cursor = new Cursor(body);
  if (cursor.number(1) !== 4) return undefined;
  const created = cursor.number(4);
  const algorithm = cursor.number(1);
  const fingerprint = createHash('sha1').update(keyPrefix(body)).update(body).digest('hex').toUpperCase();
  const material = keyMaterial(cursor, algorithm);
  return { fingerprint, id: fingerprint.slice(-16), created, algorithm, material, body };
}

function keyMaterial(cursor: Cursor, algorithm: number): PublicKey['material'] {
  if (algorithm === ALGORITHM.rsa || algorithm === ALGORITHM.rsaSign) {
    return { n: cursor.integer(), e: cursor.integer() };
  }
  if (algorithm === ALGORITHM.ed25519) return { point: cursor.take(32) };
  if (algorithm !== ALGORITHM.eddsaLegacy) return undefined;
  if (!cursor.take(cursor.number(1)).equals(ED25519_OID)) return undefined;
  const point = cursor.integer();
  return point.length === 33 && point[0] === 0x40 ? { point: point.subarray(1) } : undefined;
}

/** What precedes a key's body wherever it is hashed. */
export function keyPrefix(body: Buffer): Buffer {
  return Buffer.from([0x99, body.length >> 8, body.length & 0xff]);
}

export interface Signature {
  readonly type: number;
  readonly algorithm: number;
  /** Node's name of the hash; undefined for one that is not trusted or not known. */
  readonly hash: 'sha256' | 'sha384' | 'sha512' | undefined;
  readonly hashId: number;
  /** Everything from the version to the hashed subpackets: it is signed too. */
  readonly hashed: Buffer;
  readonly left16: Buffer;
  readonly value: readonly Buffer[];
  /** From here on: what the hashed subpackets say. Seconds. */
  readonly created: number | undefined;
  readonly expiresAfter: number | undefined;
  readonly keyExpiresAfter: number | undefined;
  readonly keyFlags: number | undefined;
  /** Of the key that made it; a hint only, so it may come from the part that isn't signed. */
  readonly issuer: string | undefined;
  /** The signature by which a subkey agrees to belong to its primary key. */
  readonly backSignature: Buffer | undefined;
  /** A subpacket that must be understood and isn't: the signature can't be used. */
  readonly unknownCritical: number | undefined;
}

const HASHES: Record<number, Signature['hash']> = { 8: 'sha256', 9: 'sha384', 10: 'sha512' };

/** Subpackets whose meaning is either used here or has no bearing on whether a signature holds. */
const KNOWN = new Set([
  2, 3, 4, 7, 9, 11, 16, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 39,
]);

/** Only version 4; a `FormatError` names any other. */
export function parseSignature(body: Buffer): Signature {
  const cursor = new Cursor(body);
  const version = cursor.number(1);
  if (version !== 4)
    throw new FormatError('openpgp', `signatures of version ${version} are not read, only version 4`);
  const type = cursor.number(1);
  const algorithm = cursor.number(1);
  const hashId = cursor.number(1);
  const hashedPackets = subpackets(cursor.take(cursor.number(2)));
  const hashed = body.subarray(0, cursor.at);
  const looseArea = cursor.take(cursor.number(2));
  const left16 = cursor.take(2);
  const value: Buffer[] = [];
  if (algorithm === ALGORITHM.ed25519) value.push(cursor.take(64));
  else while (cursor.at < body.length) value.push(cursor.integer());

  const find = (kind: number) => hashedPackets.find((packet) => packet.kind === kind)?.data;
  const seconds = (kind: number) => {
    const data = find(kind);
    return data?.length === 4 ? data.readUInt32BE() : undefined;
  };
  const loose = subpackets(looseArea);
  const anywhere = (kind: number) => find(kind) ?? loose.find((packet) => packet.kind === kind)?.data;
  return {
    type,
    algorithm,
    hash: HASHES[hashId],
    hashId,
    hashed,
    left16,
    value,
    created: seconds(2),
    expiresAfter: seconds(3) || undefined,
    keyExpiresAfter: seconds(9) || undefined,
    keyFlags: find(27)?.[0],
    issuer: (anywhere(33)?.subarray(-8) ?? anywhere(16))?.toString('hex').toUpperCase(),
    backSignature: anywhere(32),
    unknownCritical: hashedPackets.find(isUnknownCritical)?.kind,
  };
}

interface Subpacket {
  readonly kind: number;
  readonly critical: boolean;
  readonly data: Buffer;
}

function isUnknownCritical({ kind, critical }: Subpacket): boolean {
  // 20 is a notation, whose meaning is anyone's guess: known, but not where it must be understood.
  return critical && (kind === 20 || !KNOWN.has(kind));
}

function subpackets(area: Buffer): Subpacket[] {
  const found: Subpacket[] = [];
  const cursor = new Cursor(area);
  while (cursor.at < area.length) {
    const { length, next } = subpacketLength(area, cursor.at);
    cursor.at = next;
    const data = cursor.take(length);
    if (data.length === 0) throw new FormatError('openpgp', 'a subpacket is empty');
    found.push({ kind: data[0]! & 0x7f, critical: (data[0]! & 0x80) !== 0, data: data.subarray(1) });
  }
  return found;
}

/** As for packets, except that 224 to 254 begin a length of two bytes as well. */
function subpacketLength(area: Buffer, at: number): { length: number; next: number } {
  const first = area[at]!;
  if (first >= 224 && first < 255) {
    return { length: ((first - 192) << 8) + read(area, at + 1, 1) + 192, next: at + 2 };
  }
  return newLength(area, at);
}

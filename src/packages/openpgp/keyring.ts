import { FormatError } from '../../formats/format-error.ts';
import { isBinary, parseArmor } from './armor.ts';
import {
  keyPrefix,
  parsePackets,
  parsePublicKey,
  parseSignature,
  TAG,
  type Packet,
  type PublicKey,
  type Signature,
} from './packets.ts';
import { signatureHolds } from './signature.ts';

/** A key that may sign, with the times between which it may. Seconds since 1970. */
export interface SigningKey {
  readonly key: PublicKey;
  /** Fingerprint of the primary key it belongs to: what a person knows the key by. */
  readonly primary: string;
  readonly from: number;
  readonly until: number;
  /** Whom the key says it belongs to. */
  readonly owner: string;
}

/** Keys that are trusted for one source. */
export class Keyring {
  readonly signers: readonly SigningKey[];

  constructor(signers: readonly SigningKey[]) {
    this.signers = signers;
  }

  /**
   * Reads public keys, armoured or not. A key that is revoked, or whose own signatures don't hold, is not in the ring.
   */
  static parse(files: Iterable<Buffer | string>): Keyring {
    const signers: SigningKey[] = [];
    for (const file of files)
      for (const block of publicKeyBlocks(Buffer.from(file))) signers.push(...readKeys(parsePackets(block)));
    return new Keyring(signers);
  }
}

function publicKeyBlocks(file: Buffer): Buffer[] {
  if (isBinary(file)) return [file];
  const blocks = parseArmor(file.toString('latin1')).filter((block) => block.kind === 'PUBLIC KEY BLOCK');
  if (blocks.length === 0) throw new FormatError('openpgp', 'there is no public key in it');
  return blocks.map((block) => block.data);
}

/** One key as it is written: the primary key, then what belongs to it, each part with its signatures. */
interface Part {
  readonly packet: Packet;
  readonly signatures: Signature[];
}

function readKeys(packets: readonly Packet[]): SigningKey[] {
  const keys: Part[][] = [];
  for (const packet of packets) {
    if (packet.tag === TAG.publicKey) keys.push([]);
    const parts = keys.at(-1);
    if (parts === undefined)
      throw new FormatError('openpgp', 'a public key does not begin with its primary key');
    if (packet.tag === TAG.signature) {
      const signature = tryParse(packet.body);
      if (signature !== undefined) parts.at(-1)?.signatures.push(signature);
    } else {
      parts.push({ packet, signatures: [] });
    }
  }
  return keys.flatMap(readKey);
}

/** Others may have signed a key with anything at all; what can't be read proves nothing and harms nothing. */
function tryParse(body: Buffer): Signature | undefined {
  try {
    return parseSignature(body);
  } catch (error) {
    if (error instanceof FormatError) return undefined;
    throw error;
  }
}

const CERTIFICATIONS = new Set([0x10, 0x11, 0x12, 0x13]);
const DIRECT = 0x1f;
const REVOCATION = 0x20;
const BINDING = 0x18;
const BINDING_BACK = 0x19;
const BINDING_REVOCATION = 0x28;
const MAY_SIGN = 0x02;

function readKey(parts: readonly Part[]): SigningKey[] {
  const [head, ...rest] = parts;
  const primary = parsePublicKey(head!.packet.body);
  if (primary === undefined) return [];
  const primaryContent = [keyPrefix(primary.body), primary.body];
  const holds = (signature: Signature, content: Buffer[]) => signatureHolds(primary, signature, content);
  if (head!.signatures.some((signature) => signature.type === REVOCATION && holds(signature, primaryContent)))
    return [];

  const selfSignatures = head!.signatures.filter(
    (signature) => signature.type === DIRECT && holds(signature, primaryContent),
  );
  let owner = '';
  for (const { packet, signatures } of rest) {
    if (packet.tag !== TAG.userId) continue;
    const content = [...primaryContent, userIdPrefix(packet.body), packet.body];
    const own = signatures
      .filter(({ type }) => CERTIFICATIONS.has(type))
      .filter((one) => holds(one, content));
    if (own.length > 0 && owner === '') owner = packet.body.toString('utf8');
    selfSignatures.push(...own);
  }
  const self = newest(selfSignatures);
  if (self === undefined) return [];
  const from = primary.created;
  const until = expiry(primary.created, self);

  const signers: SigningKey[] = [];
  const common = { primary: primary.fingerprint, owner };
  if (maySign(self)) signers.push({ key: primary, from, until, ...common });
  for (const part of rest) {
    if (part.packet.tag !== TAG.publicSubkey) continue;
    const subkey = readSubkey(primary, part);
    if (subkey === undefined) continue;
    signers.push({
      ...subkey,
      from: Math.max(from, subkey.from),
      until: Math.min(until, subkey.until),
      ...common,
    });
  }
  return signers;
}

function readSubkey(primary: PublicKey, part: Part): Pick<SigningKey, 'key' | 'from' | 'until'> | undefined {
  const key = parsePublicKey(part.packet.body);
  if (key === undefined) return undefined;
  const content = [keyPrefix(primary.body), primary.body, keyPrefix(key.body), key.body];
  const own = part.signatures.filter((signature) => signatureHolds(primary, signature, content));
  if (own.some((signature) => signature.type === BINDING_REVOCATION)) return undefined;
  const binding = newest(own.filter((signature) => signature.type === BINDING));
  if (binding?.keyFlags === undefined || !maySign(binding)) return undefined;
  // Without the subkey's own agreement anyone could claim another's key, and its signatures, as theirs.
  const back = binding.backSignature === undefined ? undefined : tryParse(binding.backSignature);
  if (back?.type !== BINDING_BACK || !signatureHolds(key, back, content)) return undefined;
  return { key, from: key.created, until: expiry(key.created, binding) };
}

function maySign(signature: Signature): boolean {
  return signature.keyFlags === undefined || (signature.keyFlags & MAY_SIGN) !== 0;
}

function expiry(created: number, signature: Signature): number {
  return signature.keyExpiresAfter === undefined ? Infinity : created + signature.keyExpiresAfter;
}

function newest(signatures: readonly Signature[]): Signature | undefined {
  return [...signatures].sort((a, b) => (b.created ?? 0) - (a.created ?? 0))[0];
}

function userIdPrefix(body: Buffer): Buffer {
  const prefix = Buffer.alloc(5, 0xb4);
  prefix.writeUInt32BE(body.length, 1);
  return prefix;
}

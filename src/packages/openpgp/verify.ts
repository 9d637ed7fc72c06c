/**
 * OpenPGP verification for signed indexes: enough to answer "did a key that this source trusts sign exactly this text?"
 * and nothing else. By hand on node:crypto, because that is some 400 lines, and a library would be 17 MB.
 *
 * The order of belief: a keyring is made of armoured keys that we ship or the user names. A key counts from its own
 * signature on, a subkey only when its primary key and it signed each other. Of a file's signatures one good one is
 * enough: archives sign with the old and the new key while keys change. What makes a signature no good is kept, so that
 * the answer to "no" can say why.
 *
 * Version 4 keys and signatures; RSA from 2048 bits and Ed25519; SHA-256, SHA-384 and SHA-512. SHA-1 and MD5 are refused.
 */
import { FormatError } from '../../formats/format-error.ts';
import { isBinary, parseArmor, parseClearSigned } from './armor.ts';
import type { Keyring, SigningKey } from './keyring.ts';
import { parsePackets, parseSignature, TAG, type Signature } from './packets.ts';
import { signatureHolds } from './signature.ts';

/** Why one signature doesn't count. */
export interface Objection {
  readonly problem: 'unknown-key' | 'bad' | 'expired-key' | 'weak' | 'unreadable' | 'future' | 'expired';
  /** Key id or fingerprint, as far as it is known. */
  readonly key: string | undefined;
  readonly text: string;
}

export type SignatureVerdict =
  | { readonly good: true; readonly text: string; readonly signer: SigningKey }
  | Refused;

interface Refused {
  readonly good: false;
  readonly objections: readonly Objection[];
}

/** Clocks of machines differ; a signature may be this much younger than now. Seconds. */
const CLOCK_SKEW = 24 * 3600;

/** Verifies a clear-signed file. Throws `FormatError` where it isn't one. */
export function verifyClearSigned(bytes: Buffer, keyring: Keyring, now: Date): SignatureVerdict {
  const message = parseClearSigned(bytes);
  const signed = { type: SIGNS_TEXT, content: message.canonical };
  const verdict = checkAll(message.signatures, signed, keyring, now);
  return verdict.good ? { ...verdict, text: message.text } : verdict;
}

/** Verifies a file whose signature lies in another one, armoured or not. */
export function verifyDetached(
  bytes: Buffer,
  signature: Buffer,
  keyring: Keyring,
  now: Date,
): SignatureVerdict {
  const block = isBinary(signature)
    ? signature
    : parseArmor(signature.toString('latin1')).find(({ kind }) => kind === 'SIGNATURE')?.data;
  if (block === undefined) throw new FormatError('openpgp', 'there is no signature in it');
  const verdict = checkAll(block, { type: SIGNS_BYTES, content: bytes }, keyring, now);
  return verdict.good ? { ...verdict, text: bytes.toString('utf8') } : verdict;
}

/** What a signature is over: the same bytes signed as another type would mean something else. */
interface Signed {
  readonly type: number;
  readonly content: Buffer;
}

const SIGNS_BYTES = 0x00;
const SIGNS_TEXT = 0x01;

type Checked = { readonly good: true; readonly signer: SigningKey } | Refused;

function checkAll(signatures: Buffer, signed: Signed, keyring: Keyring, now: Date): Checked {
  const objections: Objection[] = [];
  for (const packet of parsePackets(signatures)) {
    if (packet.tag !== TAG.signature) continue;
    const result = check(packet.body, signed, keyring, now.getTime() / 1000);
    if (!('problem' in result)) return { good: true, signer: result };
    objections.push(result);
  }
  return { good: false, objections };
}

function check(body: Buffer, signed: Signed, keyring: Keyring, now: number): SigningKey | Objection {
  const signature = read(body);
  if (typeof signature === 'string') return { problem: 'unreadable', key: undefined, text: signature };
  const key = signature.issuer;
  const object = (problem: Objection['problem'], text: string): Objection => ({ problem, key, text });
  if (signature.hash === undefined)
    return object('weak', `${hashName(signature.hashId)} is not trusted any more`);
  const candidates = keyring.signers.filter((signer) => key === undefined || signer.key.id === key);
  if (candidates.length === 0)
    return object('unknown-key', `key ${key ?? '(not named)'} is not one that is trusted here`);
  const signer = candidates.find((one) => signatureHolds(one.key, signature, [signed.content]));
  if (signer === undefined || signature.type !== signed.type)
    return object('bad', `the signature of key ${key} is wrong`);
  const made = signature.created;
  if (made === undefined || made > now + CLOCK_SKEW) {
    return object(
      'future',
      `the signature of key ${key} is dated ${made === undefined ? 'nowhere' : day(made)}`,
    );
  }
  if (signature.expiresAfter !== undefined && made + signature.expiresAfter < now) {
    return object('expired', `the signature of key ${key} expired on ${day(made + signature.expiresAfter)}`);
  }
  if (made < signer.from || signer.until < now) {
    return object('expired-key', `key ${signer.primary} (${signer.owner}) expired on ${day(signer.until)}`);
  }
  return signer;
}

function read(body: Buffer): Signature | string {
  try {
    return parseSignature(body);
  } catch (error) {
    if (error instanceof FormatError) return error.message;
    throw error;
  }
}

function hashName(id: number): string {
  return { 1: 'MD5', 2: 'SHA-1', 3: 'RIPEMD-160', 11: 'SHA-224' }[id] ?? `hash ${id}`;
}

function day(seconds: number): string {
  return Number.isFinite(seconds) ? new Date(seconds * 1000).toISOString().slice(0, 10) : 'no day';
}

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
import { parseClearSigned } from './armor.ts';
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
  | { readonly good: false; readonly objections: readonly Objection[] };

/** Clocks of machines differ; a signature may be this much younger than now. Seconds. */
const CLOCK_SKEW = 24 * 3600;

/** Verifies a clear-signed file. Throws `FormatError` where it isn't one. */
export function verifyClearSigned(bytes: Buffer, keyring: Keyring, now: Date): SignatureVerdict {
  const message = parseClearSigned(bytes);
  const objections: Objection[] = [];
  for (const packet of parsePackets(message.signatures)) {
    if (packet.tag !== TAG.signature) continue;
    const result = check(packet.body, message.canonical, keyring, now.getTime() / 1000);
    if (!('problem' in result)) return { good: true, text: message.text, signer: result };
    objections.push(result);
  }
  return { good: false, objections };
}

function check(body: Buffer, content: Buffer, keyring: Keyring, now: number): SigningKey | Objection {
  const signature = read(body);
  if (typeof signature === 'string') return { problem: 'unreadable', key: undefined, text: signature };
  const key = signature.issuer;
  const object = (problem: Objection['problem'], text: string): Objection => ({ problem, key, text });
  if (signature.hash === undefined)
    return object('weak', `${hashName(signature.hashId)} is not trusted any more`);
  const candidates = keyring.signers.filter((signer) => key === undefined || signer.key.id === key);
  if (candidates.length === 0)
    return object('unknown-key', `key ${key ?? '(not named)'} is not one that is trusted here`);
  const signer = candidates.find((one) => signatureHolds(one.key, signature, [content]));
  // 0x01 is a signature over text; another kind over the same bytes would mean something else.
  if (signer === undefined || signature.type !== 0x01)
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

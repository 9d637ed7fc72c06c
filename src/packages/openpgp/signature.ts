import { createHash, createPublicKey, verify, type KeyObject } from 'node:crypto';
import { ALGORITHM, type PublicKey, type Signature } from './packets.ts';

/** Whether `key` made `signature` over `content`. Says nothing about whether the key may be believed. */
export function signatureHolds(key: PublicKey, signature: Signature, content: readonly Buffer[]): boolean {
  if (signature.hash === undefined || signature.unknownCritical !== undefined) return false;
  const trailer = Buffer.alloc(6, 0x04);
  trailer[1] = 0xff;
  trailer.writeUInt32BE(signature.hashed.length, 2);
  const signed = Buffer.concat([...content, signature.hashed, trailer]);
  const digest = createHash(signature.hash).update(signed).digest();
  if (!digest.subarray(0, 2).equals(signature.left16)) return false;
  const object = keyObject(key);
  const value = signatureBytes(key, signature);
  if (object === undefined || value === undefined) return false;
  return isRsa(key.algorithm)
    ? verify(signature.hash, signed, object, value)
    : verify(null, digest, object, value);
}

function isRsa(algorithm: number): boolean {
  return algorithm === ALGORITHM.rsa || algorithm === ALGORITHM.rsaSign;
}

function keyObject(key: PublicKey): KeyObject | undefined {
  if (key.material === undefined) return undefined;
  const jwk =
    'n' in key.material
      ? { kty: 'RSA', n: key.material.n.toString('base64url'), e: key.material.e.toString('base64url') }
      : { kty: 'OKP', crv: 'Ed25519', x: key.material.point.toString('base64url') };
  const object = createPublicKey({ key: jwk, format: 'jwk' });
  // Shorter RSA keys are within reach of those who would forge a distro.
  return (object.asymmetricKeyDetails?.modulusLength ?? 2048) >= 2048 ? object : undefined;
}

/** Numbers are stored without leading zeros; the verifier wants them in full. */
function signatureBytes(key: PublicKey, signature: Signature): Buffer | undefined {
  if (signature.algorithm !== key.algorithm && !(isRsa(signature.algorithm) && isRsa(key.algorithm)))
    return undefined;
  if (key.material !== undefined && 'n' in key.material)
    return padded(signature.value[0], key.material.n.length);
  if (signature.algorithm === ALGORITHM.ed25519) return signature.value[0];
  const r = padded(signature.value[0], 32);
  const s = padded(signature.value[1], 32);
  return r === undefined || s === undefined ? undefined : Buffer.concat([r, s]);
}

function padded(number: Buffer | undefined, length: number): Buffer | undefined {
  if (number === undefined || number.length > length) return undefined;
  return Buffer.concat([Buffer.alloc(length - number.length), number]);
}

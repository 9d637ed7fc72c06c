import { hash } from 'node:crypto';

/** Hex, lower case: how every digest of the product is written, without a prefix. */
export function sha256(data: Uint8Array | string): string {
  return hash('sha256', data);
}

/** A digest of any JSON value; the order of keys doesn't matter, that of lists does. */
export function sha256OfValue(value: unknown): string {
  return sha256(canonicalJson(value));
}

function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : inner,
  );
}

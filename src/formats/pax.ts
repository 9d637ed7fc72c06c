import { FormatError } from './format-error.ts';

/** Values are bytes: extended attributes may hold anything. */
export type PaxAttributes = ReadonlyMap<string, Uint8Array>;

/** Records of the form `LENGTH KEY=VALUE\n`, where LENGTH counts the whole record in decimal. */
export function parsePax(bytes: Uint8Array, offset: number): PaxAttributes {
  const attributes = new Map<string, Uint8Array>();
  let at = 0;
  while (at < bytes.length) {
    const space = bytes.indexOf(0x20, at);
    const digits =
      space === -1 ? '' : Buffer.from(bytes.subarray(at, Math.min(space, at + 20))).toString('latin1');
    const end = at + Number(digits);
    if (!/^[1-9][0-9]{0,9}$/.test(digits) || end > bytes.length || bytes[end - 1] !== 0x0a) {
      throw new FormatError('tar', 'a PAX record whose length is wrong', offset);
    }
    const equals = bytes.indexOf(0x3d, space);
    if (equals <= space + 1 || equals >= end) {
      throw new FormatError('tar', 'a PAX record without a key', offset);
    }
    const key = Buffer.from(bytes.subarray(space + 1, equals)).toString('utf8');
    attributes.set(key, bytes.subarray(equals + 1, end - 1));
    at = end;
  }
  return attributes;
}

/** Undefined where the attribute is missing or, which PAX says takes an earlier one back, empty. */
export function paxNumber(attributes: PaxAttributes, key: string, offset: number): number | undefined {
  const value = attributes.get(key);
  if (value === undefined || value.length === 0) return undefined;
  const text = Buffer.from(value).toString('latin1');
  if (!/^-?[0-9]{1,18}(\.[0-9]{0,18})?$/.test(text)) {
    throw new FormatError('tar', `the PAX attribute ${key} is no number`, offset);
  }
  return Number(text);
}

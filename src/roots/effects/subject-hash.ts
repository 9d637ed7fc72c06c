/**
 * The name under which OpenSSL looks for a certificate in a folder: the first four bytes, little-endian, of the SHA-1 of
 * its subject in a canonical form, in which strings are UTF-8, in lower case, and without superfluous white space.
 */
import { createHash } from 'node:crypto';
import { FormatError } from '../../formats/format-error.ts';

export function subjectHash(certificate: Uint8Array): string {
  const canonical = canonicalName(findSubject(Buffer.from(certificate)));
  return createHash('sha1').update(canonical).digest().readUInt32LE(0).toString(16).padStart(8, '0');
}

interface Element {
  readonly tag: number;
  readonly content: Buffer;
}

/** Certificate → TBSCertificate → [version], serial, algorithm, issuer, validity, subject. */
function findSubject(certificate: Buffer): Element {
  const tbs = children(children({ tag: 0, content: certificate })[0]!)[0]!;
  const fields = children(tbs);
  const subject = fields[fields[0]?.tag === 0xa0 ? 5 : 4];
  if (subject?.tag !== 0x30) throw new FormatError('X.509', 'no subject');
  return subject;
}

function canonicalName(name: Element): Buffer {
  const sets = children(name).map((set) => {
    const attributes = children(set).map((attribute) => {
      const [type, value] = children(attribute);
      if (type === undefined || value === undefined) throw new FormatError('X.509', 'a name without a value');
      return encode(0x30, Buffer.concat([encode(type.tag, type.content), canonicalValue(value)]));
    });
    return encode(0x31, Buffer.concat(attributes.sort((a, b) => a.compare(b))));
  });
  return Buffer.concat(sets);
}

/** The kinds of string that OpenSSL converts; all others stay as they are. */
const DECODERS: Readonly<Record<number, (content: Buffer) => string>> = {
  0x0c: (content) => content.toString('utf8'),
  0x12: (content) => content.toString('latin1'),
  0x13: (content) => content.toString('latin1'),
  0x14: (content) => content.toString('latin1'),
  0x16: (content) => content.toString('latin1'),
  0x1a: (content) => content.toString('latin1'),
  0x1e: (content) => Buffer.from(content).swap16().toString('utf16le'),
};

function canonicalValue({ tag, content }: Element): Buffer {
  const decode = DECODERS[tag];
  if (decode === undefined) return encode(tag, content);
  const text = decode(content)
    .replaceAll(/[ \t\n\v\f\r]+/g, ' ')
    .replaceAll(/^ | $/g, '')
    .replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
  return encode(0x0c, Buffer.from(text, 'utf8'));
}

function children({ content }: Element): Element[] {
  const found: Element[] = [];
  for (let at = 0; at < content.length;) {
    const tag = content[at]!;
    const first = content[at + 1] ?? 0;
    const extra = first < 0x80 ? 0 : first & 0x7f;
    const length =
      extra === 0
        ? first
        : extra <= 4 && at + 2 + extra <= content.length
          ? content.readUIntBE(at + 2, extra)
          : Infinity;
    const start = at + 2 + extra;
    if (start + length > content.length)
      throw new FormatError('X.509', 'an element is longer than what holds it', at);
    found.push({ tag, content: content.subarray(start, start + length) });
    at = start + length;
  }
  return found;
}

function encode(tag: number, content: Buffer): Buffer {
  const bytes: number[] = [];
  for (let rest = content.length; rest > 0; rest >>>= 8) bytes.unshift(rest & 0xff);
  const length = content.length < 0x80 ? [content.length] : [0x80 | bytes.length, ...bytes];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}

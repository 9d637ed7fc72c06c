import { FormatError } from '../../formats/format-error.ts';

const BEGIN = /^-----BEGIN PGP ([A-Z ]+)-----$/;

interface Block {
  /** `PUBLIC KEY BLOCK`, `SIGNATURE`. */
  readonly kind: string;
  readonly data: Buffer;
}

/** Every packet begins with a byte that no text begins with. */
export function isBinary(bytes: Buffer): boolean {
  return bytes.length > 0 && bytes[0]! >= 0x80;
}

/** The armoured blocks of a text, as gpg writes them. What stands between blocks is a comment, as in Debian's key files. */
export function parseArmor(text: string): Block[] {
  const blocks: Block[] = [];
  const lines = text.split('\n').map((line) => line.trimEnd());
  for (let index = 0; index < lines.length; index++) {
    const kind = BEGIN.exec(lines[index]!)?.[1];
    if (kind === undefined) continue;
    const end = lines.indexOf(`-----END PGP ${kind}-----`, index);
    if (end < 0) throw new FormatError('openpgp armor', `the ${kind} block has no end`);
    const blank = lines.indexOf('', index);
    const first = blank > index && blank < end ? blank + 1 : index + 1;
    // The checksum line after `=` guards against nothing that the signature doesn't guard against.
    const body = lines.slice(first, end).filter((line) => !line.startsWith('='));
    blocks.push({ kind, data: Buffer.from(body.join(''), 'base64') });
    index = end;
  }
  return blocks;
}

interface ClearSigned {
  /** The text that is signed, with plain line breaks: the only part of the file that may be believed. */
  readonly text: string;
  /** The same as the signature sees it: lines end with CR LF, blanks at their ends don't count. */
  readonly canonical: Buffer;
  readonly signatures: Buffer;
}

/**
 * Takes a clear-signed file apart. It must be one message and nothing else: text before or after the signed part is
 * what an attacker would add for a careless reader.
 */
export function parseClearSigned(bytes: Buffer): ClearSigned {
  // Latin-1 keeps every byte as it is, so the text can be turned back into the bytes that were signed.
  const lines = bytes.toString('latin1').split('\n');
  while (lines.length > 0 && lines.at(-1)!.trim() === '') lines.pop();
  const isLine = (index: number, wanted: string) => lines[index]?.trimEnd() === wanted;
  if (!isLine(0, '-----BEGIN PGP SIGNED MESSAGE-----')) {
    throw new FormatError('openpgp', 'it does not begin with a signed message');
  }
  const blank = lines.findIndex((line) => line.trim() === '');
  const headers = lines.slice(1, Math.max(blank, 1));
  if (blank < 0 || !headers.every((line) => /^Hash: [A-Za-z0-9, -]+\r?$/.test(line))) {
    throw new FormatError('openpgp', 'the head of the signed message has something other than "Hash:" lines');
  }
  const end = lines.findIndex((_, index) => isLine(index, '-----BEGIN PGP SIGNATURE-----'));
  if (end < 0) throw new FormatError('openpgp', 'the signed message has no signature');
  const close = lines.findIndex((_, index) => index > end && isLine(index, '-----END PGP SIGNATURE-----'));
  if (close !== lines.length - 1) throw new FormatError('openpgp', 'something follows the signature');

  const signed = lines.slice(blank + 1, end).map((line) => {
    if (line.startsWith('- ')) return line.slice(2);
    if (line.startsWith('-'))
      throw new FormatError('openpgp', 'a line of the signed text begins with a bare dash');
    return line;
  });
  const trimmed = signed.map((line) => line.replace(/[ \t\r]+$/, ''));
  return {
    text: Buffer.from(trimmed.join('\n'), 'latin1').toString('utf8'),
    canonical: Buffer.from(trimmed.join('\r\n'), 'latin1'),
    signatures: parseArmor(lines.slice(end).join('\n'))[0]!.data,
  };
}

/**
 * The paths that git tracks, read from its index file: versions 2, 3 and 4. Reading it here means that a build sees the
 * same source with and without git installed, whoever owns the folder.
 *
 * An entry is 62 bytes of stat data, hash and flags (two more with the extended flag), then the path. Versions 2 and 3 end
 * the path with a zero byte and pad the entry to a multiple of eight; version 4 leaves out what the path shares with the
 * one before and doesn't pad.
 */
import { FormatError } from './format-error.ts';

export interface TrackedPath {
  readonly path: string;
  readonly kind: 'file' | 'link' | 'submodule';
}

const fixedPart = 62;

export function readGitIndex(bytes: Buffer): TrackedPath[] {
  if (bytes.length < 12 || bytes.toString('latin1', 0, 4) !== 'DIRC')
    throw new FormatError('git index', 'not one', 0);
  const version = bytes.readUInt32BE(4);
  if (version < 2 || version > 4) throw new FormatError('git index', `version ${version} is not known`, 4);
  const count = bytes.readUInt32BE(8);
  const tracked = new Map<string, TrackedPath>();
  let offset = 12;
  let previous = Buffer.alloc(0);
  for (let index = 0; index < count; index++) {
    if (offset + fixedPart > bytes.length) throw new FormatError('git index', 'ends within an entry', offset);
    const kind = kindOfMode(bytes.readUInt32BE(offset + 24));
    const extended = (bytes.readUInt16BE(offset + 60) & 0x4000) !== 0;
    let start = offset + fixedPart + (extended ? 2 : 0);
    let shared = Buffer.alloc(0);
    if (version === 4) {
      const strip = readOffsetNumber(bytes, start);
      start = strip.end;
      shared = previous.subarray(0, Math.max(0, previous.length - strip.value));
    }
    const end = bytes.indexOf(0, start);
    if (end < 0) throw new FormatError('git index', 'a path has no end', start);
    previous = Buffer.concat([shared, bytes.subarray(start, end)]);
    const path = previous.toString('utf8');
    tracked.set(path, { path, kind });
    offset = version === 4 ? end + 1 : offset + (((end - offset + 8) >> 3) << 3);
  }
  return [...tracked.values()];
}

function kindOfMode(mode: number): TrackedPath['kind'] {
  if (mode >> 12 === 0o12) return 'link';
  return mode >> 12 === 0o16 ? 'submodule' : 'file';
}

/** The variable-width number of pack offsets: seven bits a byte, most significant first, each continuation adding one. */
function readOffsetNumber(bytes: Buffer, start: number): { value: number; end: number } {
  let at = start;
  let byte = bytes[at++] ?? 0;
  let value = byte & 0x7f;
  while ((byte & 0x80) !== 0) {
    byte = bytes[at++] ?? 0;
    value = (value + 1) * 128 + (byte & 0x7f);
    if (at - start > 8) throw new FormatError('git index', 'a number is too long', start);
  }
  return { value, end: at };
}

import { FormatError } from '../formats/format-error.ts';

/** Leaves room for the folder of a store before the kernel's 4,095 are reached. */
const MOST_PATH = 3000;

/**
 * The path of an archive's member, `./usr/bin/` as `usr/bin`; the empty string for the archive's root. Whatever could be
 * understood in two ways is refused.
 */
export function memberPath(path: string, offset: number, format: string): string {
  const refuse = (why: string): never => {
    throw new FormatError(format, `the path ${JSON.stringify(path)} ${why}`, offset);
  };
  if (path.startsWith('/')) refuse('is absolute');
  // What the decoder puts where bytes are no UTF-8.
  if (path.includes('\uFFFD')) refuse('is not in UTF-8');
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.includes('..')) refuse('leads upwards');
  if (path.includes('\0')) refuse('holds a NUL');
  if (Buffer.byteLength(path) > MOST_PATH) refuse(`is longer than ${MOST_PATH} bytes`);
  if (parts.some((part) => Buffer.byteLength(part) > 255)) refuse('has a name of more than 255 bytes');
  return parts.join('/');
}

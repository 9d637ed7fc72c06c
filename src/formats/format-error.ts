/**
 * Bytes that are not what they claim to be, or a variant of a format that isn't read. Rooms above turn it into a
 * `Failure` or a finding, adding which file it was.
 */
export class FormatError extends Error {
  /** What the bytes were read as: `tar`, `ar`, `xz`. */
  readonly format: string;
  /** Where in those bytes, as far as it is known. */
  readonly offset: number | undefined;

  constructor(format: string, message: string, offset?: number, cause?: unknown) {
    super(`${format}: ${message}${offset === undefined ? '' : ` (at byte ${offset})`}`, { cause });
    this.name = 'FormatError';
    this.format = format;
    this.offset = offset;
  }
}

/** The forms in which repositories hand out a Packages file. */
import { decompress, type Compression } from '../../formats/decompress.ts';
import { FormatError } from '../../formats/format-error.ts';
import { Failure } from '../../report/failure.ts';

export interface PackedForm {
  readonly extension: string;
  readonly compression: Compression | undefined;
}

/** Best first. */
export const packedForms: readonly PackedForm[] = [
  { extension: '.xz', compression: 'xz' },
  { extension: '.zst', compression: 'zstd' },
  { extension: '.gz', compression: 'gzip' },
  { extension: '.bz2', compression: 'bzip2' },
  { extension: '', compression: undefined },
];

const MOST_INDEX = 1024 * 1024 * 1024;

/** `size` is what the release file says of the unpacked file; some say nothing. */
export async function unpackIndex(
  packed: Buffer,
  { compression }: PackedForm,
  size: number | undefined,
  url: string,
): Promise<Buffer> {
  if (compression === undefined) return packed;
  const most = Math.min(size ?? MOST_INDEX, MOST_INDEX);
  const parts: Uint8Array[] = [];
  // Where the size is known the parts go to their place at once.
  const whole = size === undefined ? undefined : Buffer.allocUnsafe(most);
  let filled = 0;
  try {
    for await (const chunk of decompress(chunked(packed), compression)) {
      if (filled + chunk.length > most)
        throw new FormatError(compression, `it unpacks to more than ${most} bytes`);
      if (whole === undefined) parts.push(chunk);
      else whole.set(chunk, filled);
      filled += chunk.length;
    }
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new Failure('index-invalid', `${url} can't be unpacked`, { why: error.message, cause: error });
  }
  if (whole === undefined) return Buffer.concat(parts, filled);
  if (filled === size) return whole;
  throw new Failure(
    'index-invalid',
    `${url} unpacks to ${filled} bytes, not to the ${size} that its release file says`,
  );
}

async function* chunked(bytes: Buffer): AsyncGenerator<Buffer, void, void> {
  const step = 256 * 1024;
  for (let at = 0; at < bytes.length; at += step) yield bytes.subarray(at, at + step);
}

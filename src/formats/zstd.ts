/**
 * zstd (RFC 8878), decompressed by hand, because Node has it only from 22.15 on.
 *
 * A stream is a row of frames; a frame is a row of blocks of at most 128 KiB. A compressed block has two parts: literals
 * (bytes that are new, usually Huffman-coded) and sequences, which say in turn "copy so many literals, then copy so
 * many bytes from so far back". The three numbers of a sequence are codes of three FSE states that share one stream of
 * bits, read from its end. "So far back" may be one of the last three distances, written as 1, 2, 3.
 *
 * Memory: a block of input, and `history`, which holds the frame's window (how far back a sequence may reach) and some
 * more, so that it needs to slide only now and then. A frame asking for more than 128 MiB of window is refused, as the
 * zstd program does. History grows with what was really written: a header alone can't make us allocate.
 * Dictionaries are refused: no archive that we read uses them.
 */
import { ByteReader } from './byte-reader.ts';
import { FormatError } from './format-error.ts';
import { XxHash64 } from './xxhash64.ts';
import { BLOCK_REPEATED_BYTE, FrameDecoder, MOST_BLOCK } from './zstd-block.ts';
import { corrupt } from './zstd-entropy.ts';

const MAGIC = 0xfd2fb528;
const MOST_WINDOW = 128 * 1024 * 1024;

interface FrameHeader {
  readonly window: number;
  readonly contentSize: number | undefined;
  readonly hasChecksum: boolean;
}

/** Chunks are the caller's to keep. */
export async function* decompressZstd(
  bytes: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, void> {
  const reader = new ByteReader(bytes, 'zstd');
  try {
    for (;;) {
      const start = reader.offset;
      const magic = await reader.readOrEnd(4);
      if (magic === undefined) {
        if (start === 0) throw reader.tooShort();
        return;
      }
      const number = uint32(magic, 0);
      if (number === MAGIC) yield* readFrame(reader);
      else if ((number & 0xfffffff0) >>> 0 === 0x184d2a50) await reader.skip(uint32(await reader.read(4), 0));
      else throw new FormatError('zstd', 'no zstd frame', start);
    }
  } catch (error) {
    if (!(error instanceof FormatError) || error.offset !== undefined) throw error;
    throw new FormatError('zstd', error.message.replace(/^zstd: /, ''), reader.offset, error);
  } finally {
    await reader.close();
  }
}

async function* readFrame(reader: ByteReader): AsyncGenerator<Uint8Array, void, void> {
  const header = await readFrameHeader(reader);
  const decoder = new FrameDecoder(header.window);
  const hash = header.hasChecksum ? new XxHash64() : undefined;
  let total = 0;
  for (let last = false; !last;) {
    const head = await reader.read(3);
    const value = head[0]! | (head[1]! << 8) | (head[2]! << 16);
    last = (value & 1) === 1;
    const type = (value >> 1) & 3;
    const size = value >> 3;
    if (type === 3) throw corrupt('a block of an unknown type');
    if (size > MOST_BLOCK) throw corrupt('a block that is too large');
    const output = decoder.decode(type, size, await reader.read(type === BLOCK_REPEATED_BYTE ? 1 : size));
    total += output.length;
    if (total > (header.contentSize ?? Infinity)) throw corrupt('more bytes than the frame declares');
    hash?.update(output);
    if (output.length > 0) yield output;
  }
  if (header.contentSize !== undefined && total !== header.contentSize) {
    throw corrupt('fewer bytes than the frame declares');
  }
  if (hash !== undefined && uint32(await reader.read(4), 0) !== hash.digestLow()) {
    throw new FormatError('zstd', 'the checksum is wrong', reader.offset);
  }
}

async function readFrameHeader(reader: ByteReader): Promise<FrameHeader> {
  const descriptor = (await reader.read(1))[0]!;
  const singleSegment = (descriptor & 0x20) !== 0;
  if ((descriptor & 0x08) !== 0) throw corrupt('a reserved bit is set');
  let window = 0;
  if (!singleSegment) {
    const byte = (await reader.read(1))[0]!;
    const base = 2 ** (10 + (byte >> 3));
    window = base + (base / 8) * (byte & 7);
  }
  const dictionarySize = [0, 1, 2, 4][descriptor & 3]!;
  const dictionary = await reader.read(dictionarySize);
  if (dictionary.some((byte) => byte !== 0))
    throw new FormatError('zstd', 'dictionaries are not read', reader.offset);
  const sizeFlag = descriptor >> 6;
  const sizeBytes = sizeFlag === 0 ? (singleSegment ? 1 : 0) : 1 << sizeFlag;
  let contentSize: number | undefined;
  if (sizeBytes > 0) {
    const field = await reader.read(sizeBytes);
    contentSize = field.reduceRight((value, byte) => value * 256 + byte, sizeBytes === 2 ? 256 : 0);
    if (sizeBytes === 2) contentSize = field[0]! + field[1]! * 256 + 256;
    if (!Number.isSafeInteger(contentSize)) throw corrupt('a content size that is too large');
  }
  if (singleSegment) window = contentSize!;
  if (window > MOST_WINDOW) {
    throw new FormatError(
      'zstd',
      `needs a window of ${window} bytes; ${MOST_WINDOW} are allowed`,
      reader.offset,
    );
  }
  return { window, contentSize, hasChecksum: (descriptor & 4) !== 0 };
}

function uint32(bytes: Uint8Array, at: number): number {
  return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
}

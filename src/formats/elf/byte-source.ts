import { readSync } from 'node:fs';

/** Bytes that can be read at any place. Less than asked for comes back only where they end. */
export interface ByteSource {
  readonly size: number;
  read(offset: number, length: number): Buffer;
}

export function sourceOfBytes(bytes: Uint8Array): ByteSource {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    size: buffer.length,
    read: (offset, length) => buffer.subarray(Math.min(offset, buffer.length), offset + length),
  };
}

/**
 * Reads with pread, so that one descriptor serves several readers. The first page is kept: ELF's headers, its notes and
 * often its version tables are in it.
 */
export function sourceOfFile(descriptor: number, size: number): ByteSource {
  let page: Buffer | undefined;
  const pread = (offset: number, length: number): Buffer => {
    const wanted = Math.max(0, Math.min(length, size - offset));
    const bytes = Buffer.allocUnsafe(wanted);
    let filled = 0;
    while (filled < wanted) {
      const got = readSync(descriptor, bytes, filled, wanted - filled, offset + filled);
      if (got === 0) break;
      filled += got;
    }
    return bytes.subarray(0, filled);
  };
  return {
    size,
    read(offset, length) {
      if (offset + length > FIRST_PAGE) return pread(offset, length);
      page ??= pread(0, FIRST_PAGE);
      return page.subarray(Math.min(offset, page.length), offset + length);
    },
  };
}

const FIRST_PAGE = 4096;

import { sniffCompression, type Compression } from '../../formats/decompress.ts';
import { looksLikeElf } from '../../formats/elf/elf-header.ts';

export type Sniffed = 'elf' | 'adb' | 'ar' | 'zip' | 'rpm' | 'cpio' | 'tar' | Compression | undefined;

/** As many first bytes as `sniff` wants to see: one block of a tar. */
export const SNIFF_SIZE = 512;

export function sniff(head: Uint8Array): Sniffed {
  if (looksLikeElf(head)) return 'elf';
  const text = Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, 8)).toString('latin1');
  if (text === '!<arch>\n' || text === '!<thin>\n') return 'ar';
  if (/^ADB[.cd]/.test(text)) return 'adb';
  if (text.startsWith('PK\x03\x04') || text.startsWith('PK\x05\x06')) return 'zip';
  if (text.startsWith('\xed\xab\xee\xdb')) return 'rpm';
  if (text.startsWith('070701') || text.startsWith('070702')) return 'cpio';
  return sniffCompression(head) ?? (isTarHeader(head) ? 'tar' : undefined);
}

/** By the checksum: the oldest tars have no magic. */
function isTarHeader(head: Uint8Array): boolean {
  if (head.length < 512) return false;
  const field = Buffer.from(head.buffer, head.byteOffset + 148, 8).toString('latin1');
  const digits = /^ *([0-7]+)[\0 ]/.exec(field)?.[1];
  if (digits === undefined) return false;
  let sum = 8 * 32;
  for (let index = 0; index < 512; index++) if (index < 148 || index >= 156) sum += head[index]!;
  return sum === Number.parseInt(digits, 8);
}

/** Closes what is behind a stream that nobody reads. */
export async function abandon(bytes: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const _ of bytes) return;
}

import { join } from 'node:path';
import { DECOMPRESSORS, decompressIfCompressed } from '../formats/decompress.ts';
import { readDeb } from '../formats/deb.ts';
import { decompressXzThroughFiles } from '../formats/xz.ts';
import { readCheckedBlob } from './checked-blob.ts';
import { writeTree } from './tree-writer.ts';
import { limitUnpacked } from './unpacked-limit.ts';

/** `folder` exists and is empty. */
export async function unpackDeb(blob: string, sha256: string, folder: string, most: number): Promise<void> {
  const { control, data } = await readDeb(readCheckedBlob(blob, sha256), (bytes) => {
    const plain = decompressIfCompressed(bytes, {
      ...DECOMPRESSORS,
      xz: (packed) => decompressXzThroughFiles(packed, join(folder, 'scratch'), most),
    });
    return limitUnpacked(plain, most, 'deb');
  });
  await writeTree(folder, { format: 'deb', data, control, most });
}

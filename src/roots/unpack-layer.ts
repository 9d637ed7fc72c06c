import { join } from 'node:path';
import { DECOMPRESSORS, decompressIfCompressed } from '../formats/decompress.ts';
import { readTar } from '../formats/tar.ts';
import { decompressXzThroughFiles } from '../formats/xz.ts';
import { readCheckedBlob } from './checked-blob.ts';
import { writeTree } from './tree-writer.ts';
import { limitUnpacked } from './unpacked-limit.ts';

/** A tar, compressed or not: a layer of an image, or a whole root filesystem. `folder` exists and is empty. */
export async function unpackLayer(blob: string, sha256: string, folder: string, most: number): Promise<void> {
  const plain = decompressIfCompressed(readCheckedBlob(blob, sha256), {
    ...DECOMPRESSORS,
    xz: (packed) => decompressXzThroughFiles(packed, join(folder, 'scratch'), most),
  });
  const data = readTar(limitUnpacked(plain, most, 'layer'));
  await writeTree(folder, { format: 'layer', data, control: new Map(), most });
}

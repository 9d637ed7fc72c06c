import { closeSync, fstatSync, openSync } from 'node:fs';
import { sourceOfFile, type ByteSource } from '../formats/elf/byte-source.ts';
import { FormatError } from '../formats/format-error.ts';
import type { TarEntry } from '../formats/tar.ts';
import { readZip, readZipMember, type ZipEntry } from '../formats/zip.ts';
import { checkBlob } from './checked-blob.ts';
import { writeTree } from './tree-writer.ts';

/** The first day that a zip can hold; wheels say nothing of use about times. */
const ZIP_EPOCH = 315532800;
const MOST_METADATA = 16 * 1024 * 1024;

/** What installers read of a wheel's `.dist-info`. */
const CONTROL = ['METADATA', 'WHEEL', 'entry_points.txt'];

/** As it is in the wheel, all of it root's. `folder` exists and is empty. */
export async function unpackWheel(blob: string, sha256: string, folder: string, most: number): Promise<void> {
  checkBlob(blob, sha256);
  const descriptor = openSync(blob, 'r');
  try {
    const source = sourceOfFile(descriptor, fstatSync(descriptor).size);
    const entries = readZip(source);
    const control = await readControl(source, entries);
    const data = installed(source, entries);
    await writeTree(folder, { format: 'wheel', data, control, most });
  } finally {
    closeSync(descriptor);
  }
}

async function readControl(
  source: ByteSource,
  entries: readonly ZipEntry[],
): Promise<ReadonlyMap<string, { readonly bytes: Uint8Array; readonly mode: number }>> {
  const control = new Map<string, { bytes: Uint8Array; mode: number }>();
  for (const entry of entries) {
    const name = /^[^/]+\.dist-info\/([^/]+)$/.exec(entry.path)?.[1];
    if (name === undefined || !CONTROL.includes(name)) continue;
    if (entry.size > MOST_METADATA)
      throw new FormatError('wheel', `a ${name} of ${entry.size} bytes`, entry.offset);
    const chunks: Uint8Array[] = [];
    for await (const chunk of readZipMember(source, entry)) chunks.push(Uint8Array.from(chunk));
    control.set(name, { bytes: Buffer.concat(chunks), mode: 0o644 });
  }
  if (!control.has('METADATA')) throw new FormatError('wheel', 'there is no METADATA');
  return control;
}

async function* installed(
  source: ByteSource,
  entries: readonly ZipEntry[],
): AsyncGenerator<TarEntry, void, void> {
  for (const entry of entries) {
    const { path, type, size, mode = 0, offset } = entry;
    if (type === 'symlink') throw new FormatError('wheel', `${JSON.stringify(path)} is a link`, offset);
    const executable =
      type === 'folder' || (mode & 0o111) !== 0 || /^[^/]+\.data\/scripts\/[^/]+$/.test(path);
    yield {
      path,
      type,
      mode: executable ? 0o755 : 0o644,
      uid: 0,
      gid: 0,
      size: type === 'folder' ? 0 : size,
      mtime: ZIP_EPOCH,
      linkTarget: undefined,
      xattrs: new Map(),
      pax: new Map(),
      user: '',
      group: '',
      device: undefined,
      body: readZipMember(source, entry),
      offset,
    };
  }
}

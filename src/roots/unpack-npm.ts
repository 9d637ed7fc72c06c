import { createGunzip } from 'node:zlib';
import { throughZlib } from '../formats/decompress.ts';
import { FormatError } from '../formats/format-error.ts';
import { readTar, type TarEntry } from '../formats/tar.ts';
import { npmPrograms } from '../formats/npm-manifest.ts';
import { readCheckedBlob } from './checked-blob.ts';
import { memberPath } from './member-path.ts';
import { writeTree } from './tree-writer.ts';
import { limitUnpacked } from './unpacked-limit.ts';

const MOST_MANIFEST = 4 * 1024 * 1024;

/** As npm unpacks: without the tarball's own top folder, without links, all of it root's. `folder` exists and is empty. */
export async function unpackNpm(blob: string, sha256: string, folder: string, most: number): Promise<void> {
  const members = (): AsyncIterable<TarEntry> => {
    const plain = throughZlib(readCheckedBlob(blob, sha256), createGunzip, 'npm');
    return withoutTop(readTar(limitUnpacked(plain, most, 'npm')));
  };
  const manifest = await findManifest(members());
  const programs = new Set(npmPrograms(manifest.toString('utf8')).values());
  await writeTree(folder, {
    format: 'npm',
    data: installed(members(), programs),
    control: new Map([['package.json', { bytes: manifest, mode: 0o644 }]]),
    most,
  });
}

async function* withoutTop(entries: AsyncIterable<TarEntry>): AsyncGenerator<TarEntry, void, void> {
  for await (const entry of entries) {
    const path = memberPath(entry.path, entry.offset, 'npm');
    const slash = path.indexOf('/');
    if (slash !== -1) yield { ...entry, path: path.slice(slash + 1) };
  }
}

async function findManifest(entries: AsyncIterable<TarEntry>): Promise<Buffer> {
  for await (const { path, type, size, body, offset } of entries) {
    if (path !== 'package.json' || type !== 'file') continue;
    if (size > MOST_MANIFEST) throw new FormatError('npm', `a package.json of ${size} bytes`, offset);
    const chunks: Uint8Array[] = [];
    for await (const chunk of body) chunks.push(Uint8Array.from(chunk));
    return Buffer.concat(chunks);
  }
  throw new FormatError('npm', 'there is no package.json');
}

async function* installed(
  entries: AsyncIterable<TarEntry>,
  programs: ReadonlySet<string>,
): AsyncGenerator<TarEntry, void, void> {
  for await (const entry of entries) {
    const { type, path, mode } = entry;
    if (type !== 'file' && type !== 'folder') continue;
    const executable = type === 'folder' || (mode & 0o111) !== 0 || programs.has(path);
    yield { ...entry, mode: executable ? 0o755 : 0o644, uid: 0, gid: 0 };
  }
}

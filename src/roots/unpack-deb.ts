/**
 * Puts one package into a folder that nobody else uses:
 *
 *     fs/             its files, with their modes and times, and, for root, their owners
 *     control/        control, md5sums, conffiles, postinst …
 *     manifest.json   a `TreeManifest`
 *
 * Nothing an archive says may reach outside of that folder. The folder is new and everything in it is made here, so a
 * map of what was made tells all that a look at the disk would: an entry's parents must be folders that this archive
 * made; a hard link must name a file that it made; only folders may come twice, as dpkg has it. Devices and pipes are
 * only written down.
 *
 * It runs in a worker thread, with synchronous calls: for small files they are several times faster than promises.
 */
import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  closeSync,
  fchmodSync,
  fchownSync,
  futimesSync,
  lchownSync,
  linkSync,
  lutimesSync,
  mkdirSync,
  openSync,
  readSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { DECOMPRESSORS, decompressIfCompressed } from '../formats/decompress.ts';
import { readDeb } from '../formats/deb.ts';
import { FormatError } from '../formats/format-error.ts';
import type { TarEntry } from '../formats/tar.ts';
import { decompressXzThroughFiles } from '../formats/xz.ts';
import { memberPath } from './member-path.ts';
import type { TreeEntry, TreeManifest } from './tree-manifest.ts';

/** The bytes of the package are not those that its name in the store promises. */
export class DamagedBlob extends Error {}

/** `folder` exists and is empty. */
export async function unpackDeb(blob: string, sha256: string, folder: string): Promise<void> {
  if (hashOf(blob) !== sha256) throw new DamagedBlob();
  const { control, data } = await readDeb(readFile(blob), (bytes) =>
    decompressIfCompressed(bytes, {
      ...DECOMPRESSORS,
      xz: (packed) => decompressXzThroughFiles(packed, join(folder, 'scratch')),
    }),
  );
  const entries = await new TreeWriter(join(folder, 'fs')).write(data);
  mkdirSync(join(folder, 'control'));
  for (const [name, file] of control) {
    const path = join(folder, 'control', name);
    writeFileSync(path, file.bytes);
    chmodSync(path, (file.mode & 0o111) === 0 ? 0o644 : 0o755);
  }
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ entries } satisfies TreeManifest));
}

/** The name in the store was right once; a disk that lost power may have kept the name alone. */
function hashOf(path: string): string {
  const hash = createHash('sha256');
  for (const chunk of chunksOf(path)) hash.update(chunk);
  return hash.digest('hex');
}

async function* readFile(path: string): AsyncGenerator<Uint8Array, void, void> {
  yield* chunksOf(path);
}

function* chunksOf(path: string): Generator<Uint8Array, void, void> {
  const file = openSync(path, 'r');
  try {
    for (;;) {
      const chunk = Buffer.allocUnsafe(CHUNK);
      const size = readSync(file, chunk);
      if (size === 0) return;
      yield chunk.subarray(0, size);
    }
  } finally {
    closeSync(file);
  }
}

const CHUNK = 1024 * 1024;
const IS_ROOT = process.geteuid?.() === 0;

class TreeWriter {
  readonly #folder: string;
  readonly #types = new Map<string, TreeEntry['type']>();
  readonly #entries: TreeEntry[] = [];

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { mode: 0o755 });
  }

  async write(data: AsyncIterable<TarEntry>): Promise<readonly TreeEntry[]> {
    for await (const entry of data) {
      const path = memberPath(entry.path, entry.offset);
      // The root folder's own mode is not for a package to decide.
      if (path === '' && entry.type === 'folder') continue;
      this.#makeRoomFor(path, entry);
      const written = await this.#writeEntry(path, entry);
      this.#types.set(path, written.type);
      this.#entries.push(written);
    }
    this.#finishFolders();
    return this.#entries;
  }

  #makeRoomFor(path: string, { type, offset }: TarEntry): void {
    const existing = this.#types.get(path);
    if (path === '' || (existing !== undefined && (existing !== 'folder' || type !== 'folder'))) {
      throw new FormatError('deb', `${JSON.stringify(path)} comes twice`, offset);
    }
    for (let slash = path.indexOf('/'); slash !== -1; slash = path.indexOf('/', slash + 1)) {
      const parent = path.slice(0, slash);
      const found = this.#types.get(parent);
      if (found === 'folder') continue;
      if (found !== undefined) {
        const message = `${JSON.stringify(path)} would be written through the ${found} ${JSON.stringify(parent)}`;
        throw new FormatError('deb', message, offset);
      }
      mkdirSync(join(this.#folder, parent), { mode: 0o755 });
      this.#types.set(parent, 'folder');
    }
  }

  async #writeEntry(path: string, entry: TarEntry): Promise<TreeEntry> {
    const { mode, uid, gid, mtime } = entry;
    const xattrs = Object.fromEntries(
      [...entry.xattrs].map(([name, value]) => [name, Buffer.from(value).toString('base64')]),
    );
    const facts = { path, mode, uid, gid, mtime, ...(entry.xattrs.size > 0 && { xattrs }) };
    const place = join(this.#folder, path);
    switch (entry.type) {
      case 'folder':
        if (!this.#types.has(path)) mkdirSync(place, { mode: 0o755 });
        return { ...facts, type: 'folder' };
      case 'file':
        return { ...facts, type: 'file', size: entry.size, sha256: await writeFile(place, entry) };
      case 'symlink': {
        const target = entry.linkTarget ?? '';
        if (Buffer.byteLength(target) > 4095)
          throw new FormatError('deb', 'a link that is too long', entry.offset);
        symlinkSync(target, place);
        if (IS_ROOT) lchownSync(place, uid, gid);
        lutimesSync(place, mtime, mtime);
        return { ...facts, type: 'symlink', target };
      }
      case 'hardlink': {
        const target = memberPath(entry.linkTarget ?? '', entry.offset);
        const found = this.#types.get(target);
        if (found !== 'file' && found !== 'hardlink') {
          const message = `${JSON.stringify(path)} is a hard link to ${JSON.stringify(target)}, which is no file before it`;
          throw new FormatError('deb', message, entry.offset);
        }
        linkSync(join(this.#folder, target), place);
        return { ...facts, type: 'hardlink', target };
      }
      case 'fifo':
        return { ...facts, type: 'fifo' };
      case 'character-device':
      case 'block-device': {
        const { major, minor } = entry.device ?? { major: 0, minor: 0 };
        return { ...facts, type: entry.type, major, minor };
      }
    }
    return entry.type satisfies never;
  }

  /** Last and from the bottom up: writing into a folder changes its time, and may not be allowed by its mode. */
  #finishFolders(): void {
    for (const { type, path, uid, gid, mode, mtime } of this.#entries.toReversed()) {
      if (type !== 'folder') continue;
      const place = join(this.#folder, path);
      if (IS_ROOT) chownSync(place, uid, gid);
      chmodSync(place, folderMode(mode));
      utimesSync(place, mtime, mtime);
    }
  }
}

/** Root may look into any folder; another user must be left the permission to use its own. */
export function folderMode(mode: number): number {
  return IS_ROOT ? mode : mode | 0o700;
}

/** Tells the sha256 of the bytes. The mode comes after the owner, which takes the setuid bit away. */
async function writeFile(place: string, { body, uid, gid, mode, mtime }: TarEntry): Promise<string> {
  const hash = createHash('sha256');
  const file = openSync(place, 'wx', 0o600);
  try {
    for await (const chunk of body) {
      hash.update(chunk);
      for (let written = 0; written < chunk.length;) written += writeSync(file, chunk, written);
    }
    if (IS_ROOT) fchownSync(file, uid, gid);
    fchmodSync(file, mode);
    futimesSync(file, mtime, mtime);
  } finally {
    closeSync(file);
  }
  return hash.digest('hex');
}

/**
 * Puts what an archive holds into a folder that nobody else uses:
 *
 *     fs/             its files, with their modes and times, and, for root, their owners
 *     control/        what a package says about itself: control, md5sums, postinst …; .PKGINFO …
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
  symlinkSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { isRootOfMany } from '../base/root-of-many.ts';
import { FormatError } from '../formats/format-error.ts';
import type { TarEntry } from '../formats/tar.ts';
import { memberPath } from './member-path.ts';
import type { EntryNotes, TreeEntry, TreeManifest } from './tree-manifest.ts';
import { tooLarge } from './unpacked-limit.ts';

/** What can be unpacked; `unpack-package.ts` has a function for each. */
export type PackageFormat = 'deb' | 'apk' | 'layer' | 'npm' | 'wheel';

interface ControlFile {
  readonly bytes: Uint8Array;
  readonly mode: number;
}

/** A member, and what else the manifest is to keep of it. */
export interface PackedEntry extends TarEntry {
  readonly notes?: EntryNotes;
}

interface ArchiveContent {
  readonly format: PackageFormat;
  readonly data: AsyncIterable<PackedEntry>;
  readonly control: ReadonlyMap<string, ControlFile>;
  /** Bytes that all its files may have together. */
  readonly most: number;
  readonly identity?: string;
}

/** `folder` exists; there is no `fs` and no `control` in it. */
export async function writeTree(folder: string, content: ArchiveContent): Promise<void> {
  const { format, data, control, most, identity } = content;
  const entries = await new TreeWriter(join(folder, 'fs'), format, most).write(data);
  mkdirSync(join(folder, 'control'));
  for (const [name, file] of control) {
    const path = join(folder, 'control', name);
    writeFileSync(path, file.bytes);
    chmodSync(path, (file.mode & 0o111) === 0 ? 0o644 : 0o755);
  }
  const manifest: TreeManifest = { entries, ...(identity !== undefined && { identity }) };
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest));
}

const GIVES_OWNERS = isRootOfMany();

class TreeWriter {
  readonly #folder: string;
  readonly #format: PackageFormat;
  readonly #types = new Map<string, TreeEntry['type']>();
  readonly #entries: TreeEntry[] = [];

  readonly #most: number;
  #size = 0;

  constructor(folder: string, format: PackageFormat, most: number) {
    this.#folder = folder;
    this.#most = most;
    this.#format = format;
    mkdirSync(folder, { mode: 0o755 });
  }

  async write(data: AsyncIterable<PackedEntry>): Promise<readonly TreeEntry[]> {
    for await (const entry of data) {
      const path = memberPath(entry.path, entry.offset, this.#format);
      // The root folder's own mode is not for a package to decide.
      if (path === '' && entry.type === 'folder') continue;
      this.#makeRoomFor(path, entry);
      // By what it says of itself, before the first byte is written.
      this.#size += entry.type === 'file' ? entry.size : 0;
      if (this.#size > this.#most) throw tooLarge(this.#most, this.#format);
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
      throw new FormatError(this.#format, `${JSON.stringify(path)} comes twice`, offset);
    }
    for (let slash = path.indexOf('/'); slash !== -1; slash = path.indexOf('/', slash + 1)) {
      const parent = path.slice(0, slash);
      const found = this.#types.get(parent);
      if (found === 'folder') continue;
      if (found !== undefined) {
        const message = `${JSON.stringify(path)} would be written through the ${found} ${JSON.stringify(parent)}`;
        throw new FormatError(this.#format, message, offset);
      }
      mkdirSync(join(this.#folder, parent), { mode: 0o755 });
      this.#types.set(parent, 'folder');
    }
  }

  async #writeEntry(path: string, entry: PackedEntry): Promise<TreeEntry> {
    const { mode, uid, gid, mtime } = entry;
    const xattrs = Object.fromEntries(
      [...entry.xattrs].map(([name, value]) => [name, Buffer.from(value).toString('base64')]),
    );
    const facts = { path, mode, uid, gid, mtime, ...(entry.xattrs.size > 0 && { xattrs }), ...entry.notes };
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
          throw new FormatError(this.#format, 'a link that is too long', entry.offset);
        symlinkSync(target, place);
        if (GIVES_OWNERS) lchownSync(place, uid, gid);
        lutimesSync(place, mtime, mtime);
        return { ...facts, type: 'symlink', target };
      }
      case 'hardlink': {
        const target = memberPath(entry.linkTarget ?? '', entry.offset, this.#format);
        const found = this.#types.get(target);
        if (found !== 'file' && found !== 'hardlink') {
          const message = `${JSON.stringify(path)} is a hard link to ${JSON.stringify(target)}, which is no file before it`;
          throw new FormatError(this.#format, message, entry.offset);
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
      if (GIVES_OWNERS) chownSync(place, uid, gid);
      chmodSync(place, folderMode(mode));
      utimesSync(place, mtime, mtime);
    }
  }
}

/** Root may look into any folder; another user must be left the permission to use its own. */
export function folderMode(mode: number): number {
  return GIVES_OWNERS ? mode : mode | 0o700;
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
    if (GIVES_OWNERS) fchownSync(file, uid, gid);
    fchmodSync(file, mode);
    futimesSync(file, mtime, mtime);
  } finally {
    closeSync(file);
  }
  return hash.digest('hex');
}

import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { isRootOfMany } from '../base/root-of-many.ts';
import { hashOfStored } from '../store/store.ts';
import type { TreeEntry, TreeManifest } from './tree-manifest.ts';
import { folderMode } from './tree-writer.ts';

/** Of files that were hashed already: most files of a root are those of its trees. By device and inode. */
type Hashes = Map<string, string>;

const GIVES_OWNERS = isRootOfMany();

/** Holds `folder/fs` against `folder/manifest.json`, and tells each difference in a line. */
export function checkTree(folder: string, hashes: Hashes): string[] {
  if (!existsSync(join(folder, 'manifest.json'))) return ['it has no manifest'];
  const { entries } = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as TreeManifest;
  return new TreeCheck(join(folder, 'fs'), entries, hashes).problems();
}

class TreeCheck {
  readonly #top: string;
  readonly #hashes: Hashes;
  readonly #expected = new Map<string, TreeEntry | undefined>();
  readonly #problems: string[] = [];

  constructor(top: string, entries: readonly TreeEntry[], hashes: Hashes) {
    this.#top = top;
    this.#hashes = hashes;
    for (const entry of entries) {
      if (['fifo', 'character-device', 'block-device'].includes(entry.type)) this.#expectParents(entry.path);
      // Of a folder that comes twice the first one counts.
      else if (this.#expected.get(entry.path) === undefined) {
        this.#expected.set(entry.path, entry);
        this.#expectParents(entry.path);
      }
    }
  }

  problems(): string[] {
    this.#walk('');
    for (const path of this.#expected.keys()) this.#problems.push(`/${path} is gone`);
    return this.#problems;
  }

  /** Folders that the archive took for granted. */
  #expectParents(path: string): void {
    for (let slash = path.indexOf('/'); slash !== -1; slash = path.indexOf('/', slash + 1)) {
      const parent = path.slice(0, slash);
      if (!this.#expected.has(parent)) this.#expected.set(parent, undefined);
    }
  }

  #walk(folder: string): void {
    for (const name of readdirSync(join(this.#top, folder))) {
      const path = folder === '' ? name : `${folder}/${name}`;
      if (!this.#expected.has(path)) {
        this.#problems.push(`/${path} doesn't belong there`);
        continue;
      }
      const stats = lstatSync(join(this.#top, path));
      const wrong = this.#difference(path, stats);
      if (wrong !== undefined) this.#problems.push(`/${path} ${wrong}`);
      this.#expected.delete(path);
      if (stats.isDirectory()) this.#walk(path);
    }
  }

  #difference(path: string, stats: Stats): string | undefined {
    const entry = this.#expected.get(path);
    const place = join(this.#top, path);
    if (entry === undefined) return stats.isDirectory() ? undefined : 'is no folder';
    if (entry.type === 'symlink') {
      if (!stats.isSymbolicLink()) return 'is no link';
      if (readlinkSync(place) !== entry.target) return `leads to ${readlinkSync(place)}`;
    } else if (entry.type === 'folder') {
      if (!stats.isDirectory()) return 'is no folder';
      if ((stats.mode & 0o7777) !== folderMode(entry.mode)) return modes(stats, folderMode(entry.mode));
    } else {
      if (!stats.isFile()) return 'is no file';
      if ((stats.mode & 0o7777) !== entry.mode) return modes(stats, entry.mode);
      if (entry.type === 'hardlink' && lstatSync(join(this.#top, entry.target)).ino !== stats.ino)
        return `is another file than /${entry.target}`;
      if (entry.type === 'file' && this.#hashOf(place, stats) !== entry.sha256) return 'has other bytes';
    }
    if (GIVES_OWNERS && (stats.uid !== entry.uid || stats.gid !== entry.gid))
      return `belongs to ${stats.uid}:${stats.gid}`;
    return undefined;
  }

  #hashOf(place: string, { dev, ino }: Stats): string {
    const key = `${dev} ${ino}`;
    let hash = this.#hashes.get(key);
    if (hash === undefined) this.#hashes.set(key, (hash = hashOfStored(place)));
    return hash;
  }
}

function modes({ mode }: Stats, expected: number): string {
  return `has mode ${(mode & 0o7777).toString(8)} instead of ${expected.toString(8)}`;
}

import { closeSync, existsSync, openSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { Store } from '../store/store.ts';
import type { TreeEntry, TreeManifest } from './tree-manifest.ts';

/** What was unpacked of one archive, as it lies in the store's `trees/`. */
export class StoredTree {
  /** Whose files they are, for messages. */
  readonly label: string;
  readonly entries: readonly TreeEntry[];
  /** See `TreeManifest`. */
  readonly identity: string | undefined;
  readonly #folder: string;

  constructor(store: Store, { name, sha256 }: { readonly name: string; readonly sha256: string }) {
    this.label = name;
    this.#folder = store.folderPath('trees', sha256);
    const manifest = readFileSync(join(this.#folder, 'manifest.json'), 'utf8');
    const { entries, identity } = JSON.parse(manifest) as TreeManifest;
    this.entries = entries;
    this.identity = identity;
  }

  controlPath(name: string): string {
    return `${this.#folder}/control/${name}`;
  }

  filePath(path: string): string {
    return `${this.#folder}/fs/${path}`;
  }

  /** What an archive says about itself: `package.json`, `METADATA`. */
  readControl(name: string): string | undefined {
    const path = join(this.#folder, 'control', name);
    return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
  }

  /** Only of files that are among the entries. */
  readText(path: string): string {
    return readFileSync(this.filePath(path), 'utf8');
  }

  /** The first bytes of a file, as a script's first line is in them; undefined where there is no such file. */
  readStart(path: string): string | undefined {
    if (!this.entries.some((entry) => entry.path === path && entry.type === 'file')) return undefined;
    const file = openSync(this.filePath(path), 'r');
    try {
      const bytes = Buffer.alloc(256);
      return bytes.toString('latin1', 0, readSync(file, bytes));
    } finally {
      closeSync(file);
    }
  }
}

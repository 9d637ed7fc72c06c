import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Store } from '../store/store.ts';
import type { TreeEntry, TreeManifest } from './tree-manifest.ts';

/** What was unpacked of one archive, as it lies in the store's `trees/`. */
export class StoredTree {
  /** Whose files they are, for messages. */
  readonly label: string;
  readonly entries: readonly TreeEntry[];
  readonly #folder: string;

  constructor(store: Store, { name, sha256 }: { readonly name: string; readonly sha256: string }) {
    this.label = name;
    this.#folder = store.folderPath('trees', sha256);
    const manifest = readFileSync(join(this.#folder, 'manifest.json'), 'utf8');
    this.entries = (JSON.parse(manifest) as TreeManifest).entries;
  }

  filePath(path: string): string {
    return `${this.#folder}/fs/${path}`;
  }
}

import { readFileSync } from 'node:fs';
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
}

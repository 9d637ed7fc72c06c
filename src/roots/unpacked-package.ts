import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseRelations, type Relation } from '../formats/deb-relation.ts';
import { parseDeb822, type Stanza } from '../formats/deb822.ts';
import { FormatError } from '../formats/format-error.ts';
import type { LockedPackage } from '../lock/lock.ts';
import { Failure } from '../report/failure.ts';
import type { Store } from '../store/store.ts';
import type { TreeEntry, TreeManifest } from './tree-manifest.ts';

/** A package as it lies in the store's `trees/`. */
export class UnpackedPackage {
  readonly name: string;
  readonly version: string;
  /** The name, with the CPU where it isn't the root's own: `libc6:arm64`. */
  readonly label: string;
  readonly entries: readonly TreeEntry[];
  /** The control file as it was shipped, without an empty line at its end. */
  readonly controlText: string;
  readonly control: Stanza;
  /** The names of all control members: `md5sums`, `postinst` … */
  readonly controlFiles: readonly string[];
  readonly replaces: readonly Relation[];
  readonly #folder: string;

  constructor(store: Store, { name, version, arch, sha256 }: LockedPackage, rootArch: string) {
    this.#folder = store.folderPath('trees', sha256);
    this.name = name;
    this.version = version;
    this.label = arch === rootArch || arch === 'all' ? name : `${name}:${arch}`;
    const manifest = readFileSync(join(this.#folder, 'manifest.json'), 'utf8');
    this.entries = (JSON.parse(manifest) as TreeManifest).entries;
    this.controlFiles = readdirSync(join(this.#folder, 'control')).sort();
    this.controlText = this.readControl('control')!.trimEnd();
    try {
      this.control = parseDeb822(this.controlText)[0] ?? new Map();
      this.replaces = parseRelations(this.control.get('replaces') ?? '').flat();
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      throw new Failure('package-broken', `the control file of ${name} ${version} can't be read`, {
        why: error.message,
      });
    }
  }

  filePath(path: string): string {
    return `${this.#folder}/fs/${path}`;
  }

  /** A control member as text; some preinsts are programs, see `readControlBytes`. */
  readControl(name: string): string | undefined {
    return this.controlFiles.includes(name) ? this.readControlBytes(name).toString('utf8') : undefined;
  }

  readControlBytes(name: string): Buffer {
    return readFileSync(join(this.#folder, 'control', name));
  }
}

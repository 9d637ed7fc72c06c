import { readdirSync, readFileSync } from 'node:fs';
import { parseApkDependencies, type ApkDependency } from '../../formats/apk-dependency.ts';
import { parsePkgInfo } from '../../formats/apk.ts';
import type { LockedPackage } from '../../lock/lock.ts';
import type { Store } from '../../store/store.ts';
import { StoredTree } from '../stored-tree.ts';
import type { TreeEntry } from '../tree-manifest.ts';

/** An .apk as it lies in the store's `trees/`. */
export class UnpackedApk {
  readonly name: string;
  readonly version: string;
  /** As the index says it, which calls what is for every CPU by the index's own. */
  readonly arch: string;
  /** Of the whole file. */
  readonly size: number;
  /** That of the repository that it is from. */
  readonly tag: string | undefined;
  /** `Q1…`, by which apk's database calls it. */
  readonly identity: string;
  readonly entries: readonly TreeEntry[];
  readonly replaces: readonly ApkDependency[];
  readonly replacesPriority: number;
  /** Of all `.pre-install`, `.trigger` … that it has. */
  readonly scripts: readonly string[];
  readonly #info: ReadonlyMap<string, readonly string[]>;
  readonly #tree: StoredTree;
  #byPath: ReadonlyMap<string, TreeEntry> | undefined;

  constructor(store: Store, locked: LockedPackage, tag?: string) {
    this.#tree = new StoredTree(store, locked);
    this.name = locked.name;
    this.version = locked.version;
    this.arch = locked.arch;
    this.size = locked.size;
    this.tag = tag;
    this.identity = this.#tree.identity ?? '';
    this.#info = parsePkgInfo(this.#read('.PKGINFO').toString('utf8'));
    // apk looks no further into a package that says it installs nothing.
    const isEmpty = Number(this.field('size') ?? 0) === 0;
    this.entries = isEmpty ? [] : this.#tree.entries;
    this.scripts = isEmpty
      ? []
      : readdirSync(this.#tree.controlPath('')).filter((file) => file !== '.PKGINFO');
    this.replaces = isEmpty ? [] : this.dependencies('replaces');
    this.replacesPriority = isEmpty ? 0 : Number(this.field('replaces_priority') ?? 0);
  }

  get label(): string {
    return this.name;
  }

  /** Of several lines with the same key the last counts. */
  field(key: string): string | undefined {
    return this.#info.get(key)?.at(-1);
  }

  dependencies(key: 'depend' | 'provides' | 'install_if' | 'replaces'): readonly ApkDependency[] {
    return (this.#info.get(key) ?? []).flatMap(parseApkDependencies);
  }

  get triggers(): readonly string[] {
    return this.scripts.length === 0 && this.entries.length === 0
      ? []
      : (this.field('triggers') ?? '').split(' ').filter((pattern) => pattern !== '');
  }

  readScript(name: string): Buffer | undefined {
    return this.scripts.includes(name) ? this.#read(name) : undefined;
  }

  find(path: string): TreeEntry | undefined {
    this.#byPath ??= new Map(this.entries.map((entry) => [entry.path, entry]));
    return this.#byPath.get(path);
  }

  readFile(path: string): Buffer {
    return readFileSync(this.filePath(path));
  }

  filePath(path: string): string {
    return this.#tree.filePath(path);
  }

  #read(name: string): Buffer {
    return readFileSync(this.#tree.controlPath(name));
  }
}

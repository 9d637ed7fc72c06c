/**
 * A root filesystem before it is on a disk: every path with what will be there. Packages are merged and effects applied
 * here, where nothing can be written outside of the root, and where links mean what they will mean inside of it: `/x` is
 * below the root, and `..` of the root is the root.
 *
 * Paths are relative to the root. The keys of the map are canonical: no part of them but the last is a link, and every
 * parent is in the map as a folder. So a root can be written in order of its paths without ever following a link.
 */
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path/posix';
import { Failure } from '../report/failure.ts';

interface NodeFacts {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Seconds. */
  readonly mtime: number;
  /** Who brought it: a package, or an effect. */
  readonly owner: string;
  /** Extended attributes, file capabilities above all: base64 by name. */
  readonly xattrs?: Readonly<Record<string, string>> | undefined;
}

export type RootNode = NodeFacts &
  (
    | { readonly type: 'folder' }
    /** A file that exists already, with these very facts, and is linked. Nodes of one source are one file: hard links. */
    | {
        readonly type: 'file';
        readonly source: string;
        readonly sha256: string;
        readonly size: number;
        /** Its owner is another one here, so it can't be linked. */
        readonly isCopy?: boolean;
      }
    | { readonly type: 'text'; readonly bytes: Uint8Array }
    | { readonly type: 'symlink'; readonly target: string }
    | { readonly type: 'character-device' | 'block-device'; readonly major: number; readonly minor: number }
    | { readonly type: 'fifo' }
  );

const MOST_LINKS = 40;

export class RootTree {
  /** Of everything that no package brings: the same for the same packages. */
  readonly mtime: number;
  readonly #nodes = new Map<string, RootNode>();
  readonly #folders = new Map<string, string>();

  constructor(mtime: number) {
    this.mtime = mtime;
  }

  get nodes(): ReadonlyMap<string, RootNode> {
    return this.#nodes;
  }

  /** Where a path really is: links in its parents are followed, a link at its end is not. */
  locate(path: string): string {
    const slash = path.lastIndexOf('/');
    const parent = slash === -1 ? '' : path.slice(0, slash);
    let folder = this.#folders.get(parent);
    if (folder === undefined) {
      folder = this.follow(parent);
      this.#folders.set(parent, folder);
    }
    const name = path.slice(slash + 1);
    return folder === '' ? name : `${folder}/${name}`;
  }

  /** Where a path leads when all links are followed; what is there need not exist. */
  follow(path: string): string {
    const todo = path.split('/').reverse();
    const done: string[] = [];
    let links = 0;
    while (todo.length > 0) {
      const part = todo.pop()!;
      if (part === '' || part === '.') continue;
      if (part === '..') {
        done.pop();
        continue;
      }
      done.push(part);
      const node = this.#nodes.get(done.join('/'));
      if (node?.type !== 'symlink') continue;
      if (++links > MOST_LINKS) {
        throw new Failure('package-broken', `the links at ${path} lead in a circle`, {
          why: `${node.owner} brings one of them`,
        });
      }
      if (node.target.startsWith('/')) done.length = 0;
      else done.pop();
      todo.push(...node.target.split('/').reverse());
    }
    return done.join('/');
  }

  /** What is there when all links are followed. */
  find(path: string): RootNode | undefined {
    return this.#nodes.get(this.follow(path));
  }

  has(path: string): boolean {
    return this.#nodes.has(this.follow(path));
  }

  /** Of a file of any kind; undefined where there is none. */
  read(path: string): Buffer | undefined {
    const node = this.find(path);
    if (node?.type === 'file') return readFileSync(node.source);
    return node?.type === 'text' ? Buffer.from(node.bytes) : undefined;
  }

  readText(path: string): string | undefined {
    return this.read(path)?.toString('utf8');
  }

  /** The names in a folder, sorted. */
  list(folder: string): string[] {
    const place = this.follow(folder);
    const prefix = place === '' ? '' : `${place}/`;
    const names: string[] = [];
    for (const path of this.#nodes.keys()) {
      if (path.startsWith(prefix) && !path.includes('/', prefix.length))
        names.push(path.slice(prefix.length));
    }
    return names.sort();
  }

  /** Puts a node at a canonical path, in place of what was there; folders above it are made. */
  set(path: string, node: RootNode): void {
    const parent = dirname(path);
    if (parent !== '.' && this.#nodes.get(parent)?.type !== 'folder')
      this.folder(parent, { owner: node.owner });
    if (node.type === 'symlink' || this.#nodes.get(path)?.type === 'symlink') this.#folders.clear();
    this.#nodes.set(path, node);
  }

  /** Takes away what is there, links themselves, and folders with all that is in them. */
  remove(path: string): void {
    const place = this.locate(path);
    const node = this.#nodes.get(place);
    if (node === undefined) return;
    this.#nodes.delete(place);
    this.#folders.clear();
    if (node.type !== 'folder') return;
    for (const other of this.#nodes.keys()) if (other.startsWith(`${place}/`)) this.#nodes.delete(other);
  }

  /** Makes a folder where there is none. */
  folder(path: string, facts: Partial<NodeFacts> & { owner: string }): void {
    const place = this.follow(path);
    const existing = this.#nodes.get(place);
    if (place === '' || existing?.type === 'folder') return;
    if (existing !== undefined) {
      throw new Failure(
        'package-files-clash',
        `/${place} is a folder for ${facts.owner} and a file of ${existing.owner}`,
      );
    }
    this.set(place, { ...this.#facts(0o755, facts), type: 'folder' });
  }

  /** Writes a file, through a link where one is there. */
  write(path: string, content: string | Uint8Array, facts: Partial<NodeFacts> & { owner: string }): void {
    this.set(this.follow(path), { ...this.#facts(0o644, facts), type: 'text', bytes: Buffer.from(content) });
  }

  /** Makes a symlink, in place of a file or link, but never of a folder with something in it. */
  link(path: string, target: string, owner: string): void {
    const place = this.locate(path);
    if (this.#nodes.get(place)?.type === 'folder' && this.list(place).length > 0) return;
    this.set(place, { ...this.#facts(0o777, { owner }), type: 'symlink', target });
  }

  #facts(mode: number, facts: Partial<NodeFacts> & { owner: string }): NodeFacts {
    return { mode, uid: 0, gid: 0, mtime: this.mtime, ...facts };
  }
}

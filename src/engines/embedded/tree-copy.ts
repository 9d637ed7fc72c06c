import {
  chmodSync,
  constants,
  copyFileSync,
  lchownSync,
  linkSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  type Stats,
} from 'node:fs';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { promisify } from 'node:util';
import { PathPatterns } from './path-patterns.ts';
import { statsOf } from './path-in-root.ts';
import type { Tools } from './tools.ts';

export interface Ids {
  readonly uid: number;
  readonly gid: number;
}

export interface CopyForm {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  /** Replace what is of another type. */
  readonly replace: boolean;
  /** Undefined to keep those of each file. */
  readonly owner: Ids | undefined;
  readonly mode: number | undefined;
  /** Milliseconds since 1970. */
  readonly modified: number | undefined;
  /** Whether there are ids to give files to. */
  readonly many: boolean;
}

/** Something that was asked for, and that these files don't allow. */
export class FilesProblem extends Error {}

/** A folder on the way down, which is made when something below it is copied. */
interface Parent {
  readonly from: string;
  readonly to: string;
  readonly inside: boolean;
  done: boolean;
  made: boolean;
}

/** How long the process may be deaf. */
const longestSlice = 20;

/** Copies a tree with all that a file has: mode, owner, times, and which names are one file. */
export class TreeCopy {
  readonly #form: CopyForm;
  readonly #tools: Pick<Tools, 'mkfifo'>;
  readonly #include: PathPatterns;
  readonly #exclude: PathPatterns;
  readonly #links = new Map<string, string>();
  readonly #parents: Parent[] = [];
  #slice = performance.now();

  constructor(form: CopyForm, tools: Pick<Tools, 'mkfifo'>) {
    this.#form = form;
    this.#tools = tools;
    this.#include = new PathPatterns(form.include);
    this.#exclude = new PathPatterns(form.exclude);
  }

  /** A folder onto a folder that is there already leaves that one's mode and owner alone, and not those inside it. */
  async copy(from: string, to: string): Promise<void> {
    await this.#entry(from, to, '');
  }

  /** Gives a file that was made the mode, owner and time that were asked for; those of `stats` where none were. */
  dress(
    path: string,
    stats: Pick<Stats, 'uid' | 'gid' | 'mode' | 'atimeMs' | 'mtimeMs'>,
    link = false,
  ): void {
    const { owner = stats, mode = stats.mode, modified, many } = this.#form;
    if (many) lchownSync(path, owner.uid, owner.gid);
    if (!link) chmodSync(path, mode & 0o7777);
    const [read, written] = [modified ?? stats.atimeMs, modified ?? stats.mtimeMs];
    lutimesSync(path, read / 1000, written / 1000);
  }

  async #entry(from: string, to: string, path: string): Promise<void> {
    await this.#breathe();
    const chosen = path === '' || this.#isChosen(path);
    const stats = lstatSync(from);
    if (stats.isDirectory()) return this.#folder({ from, to, path, stats, chosen });
    if (!chosen) return;
    this.#makeParents();
    this.#makeRoom(to, stats);
    if (await this.#leaf(from, to, stats)) this.dress(to, stats, stats.isSymbolicLink());
  }

  #isChosen(path: string): boolean {
    return (this.#include.empty || this.#include.match(path)) && !this.#exclude.match(path);
  }

  async #folder(it: {
    from: string;
    to: string;
    path: string;
    stats: Stats;
    chosen: boolean;
  }): Promise<void> {
    const { from, to, path, stats, chosen } = it;
    const parent: Parent = { from, to, inside: path !== '', done: false, made: false };
    this.#parents.push(parent);
    if (chosen) this.#makeParents();
    const closed = path !== '' && this.#exclude.match(path) && !this.#exclude.takesBack;
    if (!closed) {
      for (const name of readdirSync(from).sort()) {
        await this.#entry(join(from, name), join(to, name), path === '' ? name : `${path}/${name}`);
      }
    }
    this.#parents.pop();
    // Last, as every file that was put in has changed its time.
    if (parent.made || (chosen && parent.inside)) this.dress(to, stats);
  }

  #makeParents(): void {
    for (const parent of this.#parents) {
      if (parent.done) continue;
      parent.done = true;
      const there = statsOf(parent.to);
      if (there?.isDirectory() === true) continue;
      if (there !== undefined && !this.#form.replace) {
        throw new FilesProblem(`a folder can't be copied onto a file: ${parent.to}`);
      }
      rmSync(parent.to, { force: true });
      mkdirSync(parent.to);
      parent.made = true;
    }
  }

  #makeRoom(to: string, stats: Stats): void {
    const there = statsOf(to);
    if (there?.isDirectory() === true && !this.#form.replace) {
      const what = stats.isSymbolicLink() ? 'link' : 'file';
      throw new FilesProblem(`a ${what} can't be copied onto a folder: ${to}`);
    }
    rmSync(to, { recursive: true, force: true });
  }

  /** Whether it is a file of its own now. */
  async #leaf(from: string, to: string, stats: Stats): Promise<boolean> {
    if (stats.isSymbolicLink()) {
      symlinkSync(readlinkSync(from), to);
    } else if (stats.isFile()) {
      const known = stats.nlink > 1 ? this.#links.get(`${stats.dev}:${stats.ino}`) : undefined;
      if (known !== undefined) {
        linkSync(known, to);
        return false;
      }
      copyFileSync(from, to, constants.COPYFILE_FICLONE);
      this.#links.set(`${stats.dev}:${stats.ino}`, to);
    } else if (stats.isFIFO()) {
      await promisify(execFile)(this.#tools.mkfifo, [to]);
    } else if (stats.isSocket()) {
      return false;
    } else {
      throw new FilesProblem(`a device can't be copied: ${to}`);
    }
    return true;
  }

  async #breathe(): Promise<void> {
    if (performance.now() - this.#slice < longestSlice) return;
    await setImmediate();
    this.#slice = performance.now();
  }
}

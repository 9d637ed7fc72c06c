/**
 * Changes of files in a state: what a graph's `file` operations ask for, done as BuildKit does it. A path is followed inside
 * the root it belongs to, whatever links are there. Where BuildKit takes the time of a new file from the clock, here it
 * is the one that all files of the source have.
 */
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, posix } from 'node:path';
import type { Owner, RmAction } from '../../graph/graph.ts';
import { sourceTime as fixedTime } from '../source-time.ts';
import { withLayers, withWritableLayers } from './mounted-layers.ts';
import { hasWildcard, pathPattern } from './path-patterns.ts';
import { placeInRoot, segmentsOf, statsOf } from './path-in-root.ts';
import type { FilesAnswer, FilesRequest, RequestedChange } from './protocol.ts';
import { FilesProblem, TreeCopy, type CopyForm, type Ids } from './tree-copy.ts';
import { makeOverlayFolders } from './worker-mounts.ts';
import type { WorkerSettings } from './worker-settings.ts';

type Requested<Type extends RequestedChange['type']> = Extract<RequestedChange, { type: Type }>;

export async function changeFiles(request: FilesRequest, settings: WorkerSettings): Promise<FilesAnswer> {
  const { folder, layers, changes } = request;
  const { tools } = settings;
  makeOverlayFolders(folder);
  const work = async (root: string): Promise<FilesAnswer> => {
    const files = new RootChanges(root, settings);
    try {
      for (const change of changes) {
        if (change.type !== 'copy') files.change(change);
        else await withLayers(tools, folder, change.layers, (from) => files.copy(change, from));
      }
      return { problem: undefined };
    } catch (error) {
      return { problem: problemIn(error, folder) };
    }
  };
  return withWritableLayers(tools, folder, layers, work);
}

/** What people can do something about; all else is thrown. */
function problemIn(error: unknown, folder: string): string {
  const { code, path, message } = error as NodeJS.ErrnoException;
  if (error instanceof FilesProblem) return inRoot(message, folder);
  if (!['ENOENT', 'ENOTDIR', 'EISDIR', 'EEXIST', 'ELOOP', 'ENAMETOOLONG', 'EPERM'].includes(code ?? '')) {
    throw error;
  }
  return `${message.replace(/^\w+: |, \w+ '.*$/gs, '')}: ${inRoot(path ?? '', folder)}`;
}

/** Paths as the step would see them. */
function inRoot(text: string, folder: string): string {
  return text.replaceAll(`${folder}/`, '\0').replaceAll(/\0(mounted-\w+\/)?root/g, '');
}

class RootChanges {
  readonly #root: string;
  readonly #settings: WorkerSettings;
  readonly #accounts: Readonly<Record<'passwd' | 'group', string>>;

  constructor(root: string, settings: WorkerSettings) {
    this.#root = root;
    this.#settings = settings;
    this.#accounts = { passwd: textIn(root, '/etc/passwd'), group: textIn(root, '/etc/group') };
  }

  change(change: Exclude<RequestedChange, { type: 'copy' }>): void {
    switch (change.type) {
      case 'mkdir':
        return this.#mkdir(change);
      case 'mkfile':
        return this.#mkfile(change);
      case 'rm':
        return this.#rm(change);
      default:
        return change satisfies never;
    }
  }

  async copy(change: Requested<'copy'>, from: string): Promise<void> {
    const form = this.#form(change);
    const sources = change.wildcard ? matches(from, change.source) : [change.source];
    if (sources.length === 0 && !change.allowEmpty)
      throw new FilesProblem(`${change.source} matches nothing`);
    for (const source of sources) await this.#copyOne(change, form, { root: from, path: source });
  }

  async #copyOne(
    { destination, contentsOnly, makeParents, followLinks }: Requested<'copy'>,
    form: CopyForm,
    source: { readonly root: string; readonly path: string },
  ): Promise<void> {
    const found = placeInRoot(source.root, source.path, followLinks ? 'follow' : 'keep');
    if (found?.exists !== true) throw new FilesProblem(`there is no ${source.path} to copy`);
    const from = join(source.root, found.path);
    const wanted = this.#place(destination);
    if (!makeParents && statsOf(dirname(join(this.#root, wanted))) === undefined) {
      throw new FilesProblem(`there is no folder ${dirname(wanted)} to copy into`);
    }
    const parents = { ...form, mode: form.mode ?? 0o755 };
    if (/\/\.?$/.test(destination)) this.#makeFolders(wanted, parents);
    else this.#makeFolders(dirname(wanted), parents);
    const isFolder = lstatSync(from).isDirectory();
    const there = statsOf(join(this.#root, wanted));
    const into = isFolder ? !contentsOnly && there !== undefined : there?.isDirectory() === true;
    const to = into ? this.#place(join(wanted, basename(source.path))) : wanted;
    if (isFolder && contentsOnly) this.#makeFolders(to, parents);
    await new TreeCopy(form, this.#settings.tools).copy(from, join(this.#root, to));
  }

  #mkdir({ path, mode, makeParents, owner, modified }: Requested<'mkdir'>): void {
    const form = this.#form({ owner, mode: mode & 0o777, modified });
    const place = this.#place(path);
    if (makeParents) return this.#makeFolders(place, form);
    const full = join(this.#root, place);
    if (existsSync(full)) return;
    mkdirSync(full);
    this.#dressNew(full, form);
  }

  #mkfile({ path, mode, data, owner, modified }: Requested<'mkfile'>): void {
    const full = join(this.#root, this.#place(path));
    writeFileSync(full, Buffer.from(data, 'base64'));
    this.#dressNew(full, this.#form({ owner, mode: mode & 0o777, modified }));
  }

  #rm({ path, allowMissing, wildcard }: RmAction): void {
    for (const one of wildcard ? matches(this.#root, path) : [path]) {
      const place = placeInRoot(this.#root, one, 'keep');
      if (place === undefined || place.path === '/') throw new FilesProblem(`${one} can't be removed`);
      if (!place.exists && !allowMissing) throw new FilesProblem(`there is no ${one} to remove`);
      if (place.exists) rmSync(join(this.#root, place.path), { recursive: true });
    }
  }

  #makeFolders(place: string, form: CopyForm): void {
    const names = segmentsOf(place);
    for (const [index] of names.entries()) {
      const full = join(this.#root, ...names.slice(0, index + 1));
      const there = statsOf(full);
      if (there?.isDirectory() === true) continue;
      if (there !== undefined) throw new FilesProblem(`${full} is not a folder`);
      mkdirSync(full);
      this.#dressNew(full, form);
    }
  }

  #dressNew(full: string, form: CopyForm): void {
    const at = fixedTime * 1000;
    const stats = { uid: 0, gid: 0, mode: 0o755, atimeMs: at, mtimeMs: at };
    new TreeCopy(form, this.#settings.tools).dress(full, stats);
  }

  #form(asked: {
    readonly owner: Owner | undefined;
    readonly mode: number | undefined;
    readonly modified: number | undefined;
    readonly include?: readonly string[];
    readonly exclude?: readonly string[];
    readonly replace?: boolean;
  }): CopyForm {
    const { include = [], exclude = [], replace = false, mode, modified } = asked;
    const { many } = this.#settings.ids;
    return { include, exclude, replace, mode, modified, many, owner: this.#idsOf(asked.owner) };
  }

  #idsOf(owner: Owner | undefined): Ids | undefined {
    if (owner === undefined) return undefined;
    const { user, group } = owner;
    const line = typeof user === 'string' ? lineOf(this.#accounts.passwd, user) : undefined;
    if (typeof user === 'string' && line === undefined) throw new FilesProblem(`there is no user ${user}`);
    const uid = typeof user === 'number' ? user : Number(line![2]);
    if (typeof group === 'string') {
      const found = lineOf(this.#accounts.group, group);
      if (found === undefined) throw new FilesProblem(`there is no group ${group}`);
      return { uid, gid: Number(found[2]) };
    }
    return { uid, gid: group ?? Number(line?.[3] ?? uid) };
  }

  #place(path: string): string {
    const place = placeInRoot(this.#root, path);
    if (place === undefined) throw new FilesProblem(`${path} leads in circles`);
    return place.path;
  }
}

function lineOf(accounts: string, name: string): readonly string[] | undefined {
  const lines = accounts.split('\n').map((line) => line.split(':'));
  return lines.find(([known]) => known === name);
}

function textIn(root: string, path: string): string {
  const place = placeInRoot(root, path);
  const full = join(root, place?.path ?? path);
  return statsOf(full)?.isFile() === true ? readFileSync(full, 'utf8') : '';
}

/** The paths that a pattern matches, without following links; sorted, each part of the pattern a name. */
function matches(root: string, pattern: string): string[] {
  let found = ['/'];
  let wild = false;
  for (const segment of segmentsOf(pattern)) {
    wild ||= hasWildcard(segment);
    const next = found.flatMap((folder) => {
      if (!wild) return [posix.join(folder, segment)];
      const place = folder === '/' ? folder : placeInRoot(root, folder, 'keep')?.path;
      const full = join(root, place ?? folder);
      if (statsOf(full)?.isDirectory() !== true) return [];
      const regex = pathPattern(segment);
      const names = readdirSync(full).filter((name) => regex.test(name));
      return names.sort().map((name) => posix.join(folder, name));
    });
    found = next;
  }
  return wild ? found : found.filter((path) => placeInRoot(root, path, 'keep')?.exists === true);
}

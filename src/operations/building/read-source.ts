import { existsSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { dirname, join, posix, relative, sep } from 'node:path';
import { globToRegExp } from '../../base/glob.ts';
import { sha256 } from '../../base/sha256.ts';
import { sha256OfFile } from '../../base/sha256-of-file.ts';
import type { Project } from '../../config/project.ts';
import { configFile } from '../../config/read.ts';
import type { FolderEntry, FolderInput } from '../../engines/engine.ts';
import { statOfSource } from '../../engines/source-name.ts';
import { FormatError } from '../../formats/format-error.ts';
import { readGitIndex } from '../../formats/git-index.ts';
import { lockName } from '../../lock/lock-name.ts';
import type { SourcePart } from '../../plan/source-part.ts';
import type { Location } from '../../report/diagnostic.ts';
import { Failure } from '../../report/failure.ts';
import { didYouMean } from '../../report/suggest.ts';

/** What never belongs to the source where git doesn't say what does. */
const leftOut = new Set(['.git', 'node_modules', 'dist']);

/** They decide what is built, not what is built from: all that they say of a step is in its key already. */
const ownFiles = new Set([configFile, lockName]);

/** Each part of the project's files that a step sees, by its identifier. Every file is read once. */
export function sourceInputs(
  project: Project,
  parts: ReadonlyMap<string, SourcePart>,
  kept?: string,
): Map<string, FolderInput> {
  const entries = readSource(project, kept);
  return new Map(
    [...parts].map(([identifier, part]) => {
      const chosen = choose(entries, part);
      return [identifier, { kind: 'folder', key: keyOf(chosen), folder: project.folder, entries: chosen }];
    }),
  );
}

/** As one text, in which no path can look like something else. */
function keyOf(entries: readonly FolderEntry[]): string {
  return sha256(entries.map((entry) => `${factsOf(entry)}\0${entry.path}\0`).join(''));
}

function factsOf(entry: FolderEntry): string {
  if (entry.type === 'file') return `${entry.executable ? 'program' : 'file'} ${entry.sha256}`;
  return entry.type === 'link' ? `link ${entry.target}` : 'folder';
}

function choose(entries: readonly FolderEntry[], { include, exclude }: SourcePart): readonly FolderEntry[] {
  if (include === undefined && exclude.length === 0) return entries;
  const wanted = include?.map(({ pattern, at }) => ({ at, pattern, matches: selectorFor(pattern) }));
  const unwanted = exclude.map(selectorFor);
  for (const { pattern, at, matches } of wanted ?? []) {
    if (!entries.some(({ path }) => matches(path))) throw noInput(pattern, at, entries);
  }
  const chosen = entries
    .map(({ path }) => path)
    .filter((path) => wanted?.some(({ matches }) => matches(path)) ?? true)
    .filter((path) => !unwanted.some((matches) => matches(path)));
  const folders = withFolders(chosen);
  return entries.filter(({ path }) => folders.has(path));
}

/** The file or folder of that path, all that is in it, or what a glob matches. */
function selectorFor(pattern: string): (path: string) => boolean {
  const form = globToRegExp(pattern);
  return (path) => {
    for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) {
      if (form.test(path.slice(0, end))) return true;
    }
    return false;
  };
}

function noInput(pattern: string, at: Location, entries: readonly FolderEntry[]): Failure {
  const paths = entries.map(({ path }) => path);
  const hint = didYouMean(pattern, paths);
  return new Failure('input-missing', `no file of the source matches \`${pattern}\``, { at, hint });
}

/**
 * The project's files as steps will see them, named by their content: what git tracks, as it is in the working tree; without
 * git, everything but a few folders. A file that is deleted but still tracked is not there. Kept packages are of the lock, not of
 * the source.
 */
function readSource(project: Project, kept: string | undefined): FolderEntry[] {
  const tracked = trackedPaths(project.folder);
  const ignored = project.source.ignore.map(ignoring);
  const paths = (tracked ?? everything(project.folder)).filter(
    (path) =>
      !ownFiles.has(path) &&
      !ignored.some((form) => form.test(path)) &&
      (kept === undefined || !path.startsWith(`${kept}/`)),
  );
  return [...withFolders(paths)].flatMap((path) => readEntry(project.folder, path) ?? []);
}

function readEntry(folder: string, path: string): FolderEntry | undefined {
  const full = join(folder, path);
  const stat = statOfSource(folder, path);
  if (stat?.isDirectory() === true) return { type: 'folder', path };
  if (stat?.isSymbolicLink() === true) return { type: 'link', path, target: readlinkSync(full) };
  if (stat?.isFile() !== true) return undefined;
  return { type: 'file', path, executable: (stat.mode & 0o100) !== 0, sha256: hashFile(full) };
}

function hashFile(path: string): string {
  try {
    return sha256OfFile(path);
  } catch (error) {
    throw new Failure('source-unreadable', `a source file can't be read: ${path}`, { cause: error });
  }
}

/** Relative to `folder`, or undefined where no git work tree holds it. */
function trackedPaths(folder: string): string[] | undefined {
  for (let top = folder; ; top = dirname(top)) {
    const index = gitIndexOf(top);
    if (index !== undefined) {
      const prefix = top === folder ? '' : `${relative(top, folder).split(sep).join('/')}/`;
      const paths = readIndexFile(index).filter((path) => path.startsWith(prefix));
      // A folder that lies in a work tree but isn't part of it (a vendored or generated one) is its own source.
      return paths.length === 0 ? undefined : paths.map((path) => path.slice(prefix.length));
    }
    if (top === dirname(top)) return undefined;
  }
}

function gitIndexOf(top: string): string | undefined {
  const git = join(top, '.git');
  const stat = statSync(git, { throwIfNoEntry: false });
  if (stat === undefined) return undefined;
  // In a linked work tree or a submodule `.git` is a file that says where the folder is.
  const pointed = stat.isFile() ? /^gitdir: (.*)$/m.exec(readFileSync(git, 'utf8'))?.[1] : undefined;
  const index = join(pointed === undefined ? git : posix.resolve(top, pointed), 'index');
  return existsSync(index) ? index : undefined;
}

function readIndexFile(index: string): string[] {
  try {
    return readGitIndex(readFileSync(index))
      .filter(({ kind }) => kind !== 'submodule')
      .map(({ path }) => path);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new Failure('source-unreadable', `the index of git can't be read: ${index}`, {
      why: error.message,
      cause: error,
    });
  }
}

function everything(folder: string, inside = ''): string[] {
  return readdirSync(join(folder, inside), { withFileTypes: true }).flatMap((entry) => {
    const path = inside === '' ? entry.name : `${inside}/${entry.name}`;
    if (leftOut.has(entry.name)) return [];
    // What can't be found by its name is refused later, where nobody leaves it out.
    const isOpen = entry.isDirectory() && existsSync(join(folder, path));
    return isOpen ? [path, ...everything(folder, path)] : [path];
  });
}

/** Parents before children, in byte order, so that the same files give the same list everywhere. */
function withFolders(paths: readonly string[]): Set<string> {
  const all = new Set<string>();
  for (const path of paths) {
    for (let end = path.indexOf('/'); end >= 0; end = path.indexOf('/', end + 1)) all.add(path.slice(0, end));
    all.add(path);
  }
  // Only where UTF-16 has two units for one character is its order another than that of bytes.
  const words = [...all];
  const plain = !words.some((word) => /[\ud800-\udfff]/.test(word));
  return new Set(plain ? words.sort() : words.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
}

/** `docs/` and `docs` leave out a folder or file of that path; `*` stands for anything but a slash. */
function ignoring(pattern: string): RegExp {
  const words = pattern
    .replace(/^\.?\//, '')
    .replace(/\/$/, '')
    .split('*')
    .map((word) => word.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${words.join('[^/]*')}(/|$)`);
}

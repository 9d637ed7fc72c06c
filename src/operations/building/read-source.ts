import { readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { globToRegExp } from '../../base/glob.ts';
import { sha256 } from '../../base/sha256.ts';
import { sha256OfFile } from '../../base/sha256-of-file.ts';
import type { Project } from '../../config/project.ts';
import { configFile } from '../../config/read.ts';
import type { FolderEntry, FolderInput } from '../../engines/engine.ts';
import { statOfSource } from '../../engines/source-name.ts';
import { lockName } from '../../lock/lock-name.ts';
import type { SourcePart } from '../../plan/source-part.ts';
import type { Diagnostic, Location } from '../../report/diagnostic.ts';
import { Failure } from '../../report/failure.ts';
import { didYouMean } from '../../report/suggest.ts';
import { sourcePaths } from './source-paths.ts';

/** They decide what is built, not what is built from: all that they say of a step is in its key already. */
const ownFiles = new Set([configFile, lockName]);

interface SourceInputs {
  /** Each part of the project's files that a step sees, by its identifier. */
  readonly inputs: ReadonlyMap<string, FolderInput>;
  /** What steps may miss in them. */
  readonly notices: readonly Diagnostic[];
}

/** Every file is read once. */
export function sourceInputs(
  project: Project,
  parts: ReadonlyMap<string, SourcePart>,
  kept?: string,
): SourceInputs {
  const { entries, absent } = readSource(project, kept);
  const inputs = [...parts].map(([identifier, part]): [string, FolderInput] => {
    const chosen = choose(entries, part);
    return [identifier, { kind: 'folder', key: keyOf(chosen), folder: project.folder, entries: chosen }];
  });
  return { inputs: new Map(inputs), notices: absent.map(absentSubmodule) };
}

function absentSubmodule(path: string): Diagnostic {
  return {
    code: 'submodule-absent',
    severity: 'warning',
    message: `${path} is a submodule of git whose files are not here: steps see none of them`,
    hint: `\`git submodule update --init --recursive ${path}\`, or say that none are needed: \`source: { ignore: ["${path}"] }\``,
  };
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

/** The project's files as steps will see them, named by their content. Kept packages are of the lock, not of the source. */
function readSource(
  project: Project,
  kept: string | undefined,
): { readonly entries: readonly FolderEntry[]; readonly absent: readonly string[] } {
  const { paths, absent } = sourcePaths(project.folder);
  const ignored = project.source.ignore.map(ignoring);
  const isSeen = (path: string) =>
    !ownFiles.has(path) &&
    !ignored.some((form) => form.test(path)) &&
    (kept === undefined || !path.startsWith(`${kept}/`));
  // A file that is deleted but still tracked is not there.
  const entries = [...withFolders(paths.filter(isSeen))].flatMap(
    (path) => readEntry(project.folder, path) ?? [],
  );
  return { entries, absent: absent.filter(isSeen) };
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

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, posix, relative, sep } from 'node:path';
import { FormatError } from '../../formats/format-error.ts';
import { readGitIndex } from '../../formats/git-index.ts';
import { Failure } from '../../report/failure.ts';

/** What never belongs to the source where git doesn't say what does. */
const leftOut = new Set(['.git', 'node_modules', 'dist']);

export interface SourcePaths {
  /** Relative to the folder of the project, in the order of their bytes where git tells them. */
  readonly paths: readonly string[];
  /** Submodules of git whose files are not here: an empty folder each, or none. */
  readonly absent: readonly string[];
}

/** What git tracks, with what its submodules track; without git, everything but a few folders. */
export function sourcePaths(folder: string): SourcePaths {
  return trackedPaths(folder) ?? { paths: everything(folder), absent: [] };
}

/** Undefined where no git work tree holds the folder. */
function trackedPaths(folder: string): SourcePaths | undefined {
  for (let top = folder; ; top = dirname(top)) {
    const index = gitIndexOf(top);
    if (index !== undefined) {
      const prefix = top === folder ? '' : `${relative(top, folder).split(sep).join('/')}/`;
      const { paths, absent } = pathsOfIndex(top, index, prefix);
      // A folder that lies in a work tree but isn't part of it (a vendored or generated one) is its own source.
      if (paths.length === 0) return undefined;
      const inFolder = (path: string) => path.slice(prefix.length);
      return { paths: paths.map(inFolder), absent: absent.map(inFolder) };
    }
    if (top === dirname(top)) return undefined;
  }
}

function pathsOfIndex(top: string, index: string, prefix: string): SourcePaths {
  const paths: string[] = [];
  const absent: string[] = [];
  for (const { path, kind } of readIndexFile(index)) {
    if (!path.startsWith(prefix)) continue;
    if (kind !== 'submodule') {
      paths.push(path);
      continue;
    }
    const module = pathsOfSubmodule(join(top, path));
    paths.push(path, ...module.paths.map((inside) => `${path}/${inside}`));
    absent.push(...module.absent.map((inside) => (inside === '' ? path : `${path}/${inside}`)));
  }
  return { paths, absent };
}

/** An absent one is named '', from its own folder. */
function pathsOfSubmodule(folder: string): SourcePaths {
  const index = gitIndexOf(folder);
  if (index !== undefined) return pathsOfIndex(folder, index, '');
  // As in an archive that was packed with its submodules.
  const paths = existsSync(folder) ? everything(folder) : [];
  return { paths, absent: paths.length === 0 ? [''] : [] };
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

function readIndexFile(index: string): ReturnType<typeof readGitIndex> {
  try {
    return readGitIndex(readFileSync(index));
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

import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join, resolve, sep } from 'node:path';
import { errorCode } from '../base/error-code.ts';
import { ifAny } from '../base/if-any.ts';
import { draftText, type Kind, type ProjectFiles } from '../config/drafts/draft.ts';
import { kinds, kindsOf } from '../config/drafts/kinds.ts';
import { configFile, readProject } from '../config/read.ts';
import { debianPackage } from '../explain/package-names.ts';
import type { Context } from '../report/context.ts';
import { Failure } from '../report/failure.ts';
import { suggest } from '../report/suggest.ts';
import { sourcePaths } from './building/source-paths.ts';

export interface InitResult {
  /** As a person calls the project: `a Node addon`. */
  readonly what: string;
  /** The file that told so. */
  readonly because: string;
  /** Files that tell of other kinds. */
  readonly others: readonly string[];
  /** Submodules whose files aren't here. */
  readonly absent: readonly string[];
  readonly file: string;
  readonly text: string;
  readonly targets: readonly string[];
}

/** `targetry init`: looks at the project and writes a first `targetry.yaml`, as `asked` tells where that is given. */
export function initProject({ cwd }: Context, asked?: string): InitResult {
  const files = filesOf(cwd);
  const fitting = kindsOf(files);
  const kind = asked === undefined ? fitting[0] : fitting.find(({ file }) => file === asked);
  if (kind === undefined) throw asked === undefined ? nothingTells(cwd) : tellsNothing(asked, fitting);
  const draft = kind.draft(files);
  const text = draftText(draft);
  write(join(cwd, configFile), text);
  const { project } = readProject(cwd, cwd);
  return {
    what: draft.what,
    because: kind.file,
    others: fitting.filter((one) => one !== kind).map(({ file }) => file),
    absent: sourcePaths(cwd).absent,
    file: configFile,
    text,
    targets: project.targets.map(({ name }) => name),
  };
}

function nothingTells(folder: string): Failure {
  return new Failure('project-unknown', `nothing in ${folder} tells what kind of project it is`, {
    why: `none of these is there: ${kinds.map(({ file, only }) => [file, only?.where ?? []].flat().join(' ')).join(', ')}`,
  });
}

function tellsNothing(asked: string, fitting: readonly Kind[]): Failure {
  const there = fitting.map(({ file }) => file);
  return new Failure('project-unknown', `${asked} tells nothing of a project in this folder`, {
    hint: suggest(asked, there, 'files that do'),
  });
}

function filesOf(folder: string): ProjectFiles {
  const names = new Set(readdirSync(folder));
  return {
    name: basename(folder),
    names,
    read: (path) => readInside(folder, path),
    folders: (path) => foldersInside(folder, path),
    packageOf: debianPackage,
  };
}

/** A project may name what it likes as a file of its own. */
function readInside(folder: string, path: string): string | undefined {
  const place = resolve(folder, path);
  const isOwn = place.startsWith(join(folder, sep)) && statSync(place, { throwIfNoEntry: false })?.isFile();
  return isOwn ? readFileSync(place, 'utf8') : undefined;
}

/** Links are not followed: a circle of them would have no end. */
function foldersInside(folder: string, path: string): readonly string[] {
  const place = resolve(folder, path);
  if (!join(place, sep).startsWith(join(folder, sep))) return [];
  return ifAny(() => readdirSync(place, { withFileTypes: true }), [])
    .filter((entry) => entry.isDirectory() && !/^\.|^node_modules$/.test(entry.name))
    .map(({ name }) => name)
    .sort();
}

function write(path: string, text: string): void {
  try {
    writeFileSync(path, text, { flag: 'wx' });
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
    throw new Failure('config-exists', `there is a ${basename(path)} already, and it stays as it is`);
  }
}

/**
 * Audits whatever paths name: files, folders, globs.
 *
 * A file is one artifact. A folder is one artifact too, but what a package manager or a build put into it keeps its own
 * name: an npm package that holds native files, a wheel, a tarball are artifacts of their own, and the folder's artifact
 * has the rest. Work is cut into jobs that need nothing of each other and share nothing, so a few threads take them in
 * turn; where there is little to do, this thread does it, because starting others would take longer.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { AbiPromise } from '../abi/promise.ts';
import { ifAny } from '../base/if-any.ts';
import { unreadable } from './audit-files.ts';
import { judge } from './judge.ts';
import type { ArtifactAudit, Problem } from './report.ts';
import { emptyContents, type Contents } from './walk/contents.ts';
import { expandPath, listFiles } from './walk/list-files.ts';
import { runJobs, type JobAnswer, type Job } from './workers.ts';

export interface AuditOptions {
  readonly cwd: string;
  readonly promises?: readonly AbiPromise[] | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** One of the paths, and the jobs that answer for it. */
interface Part {
  readonly name: string;
  readonly path: string;
  readonly jobs: readonly Job[];
  /** What was wrong before any job began. */
  readonly problems: readonly Problem[];
  readonly isFolder: boolean;
}

const FILES_PER_JOB = 128;
/** A thread takes some 60 ms to start: as long as this many bytes of archives take to read. */
const BYTES_WORTH_A_THREAD = 4 * 1024 * 1024;
/** It also runs everything for the first time, at a fraction of the speed that it has after a thousand files. */
const FILES_WORTH_A_THREAD = 2048;

/** In the order of the paths; within a folder, by path. */
export async function auditPaths(
  words: readonly string[],
  { cwd, promises = [], signal }: AuditOptions,
): Promise<ArtifactAudit[]> {
  const names = [...new Set(words.flatMap((word) => expandPath(word, cwd)))];
  let price = 0;
  const parts = names.map((name) => {
    const { part, threads } = partOf(name, resolve(cwd, name), promises);
    price += threads;
    return part;
  });
  const answers = await runJobs(
    parts.flatMap(({ jobs }) => jobs),
    price < 1 ? 1 : Infinity,
    signal,
  );
  let taken = 0;
  return parts.flatMap((part) => {
    const own = answers.slice(taken, (taken += part.jobs.length));
    return part.isFolder ? folderArtifacts(part, own, promises) : [fileArtifact(part, own[0])];
  });
}

/** `threads` is how many would be kept busy for as long as one takes to start. */
function partOf(
  name: string,
  path: string,
  promises: readonly AbiPromise[],
): { part: Part; threads: number } {
  try {
    const stat = statSync(path);
    if (!stat.isDirectory()) {
      if (!stat.isFile()) throw new Error(`${name} is neither a file nor a folder`);
      const jobs: Job[] = [{ kind: 'artifact', path, name, promises }];
      return {
        part: { name, path, jobs, problems: [], isFolder: false },
        threads: stat.size / BYTES_WORTH_A_THREAD,
      };
    }
  } catch (error) {
    const problems = [unreadable(null, error as Error)];
    return { part: { name, path, jobs: [], problems, isFolder: false }, threads: 0 };
  }
  if (existsSync(join(path, 'oci-layout')) && existsSync(join(path, 'index.json'))) {
    const jobs: Job[] = [{ kind: 'layout', path, name, promises }];
    return { part: { name, path, jobs, problems: [], isFolder: false }, threads: 0 };
  }
  const { files, unreadable: closed } = listFiles(path);
  const jobs: Job[] = [];
  for (let at = 0; at < files.length; at += FILES_PER_JOB) {
    jobs.push({ kind: 'files', folder: path, name, files: files.slice(at, at + FILES_PER_JOB), promises });
  }
  const problems = closed.map((folder) => unreadable(folder.path, new Error(folder.reason)));
  return {
    part: { name, path, jobs, problems, isFolder: true },
    threads: files.length / FILES_WORTH_A_THREAD,
  };
}

function fileArtifact({ name, path, problems }: Part, answer: JobAnswer | undefined): ArtifactAudit {
  if (answer !== undefined && 'result' in answer && answer.result.kind === 'artifact')
    return answer.result.artifact;
  const contents = emptyContents('elf');
  contents.problems.push(...problems);
  if (answer !== undefined && 'error' in answer)
    contents.problems.push(unreadable(null, new Error(answer.error.message)));
  return judge(contents, { path: name, fileName: basename(path), sha256: null, promises: [] });
}

function folderArtifacts(
  { name, path, problems }: Part,
  answers: readonly JobAnswer[],
  promises: readonly AbiPromise[],
): ArtifactAudit[] {
  const groups = new Map<string, Contents>();
  const groupOf = (file: string | null): { group: Contents; prefix: string } => {
    const prefix = file === null ? '' : packageOf(path, file);
    const group = groups.get(prefix) ?? newGroup(path, prefix);
    groups.set(prefix, group);
    return { group, prefix };
  };
  const artifacts: ArtifactAudit[] = [];
  const add = (problem: Problem): void => {
    const { group, prefix } = groupOf(problem.path);
    group.problems.push({ ...problem, path: problem.path?.slice(prefix.length) ?? null });
  };
  problems.forEach(add);
  for (const answer of answers) {
    if ('error' in answer) {
      add(unreadable(null, new Error(answer.error.message)));
    } else if (answer.result.kind === 'files') {
      const { contents, artifacts: own } = answer.result.result;
      artifacts.push(...own);
      contents.problems.forEach(add);
      for (const elf of contents.elfs) {
        const { group, prefix } = groupOf(elf.audit.path);
        group.elfs.push({ ...elf, audit: { ...elf.audit, path: elf.audit.path.slice(prefix.length) } });
      }
    }
  }
  if (groups.size === 0 && artifacts.length === 0) groupOf(null);
  for (const [prefix, contents] of groups) {
    const shown = prefix === '' ? name : join(name, prefix.slice(0, -1));
    artifacts.push(judge(contents, { path: shown, fileName: basename(shown), sha256: null, promises }));
  }
  return artifacts.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

/** The folder of the npm package that a file was installed with, with a slash; empty where there is none below `folder`. */
function packageOf(folder: string, file: string): string {
  const full = `${folder}/${file}`;
  const match = /^.*\/node_modules\/(?:@[^/]+\/)?[^/@.][^/]*\//.exec(full);
  return match === null ? '' : match[0].slice(folder.length + 1);
}

/** npm keeps package.json, so an installed package is held to its claims like its tarball. */
function newGroup(folder: string, prefix: string): Contents {
  const contents = emptyContents('folder');
  const isPackage = prefix !== '' || /\/node_modules\/(?:@[^/]+\/)?[^/]+$/.test(folder);
  if (!isPackage) return contents;
  for (const file of ['package.json', 'README.md', 'readme.md']) {
    const text = ifAny(() => readFileSync(join(folder, prefix, file), 'utf8'), undefined);
    if (text !== undefined) contents.texts.set(file, text);
  }
  if (contents.texts.has('package.json')) contents.kind = 'npm';
  return contents;
}

/**
 * Many files of one folder. Most are neither ELF nor archive, so each is opened once, looked at, and closed; the few that
 * matter are audited on the spot. This is the work that is shared out to threads.
 */
import { closeSync, fstatSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from '../base/error-code.ts';
import type { AbiPromise } from '../abi/promise.ts';
import { sourceOfFile } from '../formats/elf/byte-source.ts';
import { auditArtifact } from './audit-artifact.ts';
import type { ArtifactAudit } from './report.ts';
import { Budget } from './walk/budget.ts';
import { emptyContents, type Contents } from './walk/contents.ts';
import { sniff, SNIFF_SIZE } from './walk/sniff.ts';
import { streamOf } from './walk/spool.ts';
import { Walk } from './walk/walk.ts';

/** One piece of work: files below a folder. */
export interface FilesJob {
  readonly folder: string;
  /** As the report calls the folder. */
  readonly name: string;
  readonly files: readonly string[];
  readonly promises: readonly AbiPromise[];
}

export interface FilesResult {
  /** ELF files and static libraries, by their path below the folder. */
  readonly contents: Contents;
  /** Packages and archives that hold some: artifacts of their own. */
  readonly artifacts: readonly ArtifactAudit[];
}

export async function auditFiles({ folder, name, files, promises }: FilesJob): Promise<FilesResult> {
  const contents = emptyContents('folder');
  const artifacts: ArtifactAudit[] = [];
  for (const file of files) {
    const path = join(folder, file);
    try {
      const walk = new Walk(contents, new Budget(0));
      if (!(await lookAt(path, file, walk))) continue;
      const artifact = await auditArtifact(path, join(name, file), promises);
      if (artifact.elfs.length > 0) artifacts.push(artifact);
    } catch (error) {
      if (errorCode(error) === '') throw error;
      contents.problems.push(unreadable(file, error as Error));
    }
  }
  return { contents, artifacts };
}

/** True where the file may be an artifact of its own. */
async function lookAt(path: string, file: string, walk: Walk): Promise<boolean> {
  const descriptor = openSync(path, 'r');
  try {
    const { size, mode } = fstatSync(descriptor);
    const source = sourceOfFile(descriptor, size);
    const head = source.read(0, SNIFF_SIZE);
    const kind = sniff(head);
    if (kind === undefined) return false;
    const isStaticLibrary = kind === 'ar' && !file.endsWith('.deb');
    if (kind !== 'elf' && !isStaticLibrary) return true;
    if (kind === 'elf') walk.elf(source, file, mode & 0o7777);
    else await walk.member(file, mode & 0o7777, size, streamOf(source));
    return false;
  } finally {
    closeSync(descriptor);
  }
}

export function unreadable(path: string | null, { message }: Error): Contents['problems'][number] {
  return { code: 'file-unreadable', severity: 'error', message, path };
}

import { randomBytes } from 'node:crypto';
import { lstatSync, readdirSync } from 'node:fs';
import { lstat, mkdir, readdir, rename } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { makeFolders } from '../base/make-folders.ts';
import { whyUnwritable } from '../base/write-error.ts';
import { Failure } from '../report/failure.ts';
import { isAlive, machine } from '../store/machine.ts';
import { removeTree } from '../store/store.ts';

/**
 * Makes a file or folder where a user wants it: whole, or not at all. It is written under a hidden name beside its place and
 * renamed at the end. A file takes the place of an older one, a folder only that of an empty one.
 */
export async function placeOutput<Result>(
  path: string,
  kind: 'file' | 'folder',
  write: (temporary: string) => Promise<Result>,
): Promise<Result> {
  const temporary = join(
    dirname(path),
    `${partPrefix(path)}${machine()}-${process.pid}-${randomBytes(6).toString('hex')}`,
  );
  try {
    refuseTaken(path, kind);
    await makeFolders(dirname(path));
    await sweepParts(path);
    if (kind === 'folder') await mkdir(temporary);
    const result = await write(temporary);
    await rename(temporary, path);
    return result;
  } catch (error) {
    const reason = whyUnwritable(error);
    if (reason === undefined || !isOf(path, error as NodeJS.ErrnoException)) throw error;
    throw new Failure('output-unwritable', `${path} can't be written: ${reason}`, {
      why: (error as Error).message,
      cause: error,
    });
  } finally {
    await removeTree(temporary).catch(() => undefined);
  }
}

/** Not of what is read meanwhile. A write to an open file that finds the disk full names no path. */
function isOf(path: string, error: NodeJS.ErrnoException): boolean {
  return error.path?.startsWith(dirname(path)) ?? error.syscall === 'write';
}

function refuseTaken(path: string, kind: 'file' | 'folder'): void {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return;
  if (kind === 'file') {
    if (!found.isDirectory()) return;
    throw new Failure('output-taken', `${path} is a folder, and a file was to be written there`);
  }
  if (!found.isDirectory()) {
    throw new Failure('output-taken', `${path} is there already, and it is no folder`);
  }
  if (readdirSync(path).length > 0) throw new Failure('output-taken', `${path} has something in it already`);
}

function partPrefix(path: string): string {
  return `.${basename(path)}.part-`;
}

const OLD = 60 * 60 * 1000;

/** Another process may be writing the same right now. One that can't be seen from here has an hour. */
async function sweepParts(path: string): Promise<void> {
  for (const name of await readdir(dirname(path))) {
    if (!name.startsWith(partPrefix(path))) continue;
    const part = join(dirname(path), name);
    const [owner = '', pid = ''] = name.slice(partPrefix(path).length).split('-');
    if (isAlive(owner, pid) ?? !(await isOld(part))) continue;
    await removeTree(part);
  }
}

async function isOld(part: string): Promise<boolean> {
  const { ctimeMs } = await lstat(part);
  return Date.now() - ctimeMs > OLD;
}

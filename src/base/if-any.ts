/**
 * What may be missing, or not for this user's eyes: files of the machine, marks of processes that have ended. Only what
 * the system says of a path counts as that. A full table of files or a mistake of ours is no missing file, and is thrown.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { errorCode } from './error-code.ts';
import { jsonIn } from './json-text.ts';

const MISSING = new Set([
  'ENOENT',
  'ENOTDIR',
  'EISDIR',
  'EACCES',
  'EPERM',
  'ELOOP',
  'ENAMETOOLONG',
  // A file in /proc of a process that ended while it was read.
  'ESRCH',
]);

export function isMissing(error: unknown): boolean {
  return error instanceof Error && MISSING.has(errorCode(error));
}

/** What `look` finds, or `otherwise` where there is nothing to be seen. */
export function ifAny<Found, Other>(look: () => Found, otherwise: Other): Found | Other {
  try {
    return look();
  } catch (error) {
    if (isMissing(error)) return otherwise;
    throw error;
  }
}

export async function textIfAny(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (isMissing(error)) return '';
    throw error;
  }
}

export function textIfAnySync(file: string): string {
  return ifAny(() => readFileSync(file, 'utf8'), '');
}

/** Of what a folder holds, in no order. */
export function namesIfAny(folder: string): string[] {
  return ifAny(() => readdirSync(folder), []);
}

/** Undefined too for a file that is not whole. */
export function jsonIfAny(file: string): unknown {
  return jsonIn(textIfAnySync(file));
}

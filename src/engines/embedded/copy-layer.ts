import {
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  fchmodSync,
  futimesSync,
  linkSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  openSync,
  readFileSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
  type Stats,
} from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { errorCode } from '../../base/error-code.ts';
import { sha256OfOpenFile } from '../../base/sha256-of-file.ts';
import { sha256 } from '../../base/sha256.ts';
import { Failure } from '../../report/failure.ts';
import type { FolderEntry, FolderInput } from '../engine.ts';
import { sourceTime as modified } from '../source-time.ts';

type FileEntry = Extract<FolderEntry, { type: 'file' }>;

/** Where a file with these bytes and this mode is already, in another layer. */
export type EarlierFiles = (file: FileEntry) => string | undefined;

/** Bytes from which on a file is worth sharing, and isn't read at once. */
const large = 1 << 20;
/** How long the process may be deaf. */
const longestSlice = 20;

export interface CopyPlace {
  /** Becomes the layer; not there yet. */
  readonly layer: string;
  /** The layers below, the lowest first. */
  readonly below: readonly string[];
  readonly destination: string;
  readonly earlier?: EarlierFiles | undefined;
}

/**
 * Copies a folder input into a layer, each file checked against the hash that its key was made of: a file that is
 * edited in this moment may not come under the name of what it was.
 */
export async function copyFolder(input: FolderInput, place: CopyPlace, signal: AbortSignal): Promise<void> {
  const destination = makeDestination(place);
  let started = performance.now();
  for (const entry of input.entries) {
    if (!linkEarlier(entry, destination, place.earlier)) copyEntry(input.folder, entry, destination);
    if (performance.now() - started < longestSlice) continue;
    await setImmediate();
    signal.throwIfAborted();
    started = performance.now();
  }
  for (const entry of input.entries.toReversed()) {
    if (entry.type === 'folder') utimesSync(join(destination, entry.path), modified, modified);
  }
}

/** It was checked when it was copied there. Whatever keeps it from having one more name, a copy does as well. */
function linkEarlier(entry: FolderEntry, destination: string, earlier?: EarlierFiles): boolean {
  const from = entry.type === 'file' ? earlier?.(entry) : undefined;
  if (from === undefined) return false;
  try {
    linkSync(from, join(destination, entry.path));
    return true;
  } catch {
    return false;
  }
}

function copyEntry(folder: string, entry: FolderEntry, destination: string): void {
  const path = join(destination, entry.path);
  switch (entry.type) {
    case 'folder':
      mkdirSync(path, { mode: 0o755 });
      chmodSync(path, 0o755);
      return;
    case 'link':
      symlinkSync(entry.target, path);
      lutimesSync(path, modified, modified);
      return;
    case 'file':
      copyFile(join(folder, entry.path), path, entry);
      return;
    default:
      return entry satisfies never;
  }
}

function copyFile(from: string, to: string, entry: FileEntry): void {
  const mode = entry.executable ? 0o755 : 0o644;
  let found: string | undefined;
  try {
    found = lstatSync(from).size > large ? clone(from, to, mode) : rewrite(from, to, mode);
  } catch (error) {
    if (!['ENOENT', 'ENOTDIR', 'EISDIR'].includes(errorCode(error))) throw error;
  }
  if (found !== entry.sha256) {
    throw new Failure('source-changed', `${entry.path} changed while it was being copied`);
  }
}

/** The fewest system calls, which is what a tree of many small files costs. */
function rewrite(from: string, to: string, mode: number): string {
  const data = readFileSync(from);
  const file = openSync(to, 'wx', mode);
  try {
    writeFileSync(file, data);
    fchmodSync(file, mode);
    futimesSync(file, modified, modified);
  } finally {
    closeSync(file);
  }
  return sha256(data);
}

/** Shares the bytes where the filesystem can. */
function clone(from: string, to: string, mode: number): string {
  copyFileSync(from, to, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
  const file = openSync(to, 'r');
  try {
    fchmodSync(file, mode);
    futimesSync(file, modified, modified);
    return sha256OfOpenFile(file);
  } finally {
    closeSync(file);
  }
}

/** Folders on the way that exist below keep their mode; a layer's folder hides that of the one under it. */
function makeDestination({ layer, below, destination }: CopyPlace): string {
  mkdirSync(layer);
  chmodSync(layer, 0o755);
  let path = '';
  for (const name of destination.split('/').filter((part) => part !== '')) {
    path = join(path, name);
    const mode = folderMode(below, path) ?? 0o755;
    mkdirSync(join(layer, path));
    chmodSync(join(layer, path), mode);
  }
  return join(layer, path);
}

function folderMode(below: readonly string[], path: string): number | undefined {
  const stats = topmost(below, path);
  return stats?.isDirectory() === true ? stats.mode & 0o7777 : undefined;
}

/** Whether the destination is, or will be, a folder right below the root: deeper ones belong to someone. */
export function canLayDown(below: readonly string[], destination: string): boolean {
  if (!/^\/[^/]+$/.test(destination)) return false;
  const stats = topmost(below, destination.slice(1));
  return stats === undefined || stats.isDirectory() || stats.isCharacterDevice();
}

/** What the uppermost layer that has it holds there; for what was removed, a device. */
function topmost(below: readonly string[], path: string): Stats | undefined {
  for (const layer of below.toReversed()) {
    const stats = lstatSync(join(layer, path), { throwIfNoEntry: false });
    if (stats !== undefined) return stats;
  }
  return undefined;
}

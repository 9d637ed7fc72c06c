/** One cache as a tar file: `about.json`, and what is in it under `files/`. The worker does it, as it alone sees all ids. */
import {
  chmodSync,
  createReadStream,
  createWriteStream,
  linkSync,
  lchownSync,
  lutimesSync,
  mkdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { FormatError } from '../../formats/format-error.ts';
import { tarHeader, tarPadding } from '../../formats/tar-writer.ts';
import { readTar, type TarEntry } from '../../formats/tar.ts';
import { folderMembers, writeMembers } from './folder-members.ts';
import { statsOf } from './path-in-root.ts';
import type { PackAnswer, PackRequest, UnpackRequest } from './protocol.ts';

export function packCache({ about, files, file }: PackRequest): Promise<PackAnswer> {
  return writeMembers(file, archiveOf(about, files));
}

function* archiveOf(about: string, files: string): Generator<Uint8Array> {
  const text = readFileSync(about);
  yield tarHeader({ path: 'about.json', type: 'file', ...plain, size: text.length });
  yield text;
  yield tarPadding(text.length);
  yield* folderMembers(files, 'files', { devices: false });
}

const plain = { mode: 0o644, uid: 0, gid: 0, mtime: 0 };

/** What an unpacked cache is in: a generation like those of `cache-mounts.ts`. */
export const unpackedGeneration = 'generation';

/** What is in it is made below `folder`; whatever it says, nothing is made elsewhere. */
export async function unpackCache(
  { file, folder }: UnpackRequest,
  { many }: { readonly many: boolean },
): Promise<PackAnswer> {
  const folders: [string, TarEntry][] = [];
  try {
    for await (const entry of readTar(createReadStream(file) as AsyncIterable<Uint8Array>)) {
      const full = placeOf(folder, entry.path);
      await makeMember(full, folder, entry);
      if (entry.type === 'folder') folders.push([full, entry]);
      else if (entry.type !== 'hardlink') dress(full, entry, many);
    }
    // Last, as every file that was put in has changed their times.
    for (const [full, entry] of folders.reverse()) dress(full, entry, many);
    // A folder of another id is moved by who has that id; the one around it anybody can move who owns that.
    mkdirSync(join(folder, unpackedGeneration));
    renameSync(join(folder, 'files'), join(folder, unpackedGeneration, '0'));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (!(error instanceof FormatError) && code !== 'EEXIST' && code !== 'ENOENT') throw error;
    return { problem: (error as Error).message };
  }
  return { problem: undefined };
}

/** Names that lead to `folder/files` and below, through folders that are no links. */
function placeOf(folder: string, path: string): string {
  const names = path.split('/').filter((name) => name !== '' && name !== '.');
  const isOurs = names[0] === 'files' || path === 'about.json';
  if (!isOurs || names.includes('..') || path.startsWith('/')) {
    throw new FormatError('cache', `${path} is no part of a cache`);
  }
  for (const index of names.slice(0, -1).keys()) {
    const parent = join(folder, ...names.slice(0, index + 1));
    if (statsOf(parent)?.isDirectory() === true) continue;
    throw new FormatError('cache', `${path} is in no folder of the cache`);
  }
  return join(folder, ...names);
}

async function makeMember(full: string, folder: string, entry: TarEntry): Promise<void> {
  switch (entry.type) {
    case 'folder':
      mkdirSync(full);
      return;
    case 'symlink':
      symlinkSync(entry.linkTarget!, full);
      return;
    case 'hardlink': {
      const first = placeOf(folder, entry.linkTarget!);
      if (statsOf(first)?.isFile() !== true)
        throw new FormatError('cache', `${entry.path} is a link to no file`);
      linkSync(first, full);
      return;
    }
    case 'file':
      writeFileSync(full, '', { flag: 'wx' });
      await pipeline(Readable.from(entry.body), createWriteStream(full));
      return;
    case 'fifo':
    case 'block-device':
    case 'character-device':
      throw new FormatError('cache', `${entry.path} is a ${entry.type}`);
    default:
      return entry.type satisfies never;
  }
}

function dress(full: string, { type, mode, uid, gid, mtime }: TarEntry, many: boolean): void {
  if (many) lchownSync(full, uid, gid);
  if (type !== 'symlink') chmodSync(full, mode);
  lutimesSync(full, mtime, mtime);
}

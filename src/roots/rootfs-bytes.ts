/**
 * A root filesystem that the user has, as the bytes that are locked. A tar is taken as it is. Of a folder a tar is made
 * that holds what decides a build: names, modes, links and contents. Owners and times would differ from checkout to
 * checkout, so all of it is root's and of one day; devices and sockets are left out.
 */
import { createReadStream } from 'node:fs';
import { lstat, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { TAR_END, tarHeader, tarPadding } from '../formats/tar-writer.ts';
import { Failure } from '../report/failure.ts';

/** `name` is how messages call it. */
export async function* rootfsBytes(path: string, name: string): AsyncGenerator<Uint8Array, void, void> {
  try {
    const stats = await lstat(path);
    if (stats.isDirectory()) {
      yield* tarOf(path, '');
      yield TAR_END;
    } else {
      yield* createReadStream(path) as AsyncIterable<Buffer>;
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined || error instanceof Failure) throw error;
    const what = code === 'ENOENT' ? 'is not there' : "can't be read";
    throw new Failure('rootfs-unreadable', `the root filesystem ${name} ${what}`, {
      why: message,
      cause: error,
    });
  }
}

const FACTS = { uid: 0, gid: 0, mtime: 315532800 };

async function* tarOf(top: string, folder: string): AsyncGenerator<Uint8Array, void, void> {
  for (const name of (await readdir(join(top, folder))).sort()) {
    const path = folder === '' ? name : `${folder}/${name}`;
    const place = join(top, path);
    const stats = await lstat(place);
    const mode = stats.mode & 0o7777;
    const member = { ...FACTS, path, mode };
    if (stats.isDirectory()) {
      yield tarHeader({ ...member, path: `${path}/`, type: 'folder' });
      yield* tarOf(top, path);
    } else if (stats.isSymbolicLink()) {
      yield tarHeader({ ...member, type: 'symlink', mode: 0o777, linkTarget: await readlink(place) });
    } else if (stats.isFile()) {
      yield tarHeader({ ...member, type: 'file', size: stats.size });
      yield* contentOf(place, stats.size);
      yield tarPadding(stats.size);
    }
  }
}

async function* contentOf(place: string, size: number): AsyncGenerator<Uint8Array, void, void> {
  let read = 0;
  for await (const chunk of createReadStream(place) as AsyncIterable<Buffer>) {
    read += chunk.length;
    yield chunk;
  }
  if (read !== size) throw new Failure('rootfs-unreadable', `${place} changed while it was read`);
}

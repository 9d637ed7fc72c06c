/**
 * A list of files as the tar that it would make, of which any part can be read: nothing of it is ever written down. A
 * daemon that asks for a layer asks for pieces of it, by their places.
 */
import { createHash } from 'node:crypto';
import { TAR_END, tarHeader, tarPadding, type TarHead } from '../../formats/tar-writer.ts';
import { Failure } from '../../report/failure.ts';
import { fileBytes } from './file-bytes.ts';
import { goMode, isFolder, isRegular, unixPermissions, type FileStat } from './fsutil.ts';
import type { SentFile } from './sent-folder.ts';

interface Member {
  readonly file: SentFile;
  /** Of its header, in the tar. */
  readonly at: number;
  readonly headLength: number;
}

const nanoseconds = 1_000_000_000n;

export class FilesAsTar {
  readonly size: number;
  /** Tells it from others, without the bytes of files. */
  readonly heads: string;
  readonly #members: readonly Member[];

  constructor(files: readonly SentFile[]) {
    const hash = createHash('sha256');
    let at = 0;
    this.#members = files.map((file) => {
      const head = tarHeader(headOf(file.stat));
      hash.update(head);
      const headLength = head.length;
      const member = { file, at, headLength };
      const size = sizeIn(file);
      at += headLength + size + tarPadding(size).length;
      return member;
    });
    this.size = at + TAR_END.length;
    this.heads = hash.digest('hex');
  }

  async *read(from: number, length: number): AsyncGenerator<Uint8Array> {
    const end = Math.min(from + length, this.size);
    const first = this.#memberAt(from);
    for (const member of this.#members.slice(first)) {
      if (member.at >= end) break;
      yield* within(member, from, end);
    }
    const dataEnd = this.size - TAR_END.length;
    if (end > dataEnd) yield TAR_END.subarray(Math.max(from - dataEnd, 0), end - dataEnd);
  }

  /** The last one that begins before this place. */
  #memberAt(place: number): number {
    let low = 0;
    let high = this.#members.length;
    while (low + 1 < high) {
      const middle = (low + high) >>> 1;
      if (this.#members[middle]!.at <= place) low = middle;
      else high = middle;
    }
    return low;
  }
}

/** What of a member is in a part of the tar. */
async function* within(
  { file, at, headLength }: Member,
  from: number,
  end: number,
): AsyncGenerator<Uint8Array> {
  const size = sizeIn(file);
  const dataAt = at + headLength;
  if (from < dataAt) {
    const head = tarHeader(headOf(file.stat));
    yield head.subarray(Math.max(from - at, 0), Math.max(end - at, 0));
  }
  const start = Math.max(from - dataAt, 0);
  const stop = Math.min(end - dataAt, size);
  if (start < stop) yield* bytesOf(file, start, stop);
  const padding = tarPadding(size);
  const paddingAt = dataAt + size;
  if (padding.length > 0 && end > paddingAt && from < paddingAt + padding.length)
    yield padding.subarray(Math.max(from - paddingAt, 0), end - paddingAt);
}

async function* bytesOf({ from, stat }: SentFile, start: number, stop: number): AsyncGenerator<Uint8Array> {
  let left = stop - start;
  for await (const piece of fileBytes(from!, start, stop)) {
    yield piece;
    left -= piece.length;
  }
  if (left > 0) throw new Failure('source-changed', `${stat.path} became shorter while it was sent`);
}

function sizeIn({ stat, from }: SentFile): number {
  return from === undefined ? 0 : stat.size;
}

function headOf(stat: FileStat): TarHead {
  const { path, uid, gid, linkname, xattrs } = stat;
  const facts = {
    path,
    uid,
    gid,
    mode: unixPermissions(stat.mode),
    mtime: Number(stat.modified / nanoseconds),
    ...(xattrs && {
      xattrs: Object.fromEntries(
        Object.entries(xattrs).map(([name, value]) => [name, Buffer.from(value).toString('base64')]),
      ),
    }),
  };
  if (isFolder(stat)) return { ...facts, path: `${path}/`, type: 'folder' };
  if (isRegular(stat)) {
    return linkname === ''
      ? { ...facts, type: 'file', size: stat.size }
      : { ...facts, type: 'hardlink', linkTarget: linkname, xattrs: undefined };
  }
  if ((stat.mode & goMode.link) !== 0) return { ...facts, type: 'symlink', linkTarget: linkname };
  if ((stat.mode & goMode.pipe) !== 0) return { ...facts, type: 'fifo' };
  const type = (stat.mode & goMode.character) === 0 ? 'block-device' : 'character-device';
  return { ...facts, type, device: { major: stat.major ?? 0, minor: stat.minor ?? 0 } };
}

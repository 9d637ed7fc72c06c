import { createHash } from 'node:crypto';
import { createGunzip } from 'node:zlib';
import { parsePkgInfo, type ApkHead } from '../formats/apk.ts';
import { throughZlib } from '../formats/decompress.ts';
import { FormatError } from '../formats/format-error.ts';
import { readTar, type TarEntry } from '../formats/tar.ts';
import { openApk } from '../packages/apk/check.ts';
import { checkBlob, readBlob } from './checked-blob.ts';
import type { EntryNotes } from './tree-manifest.ts';
import { writeTree, type PackedEntry } from './tree-writer.ts';
import { limitUnpacked } from './unpacked-limit.ts';

/** In the order in which apk's own database has them. */
export const APK_SCRIPTS = [
  '.pre-install',
  '.post-install',
  '.pre-deinstall',
  '.post-deinstall',
  '.pre-upgrade',
  '.post-upgrade',
  '.trigger',
] as const;

/** `folder` exists and is empty. */
export async function unpackApk(blob: string, sha256: string, folder: string, most: number): Promise<void> {
  checkBlob(blob, sha256);
  const { control, files, dataStart } = await openApk(blob);
  const info = files.get('.PKGINFO');
  if (info === undefined) throw new FormatError('apk', 'there is no .PKGINFO');
  const [datahash] = parsePkgInfo(Buffer.from(info).toString('utf8')).get('datahash') ?? [];
  const data = new HashedBytes(readBlob(blob, dataStart));
  const plain = throughZlib(data.read(), createGunzip, 'apk');
  await writeTree(folder, {
    format: 'apk',
    data: installed(readTar(limitUnpacked(plain, most, 'apk'))),
    control: controlFiles(files),
    most,
    identity: `Q1${createHash('sha1').update(control).digest('base64')}`,
  });
  // Packages of very old tools have none; the package as a whole was checked above.
  if (datahash !== undefined && datahash !== data.sha256)
    throw new FormatError('apk', `its files are not those of which its .PKGINFO has the hash`);
}

class HashedBytes {
  /** Once everything was read. */
  sha256: string | undefined;
  readonly #bytes: AsyncIterable<Uint8Array>;

  constructor(bytes: AsyncIterable<Uint8Array>) {
    this.#bytes = bytes;
  }

  async *read(): AsyncGenerator<Uint8Array, void, void> {
    const hash = createHash('sha256');
    for await (const chunk of this.#bytes) {
      hash.update(chunk);
      yield chunk;
    }
    this.sha256 = hash.digest('hex');
  }
}

/** All else in the control member apk passes over. */
function controlFiles(files: ApkHead['files']): ReadonlyMap<string, { bytes: Uint8Array; mode: number }> {
  const kept = new Map([['.PKGINFO', { bytes: files.get('.PKGINFO')!, mode: 0o644 }]]);
  for (const name of APK_SCRIPTS) {
    const bytes = files.get(name);
    if (bytes !== undefined) kept.set(name, { bytes, mode: 0o755 });
  }
  return kept;
}

/** The members that apk installs: none whose path begins with a dot, `./usr` as little as `.melange.yaml`. */
async function* installed(entries: AsyncIterable<TarEntry>): AsyncGenerator<PackedEntry, void, void> {
  for await (const entry of entries) {
    const { path, type, offset } = entry;
    if (path.startsWith('.') || (type !== 'folder' && /(^|\/)\.keep_[^/]+$/.test(path))) continue;
    // apk's database has one line for a path.
    // oxlint-disable-next-line no-control-regex
    if (/[\u0000-\u001f\u007f]/.test(path))
      throw new FormatError('apk', `the path ${JSON.stringify(path)} has a control character`, offset);
    // apk knows whole seconds only.
    yield { ...entry, mtime: Math.floor(entry.mtime), notes: notesOf(entry) };
  }
}

function notesOf({ pax, user, uid, group, gid }: TarEntry): EntryNotes {
  const sha1 = Buffer.from(pax.get('APK-TOOLS.checksum.SHA1') ?? []).toString('latin1');
  return {
    ...(/^[0-9a-f]{40}$/i.test(sha1) && { checksum: `Q1${Buffer.from(sha1, 'hex').toString('base64')}` }),
    ...(isNoted(user, uid) && { user }),
    ...(isNoted(group, gid) && { group }),
  };
}

function isNoted(name: string, id: number): boolean {
  return name !== '' && !(name === 'root' && id === 0);
}

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { parsePkgInfo, readApkHead, readApkStart, type ApkHead } from '../../formats/apk.ts';
import { FormatError } from '../../formats/format-error.ts';
import { Failure } from '../../report/failure.ts';

const FIRST_LOOK = 64 * 1024;

/** The signature and control members of a file, reading no more of it than they take. */
export async function openApk(path: string): Promise<ApkHead> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    for (let look = FIRST_LOOK; ; look *= 4) {
      const bytes = Buffer.alloc(Math.min(look, size));
      await file.read(bytes, 0, bytes.length, 0);
      const head = look < size ? await readApkStart(bytes) : await readApkHead(bytes);
      if (head !== undefined) return head;
    }
  } finally {
    await file.close();
  }
}

/**
 * Holds a package against the index: `checksum` is that of the control member, whose .PKGINFO has the hash of the data
 * member. So every byte but those of the package's own signature is covered by the index's signature.
 */
export async function checkApk(path: string, checksum: string, url: string): Promise<void> {
  const { control, files, dataStart } = await reading(url, () => openApk(path));
  const actual = `Q1${createHash('sha1').update(control).digest('base64')}`;
  if (actual !== checksum) {
    throw new Failure('hash-mismatch', `${url} is not the package that its index names`, {
      why: `its control member must have the hash ${checksum}, and has ${actual}`,
    });
  }
  const info = parsePkgInfo(Buffer.from(files.get('.PKGINFO') ?? []).toString('utf8'));
  const [datahash] = info.get('datahash') ?? [];
  if (datahash === undefined) {
    throw new Failure('package-unverifiable', `${url} doesn't say what its files must be`, {
      why: 'its .PKGINFO has no datahash, as packages of very old tools',
    });
  }
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { start: dataStart })) hash.update(chunk as Buffer);
  const data = hash.digest('hex');
  if (data === datahash) return;
  throw new Failure('hash-mismatch', `the files of ${url} are not those that it must have`, {
    why: `sha256 of its data member must be ${datahash}, is ${data}`,
  });
}

/** What the format says of bytes, said of an address. */
async function reading<Result>(url: string, read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new Failure('package-broken', `${url} is no package`, { why: error.message, cause: error });
  }
}

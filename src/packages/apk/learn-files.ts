/**
 * What an index doesn't say of a package is the hash of its file. So whoever wants to lock packages downloads each once,
 * holds it against the index, and keeps it; the hash is noted under the checksum that the index has.
 */
import { shownAddress } from '../../remote/address.ts';
import type { HttpClient } from '../../remote/http.ts';
import { Failure } from '../../report/failure.ts';
import type { BlobCheck, Store } from '../../store/store.ts';
import { addressesAt } from '../addresses.ts';
import { downloadFiles, type ArchiveFile, type DownloadProgress, type PackageFile } from '../fetch.ts';
import { checkApk } from './check.ts';
import type { ApkPackage } from './package.ts';
import type { ApkRepository } from './repository.ts';
import type { ApkChoice } from './solve.ts';

export interface ApkFile extends PackageFile {
  readonly package: ApkPackage;
}

interface LearnOptions {
  readonly client: HttpClient;
  readonly store: Store;
  readonly repositories: readonly ApkRepository[];
  /** Of the indexes. */
  readonly arch: string;
  readonly progress?: DownloadProgress | undefined;
}

const RECORDS = 'apk-files';

interface Wanted extends ArchiveFile {
  readonly package: ApkPackage;
  /** As it may also be: packages for all CPUs can lie in a folder of their own. */
  readonly otherPath: string;
}

/** The file of each package, with its hash, in the order in which they were chosen. */
export async function learnApkFiles(
  choices: readonly ApkChoice[],
  { client, store, repositories, arch, progress }: LearnOptions,
): Promise<ApkFile[]> {
  const bases = new Map(repositories.map((one) => [one.name, one.bases]));
  const wanted = choices.map((choice) => wantedFile(choice, arch));
  const known = new Map<Wanted, Learnt>();
  for (const file of wanted) {
    const learnt = await store.readRecord<Learnt>(RECORDS, recordKey(file.package));
    if (learnt !== undefined && store.hasBlob(learnt.sha256)) known.set(file, learnt);
  }
  const addresses = (file: ArchiveFile) => {
    const { path, otherPath } = file as Wanted;
    const servers = bases.get(file.repository)!;
    return [...new Set([...addressesAt(servers, path), ...addressesAt(servers, otherPath)])];
  };
  const missing = wanted.filter((file) => !known.has(file));
  await downloadFiles(missing, { client, addresses, progress }, async (file, url, bytes) => {
    const isOther = !addressesAt(bases.get(file.repository)!, file.path).includes(url);
    const { sha256, size } = await keep(store, file, url, bytes);
    const learnt = { sha256, size, isOther };
    await store.writeRecord(RECORDS, recordKey(file.package), learnt);
    known.set(file, learnt);
  });
  return wanted.map((file) => {
    const { sha256, size, isOther } = known.get(file)!;
    const { name, arch: own, repository } = file;
    const path = isOther ? file.otherPath : file.path;
    return { name, arch: own, repository, path, size, sha256, package: file.package };
  });
}

interface Learnt extends BlobCheck {
  readonly isOther: boolean;
}

function wantedFile({ package: one, repository }: ApkChoice, arch: string): Wanted {
  const file = `${one.name}-${one.version}.apk`;
  const { name, size } = one;
  const paths = { path: `${arch}/${file}`, otherPath: `${one.arch}/${file}` };
  return { name, arch: one.arch, repository, ...paths, size, package: one };
}

/** The checksum is in base64, whose letters don't all go into the name of a file. */
function recordKey({ checksum }: ApkPackage): string {
  return Buffer.from(checksum).toString('hex');
}

function keep(store: Store, file: Wanted, url: string, bytes: AsyncIterable<Buffer>): Promise<BlobCheck> {
  const shown = shownAddress(url);
  return store.addBlob(atMost(file.size, bytes, shown), undefined, undefined, async (path, { size }) => {
    if (size !== file.size) throw wrongSize(shown, file.size, `${size}`);
    await checkApk(path, file.package.checksum, shown);
  });
}

/** A server must not fill the disk. */
async function* atMost(
  size: number,
  bytes: AsyncIterable<Buffer>,
  url: string,
): AsyncGenerator<Buffer, void, void> {
  let seen = 0;
  for await (const chunk of bytes) {
    seen += chunk.length;
    if (seen > size) throw wrongSize(url, size, 'more');
    yield chunk;
  }
}

function wrongSize(url: string, wanted: number, actual: string): Failure {
  return new Failure('hash-mismatch', `${url} is not the package that its index names`, {
    why: `it must have ${wanted} bytes, and has ${actual}`,
  });
}

import { sha256 } from '../../base/sha256.ts';
import { readApkHead, type ApkHead } from '../../formats/apk.ts';
import { FormatError } from '../../formats/format-error.ts';
import { Failure } from '../../report/failure.ts';
import { parseApkIndex } from './index-text.ts';
import type { ApkKeys } from './keys.ts';
import type { ApkPackage } from './package.ts';

/** What an APKINDEX.tar.gz says, if a key that counts signed it. */
export interface TrustedApkIndex {
  readonly packages: readonly ApkPackage[];
  /** sha256 of the file as it was served. */
  readonly sha256: string;
  readonly date: Date;
  /** The name of the key whose signature was accepted. */
  readonly key: string;
}

/** `url` is for messages. */
export async function trustApkIndex(bytes: Uint8Array, keys: ApkKeys, url: string): Promise<TrustedApkIndex> {
  const head = await readHead(bytes, url);
  const key = keys.verify(head, url);
  const content = head.files.get('APKINDEX');
  if (content === undefined)
    throw new Failure('index-invalid', `${url} is signed, but holds no file APKINDEX`);
  const text = Buffer.from(content).toString('utf8');
  const date = new Date(dateOf(head, text) * 1000);
  return { packages: parseApkIndex(text), sha256: sha256(bytes), date, key };
}

async function readHead(bytes: Uint8Array, url: string): Promise<ApkHead> {
  try {
    return await readApkHead(bytes);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new Failure('index-invalid', `${url} is no index of packages`, {
      why: error.message,
      hint: 'open the address with curl to see what it is, or name another server with `--mirror`',
      cause: error,
    });
  }
}

/** Alpine packs the index with the time of its making; melange with none, and then it is as old as its newest package. */
function dateOf({ modified }: ApkHead, text: string): number {
  if (modified > 0) return modified;
  let newest = 0;
  for (const [, built] of text.matchAll(/^t:(\d{1,12})$/gm)) newest = Math.max(newest, Number(built));
  return newest;
}

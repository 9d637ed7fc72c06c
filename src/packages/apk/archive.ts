/**
 * Repositories of apk as a source of packages, for the time of one command: each index is fetched, checked and parsed
 * once, also where several environments want it.
 *
 * The chain of trust: a key that counts for the repository signed the member of APKINDEX.tar.gz that holds the index; the index has
 * the hash of each package's control member, and that has the hash of the package's files. There is no date until
 * which an index may be used; so an old one that is replayed can't be told from the newest, and its date is what the lock says.
 */
import { readApkHead, type ApkHead } from '../../formats/apk.ts';
import { FormatError } from '../../formats/format-error.ts';
import { sha256 } from '../../base/sha256.ts';
import { shownAddress } from '../../remote/address.ts';
import type { HttpClient } from '../../remote/http.ts';
import { Failure } from '../../report/failure.ts';
import { addressesAt } from '../addresses.ts';
import { parseApkIndex } from './index-text.ts';
import type { ApkIndex } from './names.ts';
import type { ApkRepository } from './repository.ts';

/** One repository's index for one CPU, checked. */
export interface TrustedApkIndex extends ApkIndex {
  /** sha256 of the file as it was served. */
  readonly sha256: string;
  readonly date: Date;
  /** The name of the key whose signature was accepted. */
  readonly key: string;
}

interface ApkArchiveOptions {
  readonly client: HttpClient;
  readonly now?: Date;
}

const MOST_INDEX = 256 * 1024 * 1024;
const FUTURE_TOLERANCE = 24 * 3600 * 1000;

export class ApkArchive {
  readonly #client: HttpClient;
  readonly #now: Date;
  readonly #indexes = new Map<string, Promise<TrustedApkIndex>>();

  constructor({ client, now = new Date() }: ApkArchiveOptions) {
    this.#client = client;
    this.#now = now;
  }

  index(repository: ApkRepository, arch: string): Promise<TrustedApkIndex> {
    const { name, bases, tag = '' } = repository;
    const key = [arch, name, tag, ...bases].join('\n');
    let index = this.#indexes.get(key);
    if (index === undefined) {
      index = this.#fetch(repository, arch);
      this.#indexes.set(key, index);
    }
    return index;
  }

  async #fetch(repository: ApkRepository, arch: string): Promise<TrustedApkIndex> {
    const { name, bases } = repository;
    const keys = repository.keys(arch);
    let first: Failure | undefined;
    for (const url of addressesAt(bases, `${arch}/APKINDEX.tar.gz`)) {
      try {
        const bytes = await this.#client.bytes(url, MOST_INDEX);
        const shown = shownAddress(url);
        const head = await readIndex(bytes, shown);
        const key = keys.verify(head, shown);
        const text = textOf(head, shown);
        const date = new Date(dateOf(head, text) * 1000);
        this.#refuseFuture(date, shown);
        const packages = parseApkIndex(text);
        return { repository: name, tag: repository.tag, packages, sha256: sha256(bytes), date, key };
      } catch (error) {
        if (!(error instanceof Failure) || error.code === 'canceled') throw error;
        first ??= indexFailure(error, repository, arch);
      }
    }
    throw first ?? new Failure('mirror-unreachable', `no server is known for ${name}`);
  }

  #refuseFuture(date: Date, url: string): void {
    if (date.getTime() <= this.#now.getTime() + FUTURE_TOLERANCE) return;
    throw new Failure('release-from-future', `${url} is dated ${date.toISOString()}, which is not yet`);
  }
}

async function readIndex(bytes: Buffer, url: string): Promise<ApkHead> {
  try {
    return (await readApkHead(bytes, true))!;
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new Failure('index-invalid', `${url} is no index of packages`, {
      why: error.message,
      cause: error,
    });
  }
}

function textOf({ files }: ApkHead, url: string): string {
  const text = files.get('APKINDEX');
  if (text === undefined) throw new Failure('index-invalid', `${url} is signed, but holds no file APKINDEX`);
  return Buffer.from(text).toString('utf8');
}

/** Alpine packs the index with the time of its making; melange with none, and then it is as old as its newest package. */
function dateOf({ modified }: ApkHead, text: string): number {
  if (modified > 0) return modified;
  let newest = 0;
  for (const [, built] of text.matchAll(/^t:(\d{1,12})$/gm)) newest = Math.max(newest, Number(built));
  return newest;
}

/** What the client says of an address, said of a repository. */
function indexFailure(error: Failure, { name, from, at }: ApkRepository, arch: string): Failure {
  const cause = error;
  const context = `the address comes from ${from}`;
  if (error.code === 'http-not-found') {
    const hint =
      'check the release, the CPU and the address of the repository; or name another server with `--mirror`';
    const message = `the index of ${name} for ${arch} is not there`;
    return new Failure('release-not-found', message, {
      why: at === undefined ? `${error.message}; ${context}` : error.message,
      hint,
      at,
      cause,
    });
  }
  if (!error.code.startsWith('http-') && !/^(host|connection|tls)-/.test(error.code)) return error;
  return new Failure('mirror-unreachable', `the index of ${name} can't be read: ${error.message}`, {
    why: at === undefined ? context : undefined,
    hint: `${error.hint}; or name another server with \`--mirror\``,
    at,
    cause,
  });
}

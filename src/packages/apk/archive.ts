/**
 * Repositories of apk as a source of packages, for the time of one command: each index is fetched, checked and parsed
 * once, also where several environments want it.
 *
 * The chain of trust: a key that counts for the repository signed the member of APKINDEX.tar.gz that holds the index; the index has
 * the hash of each package's control member, and that has the hash of the package's files. There is no date until
 * which an index may be used; so an old one that is replayed can't be told from the newest, and its date is what the lock says.
 */
import { shownAddress } from '../../remote/address.ts';
import type { HttpClient } from '../../remote/http.ts';
import { Failure } from '../../report/failure.ts';
import { addressesAt } from '../addresses.ts';
import type { ApkIndex } from './names.ts';
import type { ApkPackage } from './package.ts';
import type { ApkRepository } from './repository.ts';
import { trustApkIndex, type TrustedApkIndex } from './trusted-index.ts';
import { deniedRepository } from '../denied-repository.ts';

/** One repository's index for one CPU, checked. */
export interface RepositoryIndex extends ApkIndex, TrustedApkIndex {
  readonly packages: readonly ApkPackage[];
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
  readonly #indexes = new Map<string, Promise<RepositoryIndex>>();

  constructor({ client, now = new Date() }: ApkArchiveOptions) {
    this.#client = client;
    this.#now = now;
  }

  index(repository: ApkRepository, arch: string): Promise<RepositoryIndex> {
    const { name, bases, tag = '' } = repository;
    const key = [arch, name, tag, ...bases].join('\n');
    let index = this.#indexes.get(key);
    if (index === undefined) {
      index = this.#fetch(repository, arch);
      this.#indexes.set(key, index);
    }
    return index;
  }

  async #fetch(repository: ApkRepository, arch: string): Promise<RepositoryIndex> {
    const { name, bases } = repository;
    const keys = repository.keys(arch);
    let first: Failure | undefined;
    for (const url of addressesAt(bases, `${arch}/APKINDEX.tar.gz`)) {
      try {
        const bytes = await this.#client.bytes(url, MOST_INDEX);
        const index = await trustApkIndex(bytes, keys, shownAddress(url));
        this.#refuseFuture(index, shownAddress(url));
        return { ...index, repository: name, tag: repository.tag };
      } catch (error) {
        if (!(error instanceof Failure) || error.code === 'canceled') throw error;
        first ??= indexFailure(error, repository, arch);
      }
    }
    throw first ?? new Failure('mirror-unreachable', `no server is known for ${name}`);
  }

  #refuseFuture({ date }: TrustedApkIndex, url: string): void {
    if (date.getTime() <= this.#now.getTime() + FUTURE_TOLERANCE) return;
    throw new Failure('release-from-future', `${url} is dated ${date.toISOString()}, which is not yet`);
  }
}

/** What the client says of an address, said of a repository. */
function indexFailure(error: Failure, { name, from, at }: ApkRepository, arch: string): Failure {
  const cause = error;
  // As it is called: `alpine 3.22 main`.
  const another = at === undefined ? `--mirror ${name.split(' ')[0]}=URL` : '--mirror';
  const context = `the address comes from ${from}`;
  if (error.code === 'http-not-found') {
    const hint = `check the release, the CPU and the address of the repository; or name another server with \`${another}\``;
    const message = `the index of ${name} for ${arch} is not there`;
    return new Failure('release-not-found', message, {
      why: at === undefined ? `${error.message}; ${context}` : error.message,
      hint,
      at,
      cause,
    });
  }
  if (error.code === 'http-denied') return deniedRepository(error, { name, at });
  if (!error.code.startsWith('http-') && !/^(host|connection|tls)-/.test(error.code)) return error;
  return new Failure('mirror-unreachable', `the index of ${name} can't be read: ${error.message}`, {
    why: at === undefined ? context : undefined,
    hint: `${error.hint}; or name another server with \`${another}\``,
    at,
    cause,
  });
}

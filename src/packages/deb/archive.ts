/**
 * Debian as a source of packages, for the time of one command: release files are fetched and checked once, indexes are
 * parsed once, also where several environments want them.
 *
 * The chain of trust: a trusted key signed InRelease; InRelease has the hash of each index; the index has the hash of
 * each package. What is in the store got there with its hash checked, so an index that is already there is not fetched
 * again; that is why only InRelease, a small file, is asked for each time.
 */
import { readFile } from 'node:fs/promises';
import { decompress, type Compression } from '../../formats/decompress.ts';
import { FormatError } from '../../formats/format-error.ts';
import { shownAddress } from '../../remote/address.ts';
import type { HttpClient } from '../../remote/http.ts';
import type { Diagnostic } from '../../report/diagnostic.ts';
import { Failure } from '../../report/failure.ts';
import type { Store } from '../../store/store.ts';
import type { Keyring } from '../openpgp/keyring.ts';
import { sha256 } from '../../base/sha256.ts';
import { mismatch } from '../mismatch.ts';
import { PackageIndex } from './index-text.ts';
import { archiveKind, atMoment, debianKeyring, suitesOf, type Mirrors } from './mirrors.ts';
import { trustRelease } from './release-file.ts';
import type { Release } from './release.ts';

interface ArchiveOptions {
  readonly client: HttpClient;
  readonly store: Store;
  readonly mirrors: Mirrors;
  /** Debian's own keys where none are given. */
  readonly keyring?: Keyring;
  readonly now?: Date;
}

/** One suite's release file, checked. */
export interface TrustedSuite {
  /** `debian bullseye-security` */
  readonly name: string;
  readonly suite: string;
  /** The address that served it; its indexes and packages come from there too. */
  readonly base: string;
  readonly release: Release;
  /** sha256 of the file as it was served. */
  readonly sha256: string;
  readonly key: string;
  readonly expiredAllowed: boolean;
  readonly warnings: readonly Diagnostic[];
}

const MOST_INRELEASE = 16 * 1024 * 1024;
const MOST_INDEX = 1024 * 1024 * 1024;

export class DebianArchive {
  readonly mirrors: Mirrors;
  readonly #options: ArchiveOptions;
  readonly #now: Date;
  #keyring: Promise<Keyring> | undefined;
  readonly #suites = new Map<string, Promise<TrustedSuite>>();
  readonly #indexes = new Map<string, Promise<PackageIndex>>();
  readonly #saving: Promise<unknown>[] = [];

  constructor(options: ArchiveOptions) {
    this.#options = options;
    this.mirrors = options.mirrors;
    this.#now = options.now ?? new Date();
  }

  /** The suites of a release and the indexes of their `main` for one CPU, in the order in which apt reads them. */
  async open(release: string, arch: string): Promise<{ suites: TrustedSuite[]; indexes: PackageIndex[] }> {
    const names = await suitesOf(release);
    const opened = await Promise.all(
      names.map(async (name) => {
        const suite = await this.#suite(name);
        return { suite, indexes: await this.#indexesOf(suite, 'main', arch) };
      }),
    );
    return { suites: opened.map(({ suite }) => suite), indexes: opened.flatMap(({ indexes }) => indexes) };
  }

  /** Indexes are kept for the next time while the work goes on; this is when that is done. */
  async settled(): Promise<void> {
    await Promise.all(this.#saving);
  }

  #suite(name: string): Promise<TrustedSuite> {
    let suite = this.#suites.get(name);
    if (suite === undefined) {
      suite = this.#fetchSuite(name);
      this.#suites.set(name, suite);
    }
    return suite;
  }

  async #fetchSuite(suite: string): Promise<TrustedSuite> {
    this.#keyring ??=
      this.#options.keyring === undefined ? debianKeyring() : Promise.resolve(this.#options.keyring);
    const keyring = await this.#keyring;
    const { allowExpired, allowFuture } = this.mirrors;
    let first: Failure | undefined;
    for (const mirror of this.mirrors[archiveKind(suite)]) {
      const base = atMoment(mirror, this.#now);
      const url = `${base}/dists/${suite}/InRelease`;
      try {
        const bytes = await this.#options.client.bytes(url, MOST_INRELEASE);
        const trusted = trustRelease(bytes, shownAddress(url), suite, keyring, {
          now: this.#now,
          allowExpired,
          allowFuture,
        });
        return { name: `debian ${suite}`, suite, base, sha256: sha256(bytes), ...trusted };
      } catch (error) {
        if (!(error instanceof Failure) || error.code === 'canceled') throw error;
        first ??= mirrorFailure(error, suite, base, this.mirrors.from);
      }
    }
    throw first ?? new Failure('mirror-unreachable', `no server is known for ${suite}`);
  }

  async #indexesOf(suite: TrustedSuite, component: string, arch: string): Promise<PackageIndex[]> {
    const { release } = suite;
    if (!release.architectures.includes(arch)) {
      throw new Failure('arch-not-in-release', `${suite.name} has no packages for ${arch}`, {
        why: `it has them for ${release.architectures.filter((one) => one !== 'all').join(', ')}`,
      });
    }
    const arches = release.separateAll ? [arch, 'all'] : [arch];
    return Promise.all(
      arches.map((one) => this.#index(suite, component, `${component}/binary-${one}/Packages`)),
    );
  }

  #index(suite: TrustedSuite, component: string, path: string): Promise<PackageIndex> {
    const key = `${suite.name} ${path}`;
    let index = this.#indexes.get(key);
    if (index === undefined) {
      index = this.#loadIndex(suite, path).then(
        (text) => new PackageIndex(text, `${suite.name} ${component}`),
      );
      this.#indexes.set(key, index);
    }
    return index;
  }

  /** The whole text of an index: from the store if it was here before, else fetched, checked and kept. */
  async #loadIndex(suite: TrustedSuite, path: string): Promise<string> {
    const { store } = this.#options;
    const plain = suite.release.files.get(path);
    if (plain === undefined) {
      throw new Failure('index-invalid', `${suite.name} lists no ${path}`, {
        why: `its release file came from ${shownAddress(suite.base)}`,
      });
    }
    if (plain.size === 0) return '';
    if (store.hasBlob(plain.sha256)) {
      // In one piece: decoding piece by piece leaves a string that must be put together again.
      return (await readFile(store.blobPath(plain.sha256))).toString('latin1');
    }
    const bytes = await this.#fetchIndex(suite, path, plain.size);
    // Kept unpacked: reading it is then a matter of milliseconds. Its hash is in the release file as well.
    const saving = store.addBlob([bytes], plain);
    saving.catch(() => {});
    this.#saving.push(saving);
    return bytes.toString('latin1');
  }

  async #fetchIndex(suite: TrustedSuite, path: string, size: number): Promise<Buffer> {
    const { client } = this.#options;
    const choices: readonly (readonly [string, Compression | undefined])[] = [
      ['.xz', 'xz'],
      ['.gz', 'gzip'],
      ['', undefined],
    ];
    const [extension, compression] = choices.find(([one]) => suite.release.files.has(path + one))!;
    const listed = suite.release.files.get(path + extension)!;
    const folder = `${suite.base}/dists/${suite.suite}`;
    const plainUrl = `${folder}/${path}${extension}`;
    const hashUrl = `${folder}/${path.slice(0, path.lastIndexOf('/'))}/by-hash/SHA256/${listed.sha256}`;
    const url = suite.release.byHash ? hashUrl : plainUrl;
    const packed = await client.bytes(url, listed.size);
    const actual = sha256(packed);
    if (actual !== listed.sha256) throw mismatch(url, listed, { sha256: actual, size: packed.length });
    if (compression === undefined) return packed;
    return unpack(packed, compression, Math.min(size, MOST_INDEX), url);
  }
}

async function unpack(packed: Buffer, compression: Compression, size: number, url: string): Promise<Buffer> {
  const whole = Buffer.allocUnsafe(size);
  let filled = 0;
  try {
    for await (const chunk of decompress(chunked(packed), compression)) {
      if (filled + chunk.length > size)
        throw new FormatError(compression, `it unpacks to more than ${size} bytes`);
      whole.set(chunk, filled);
      filled += chunk.length;
    }
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new Failure('index-invalid', `${shownAddress(url)} can't be unpacked`, {
      why: error.message,
      cause: error,
    });
  }
  if (filled !== size) {
    throw new Failure(
      'index-invalid',
      `${shownAddress(url)} unpacks to ${filled} bytes, not to the ${size} that its release file says`,
    );
  }
  return whole;
}

async function* chunked(bytes: Buffer): AsyncGenerator<Buffer, void, void> {
  const step = 256 * 1024;
  for (let at = 0; at < bytes.length; at += step) yield bytes.subarray(at, at + step);
}

/** What the HTTP client says of an address, said of a mirror. */
function mirrorFailure(error: Failure, suite: string, base: string, from: string): Failure {
  const context = `the server comes from ${from}`;
  if (error.code === 'http-not-found') {
    return new Failure('release-not-found', `${shownAddress(base)} has no suite ${suite}`, {
      why: context,
      cause: error,
    });
  }
  if (!error.code.startsWith('http-') && !/^(host|connection|tls)-/.test(error.code)) return error;
  return new Failure('mirror-unreachable', error.message, {
    why: context,
    hint: `${error.hint}; or name another server: \`--mirror http://…/debian\``,
    cause: error,
  });
}

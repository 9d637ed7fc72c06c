/**
 * Repositories of deb packages, for the time of one command: release files are fetched and checked once, indexes are
 * parsed once, also where several environments want them.
 *
 * The chain of trust: a key that is trusted for this repository signed its release file; that has the hash of each index;
 * the index has the hash of each package. What is in the store got there with its hash checked, so an index that is
 * already there is not fetched again; that is why only the release file, which is small, is asked for each time.
 */
import { sha256 } from '../../base/sha256.ts';
import { shownAddress } from '../../remote/address.ts';
import type { HttpClient } from '../../remote/http.ts';
import type { Diagnostic } from '../../report/diagnostic.ts';
import { Failure } from '../../report/failure.ts';
import type { Store } from '../../store/store.ts';
import { deniedRepository } from '../denied-repository.ts';
import { mismatch } from '../mismatch.ts';
import { PackageIndex } from './package-index.ts';
import { KeptIndexes } from './kept-indexes.ts';
import { packedForms, unpackIndex, type PackedForm } from './packed-index.ts';
import { atMoment, unknownMirror } from './mirrors.ts';
import { trustRelease, type ReleaseFile } from './release-file.ts';
import type { Release } from './release.ts';
import { isFlat, repositoryName, type DebRepository } from './repository.ts';

interface ArchiveOptions {
  readonly client: HttpClient;
  readonly store: Store;
  readonly now?: Date;
}

/** One suite's release file, checked. */
export interface TrustedSuite {
  /** `debian bullseye-security` */
  readonly name: string;
  readonly repository: DebRepository;
  /** The address that served it; its indexes and packages come from there too. */
  readonly base: string;
  readonly release: Release;
  /** sha256 of the file as it was served. */
  readonly sha256: string;
  readonly key: string;
  readonly expiredAllowed: boolean;
  readonly warnings: readonly Diagnostic[];
}

/** A suite and its indexes for one CPU, one for each component, in the order in which apt reads them. */
export interface OpenedSuite {
  readonly suite: TrustedSuite;
  readonly indexes: readonly PackageIndex[];
}

const MOST_RELEASE = 16 * 1024 * 1024;
const MOST_SIGNATURE = 1024 * 1024;

export class DebArchive {
  readonly #options: ArchiveOptions;
  readonly #now: Date;
  readonly #suites = new Map<string, Promise<TrustedSuite>>();
  readonly #indexes = new Map<string, Promise<PackageIndex>>();
  readonly #kept: KeptIndexes;

  constructor(options: ArchiveOptions) {
    this.#options = options;
    this.#now = options.now ?? new Date();
    this.#kept = new KeptIndexes(options.store);
  }

  /** What repositories have for one CPU, in their order. */
  async open(
    repositories: readonly DebRepository[],
    arch: string,
    { isForeign = false } = {},
  ): Promise<OpenedSuite[]> {
    return Promise.all(
      repositories.map(async (repository) => {
        // The suite may have been opened for other components of it.
        const suite = { ...(await this.suite(repository)), repository };
        // A vendor's repository needs not be there for every CPU that a package of the distro is wanted for.
        if (isForeign && repository.at !== undefined && !isBuilt(suite.release, arch))
          return { suite, indexes: [] };
        return { suite, indexes: await this.#indexesOf(suite, arch) };
      }),
    );
  }

  /** Indexes are kept for the next time while the work goes on; this is when that is done. */
  async settled(): Promise<void> {
    await this.#kept.settled();
  }

  /** The release file of a repository, checked. */
  suite(repository: DebRepository): Promise<TrustedSuite> {
    // Of two environments each may trust other keys for the same address.
    const { bases, at } = repository;
    const key = [repositoryName(repository), ...bases, at?.file, at?.line].join(' ');
    return remember(this.#suites, key, () => this.#fetchSuite(repository));
  }

  async #fetchSuite(repository: DebRepository): Promise<TrustedSuite> {
    const keyring = await repository.keyring();
    let first: Failure | undefined;
    for (const mirror of repository.bases) {
      const base = atMoment(mirror, this.#now);
      try {
        const file = await this.#fetchRelease(folderOf(base, repository));
        const trusted = trustRelease(file, repository, keyring, this.#now);
        return { name: repositoryName(repository), repository, base, sha256: sha256(file.bytes), ...trusted };
      } catch (error) {
        if (!(error instanceof Failure) || error.code === 'canceled') throw error;
        first ??= mirrorFailure(error, repository, base);
      }
    }
    throw first ?? unknownMirror(repository.name, repository.at);
  }

  /** Older and small repositories have the signature beside the file instead of around it. */
  async #fetchRelease(folder: string): Promise<ReleaseFile> {
    const { client } = this.#options;
    const url = `${folder}/InRelease`;
    try {
      return { url: shownAddress(url), bytes: await client.bytes(url, MOST_RELEASE), signature: undefined };
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== 'http-not-found') throw error;
      const [bytes, signature] = await Promise.all([
        client.bytes(`${folder}/Release`, MOST_RELEASE).catch(() => {
          throw error;
        }),
        client.bytes(`${folder}/Release.gpg`, MOST_SIGNATURE).catch(unlessNotFound),
      ]);
      return { url: shownAddress(`${folder}/Release`), bytes, signature: signature ?? Buffer.alloc(0) };
    }
  }

  async #indexesOf(suite: TrustedSuite, arch: string): Promise<PackageIndex[]> {
    const { release, repository } = suite;
    if (isFlat(repository)) return [await this.#index(suite, undefined, 'Packages')];
    const { components, at } = repository;
    const missing = components.find(
      (one) => release.components.length > 0 && !release.components.includes(one),
    );
    if (missing !== undefined) {
      const hint = `write \`components: [${release.components.join(', ')}]\`, or some of them`;
      throw new Failure('index-invalid', `${suite.name} has no component ${missing}`, { hint, at });
    }
    const { architectures, separateAll } = release;
    const built = isBuilt(release, arch);
    if (!built && !separateAll) {
      throw new Failure('arch-not-in-release', `${suite.name} has no packages for ${arch}`, {
        why: `it has them for ${architectures.filter((one) => one !== 'all').join(', ')}`,
        at,
      });
    }
    const arches = [...(built ? [arch] : []), ...(separateAll ? ['all'] : [])];
    return Promise.all(
      components.flatMap((component) =>
        arches.map((one) => this.#index(suite, component, `${component}/binary-${one}/Packages`)),
      ),
    );
  }

  #index(suite: TrustedSuite, component: string | undefined, path: string): Promise<PackageIndex> {
    const name = component === undefined ? suite.name : `${suite.name} ${component}`;
    return remember(this.#indexes, `${suite.base} ${suite.name} ${path}`, async () => {
      const plain = suite.release.files.get(path);
      if (plain?.size === 0) return new PackageIndex('', name);
      const kept = plain && (await this.#kept.read(plain, name));
      if (kept !== undefined) return kept;
      const form = packedForms.find(({ extension }) => suite.release.files.has(path + extension));
      if (form === undefined) return new PackageIndex(this.#unlisted(suite, path), name);
      const bytes = await this.#fetchIndex(suite, path, form);
      // Some list only the packed one.
      return plain === undefined
        ? new PackageIndex(bytes.toString('latin1'), name)
        : this.#kept.add(bytes, plain, name);
    });
  }

  /** Small repositories have no index of a CPU for which they have no packages; a distro has all of them. */
  #unlisted({ name, base, release, repository }: TrustedSuite, path: string): string {
    const { at } = repository;
    if (at !== undefined && release.architectures.length > 0) return '';
    const why = `its release file came from ${shownAddress(base)}`;
    throw new Failure('index-invalid', `${name} lists no ${path}`, { why, at });
  }

  async #fetchIndex(
    { base, release, repository }: TrustedSuite,
    path: string,
    form: PackedForm,
  ): Promise<Buffer> {
    const listed = release.files.get(path + form.extension)!;
    const place = `${folderOf(base, repository)}/${path}${form.extension}`;
    const byHash = `${place.slice(0, place.lastIndexOf('/'))}/by-hash/SHA256/${listed.sha256}`;
    const url = release.byHash ? byHash : place;
    const packed = await this.#options.client.bytes(url, listed.size);
    const actual = sha256(packed);
    if (actual !== listed.sha256) throw mismatch(url, listed, { sha256: actual, size: packed.length });
    return unpackIndex(packed, form, release.files.get(path)?.size, shownAddress(url));
  }
}

function isBuilt({ architectures }: Release, arch: string): boolean {
  return architectures.length === 0 || architectures.includes(arch);
}

/** The folder of the release file. */
export function folderOf(base: string, repository: DebRepository): string {
  if (!isFlat(repository)) return `${base}/dists/${repository.suite}`;
  return `${base}/${repository.suite}`.replace(/(\/\.)*\/$/, '');
}

function remember<Value>(
  known: Map<string, Promise<Value>>,
  key: string,
  make: () => Promise<Value>,
): Promise<Value> {
  let value = known.get(key);
  if (value === undefined) known.set(key, (value = make()));
  return value;
}

function unlessNotFound(error: unknown): undefined {
  if (!(error instanceof Failure) || error.code !== 'http-not-found') throw error;
}

/** What the HTTP client says of an address, said of a mirror. */
function mirrorFailure(error: Failure, { name, suite, from, at }: DebRepository, base: string): Failure {
  const why = at === undefined ? `the server comes from ${from}` : undefined;
  const context = { why, at, cause: error };
  if (error.code === 'http-not-found')
    return new Failure('release-not-found', `${shownAddress(base)} has no suite ${suite}`, context);
  if (error.code === 'http-denied') return deniedRepository(error, { name, at });
  if (!error.code.startsWith('http-') && !/^(host|connection|tls)-/.test(error.code)) return error;
  const hint = `${error.hint}; or name another server: \`--mirror http://…/debian\``;
  return new Failure('mirror-unreachable', error.message, {
    ...context,
    hint: at === undefined ? hint : error.hint,
  });
}

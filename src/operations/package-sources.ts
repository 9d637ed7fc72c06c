import type { Project } from '../config/project.ts';
import type { LockedEnvironment } from '../lock/lock.ts';
import type { ApkSources } from '../lock/solve-apk.ts';
import { addressesAt } from '../packages/addresses.ts';
import { ApkArchive } from '../packages/apk/archive.ts';
import { learnApkFiles } from '../packages/apk/learn-files.ts';
import { apkRepositories, type ApkBase, type ApkRepositoryRule } from '../packages/apk/repository.ts';
import { debianAddresses } from '../packages/deb/addresses.ts';
import { DebianArchive } from '../packages/deb/archive.ts';
import { findMirrors, type Mirrors } from '../packages/deb/mirrors.ts';
import type { ArchiveFile } from '../packages/fetch.ts';
import { HttpClient } from '../remote/http.ts';
import type { Context } from '../report/context.ts';
import type { Store } from '../store/store.ts';

export interface ServerOptions {
  /** Instead of the servers that this machine is set to. */
  readonly mirror?: string | undefined;
  /** No server is asked for anything. */
  readonly offline?: boolean | undefined;
}

interface ApkPlace {
  readonly release: string;
  readonly repositories: readonly ApkRepositoryRule[];
}

/** Where packages come from, for the time of one command. Nothing is read or asked before it is needed. */
export class PackageSources {
  readonly client: HttpClient;
  readonly store: Store;
  readonly #project: Pick<Project, 'environments'>;
  readonly #mirror: string | undefined;
  readonly #apkArchive: ApkArchive;
  #mirrors: Promise<Mirrors> | undefined;
  #archive: Promise<DebianArchive> | undefined;

  constructor(
    context: Context,
    store: Store,
    project: Pick<Project, 'environments'>,
    { mirror, offline = false }: ServerOptions = {},
  ) {
    this.client = new HttpClient({ env: context.env, signal: context.signal, offline });
    this.store = store;
    this.#project = project;
    this.#mirror = mirror;
    this.#apkArchive = new ApkArchive({ client: this.client });
  }

  #findMirrors(): Promise<Mirrors> {
    return (this.#mirrors ??= findMirrors({ mirror: this.#mirror }));
  }

  /** One for all environments: what several of them want is fetched, checked and parsed once. */
  archive(): Promise<DebianArchive> {
    return (this.#archive ??= this.#findMirrors().then(
      (mirrors) => new DebianArchive({ client: this.client, store: this.store, mirrors }),
    ));
  }

  /** What an environment of apk is decided from. */
  apk(distro: ApkBase['distro'], { release, repositories: rules }: ApkPlace): ApkSources {
    const repositories = apkRepositories({ distro, release }, rules, { mirror: this.#mirror });
    const places = { client: this.client, store: this.store, repositories };
    return {
      archive: this.#apkArchive,
      repositories,
      learn: (choices, arch, progress) => learnApkFiles(choices, { ...places, arch, progress }),
    };
  }

  /** Where each package of a lock section may be had, best first. */
  async addresses(locked: LockedEnvironment): Promise<(file: ArchiveFile) => readonly string[]> {
    if (locked.packages.length === 0) return () => [];
    const { name: environment, distro, release } = locked;
    if (distro === 'alpine' || distro === 'wolfi' || distro === 'apk') {
      const rules = this.#project.environments.get(environment)?.repositories ?? [];
      const { repositories } = this.apk(distro, { release, repositories: rules });
      const bases = new Map(repositories.map((one) => [one.name, one.bases]));
      return ({ repository, path }) => addressesAt(bases.get(repository) ?? [], path);
    }
    const dates = new Map(locked.repositories.map(({ name, date }) => [name, date]));
    return debianAddresses(await this.#findMirrors(), dates);
  }

  /** At the end of a command: what it left in the store is then on its way to the disk. */
  async close(): Promise<void> {
    await (await this.#archive)?.settled();
    this.client.close();
    this.store.settle();
  }
}

import { isOfApk } from '../../abi/root-kind.ts';
import type { Env } from '../../base/env.ts';
import { mirrorFor, type MirroredDistro, type MirrorRule } from '../../config/mirrors.ts';
import type { Project } from '../../config/project.ts';
import { readUserConfiguration } from '../../config/user.ts';
import type { LockedEnvironment } from '../../lock/lock.ts';
import type { LockRequest } from '../../lock/request.ts';
import type { ApkSources } from '../../lock/solve-apk.ts';
import { addressesAt } from '../../packages/addresses.ts';
import { ApkArchive } from '../../packages/apk/archive.ts';
import { learnApkFiles } from '../../packages/apk/learn-files.ts';
import { apkRepositories, type ApkBase, type ApkRepositoryRule } from '../../packages/apk/repository.ts';
import type { DebPlace } from '../../lock/solve-deb.ts';
import { debAddresses } from '../../packages/deb/addresses.ts';
import { readAptConfiguration, type AptConfiguration } from '../../packages/deb/apt-config.ts';
import { DebArchive } from '../../packages/deb/archive.ts';
import { findMirrors } from '../../packages/deb/mirrors.ts';
import {
  allowingExpired,
  distroRepositories,
  userRepository,
  type DebRepository,
} from '../../packages/deb/repository.ts';
import type { ArchiveFile } from '../../packages/fetch.ts';
import { Credentials } from '../../remote/credentials.ts';
import { HttpClient } from '../../remote/http.ts';
import type { Context } from '../../report/context.ts';
import type { Store } from '../../store/store.ts';
import { LayerSources } from './layer-sources.ts';
import { ToolSources } from './tool-sources.ts';

export interface ServerOptions {
  /** Instead of the servers that this machine and its user are set to. */
  readonly mirror?: readonly MirrorRule[] | undefined;
  /** Repositories whose metadata may be past its date, as the lock or targetry.yaml calls them. */
  readonly allowExpired?: readonly string[] | undefined;
  /** No server is asked for anything. */
  readonly offline?: boolean | undefined;
}

interface SourceOptions extends ServerOptions {
  /** Each server is asked once, and has few seconds: for who wants to know whether it answers. */
  readonly impatient?: boolean;
}

interface ApkPlace extends ApkBase {
  readonly repositories: readonly ApkRepositoryRule[];
}

/** Where packages come from, for the time of one command. Nothing is read or asked before it is needed. */
export class PackageSources {
  readonly client: HttpClient;
  readonly store: Store;
  readonly environments: Project['environments'];
  readonly layers: LayerSources;
  readonly tools: ToolSources;
  readonly #named: readonly MirrorRule[];
  readonly #allowExpired: readonly string[];
  readonly #apkArchive: ApkArchive;
  /** One for all environments: what several of them want is fetched, checked and parsed once. */
  readonly #debArchive: DebArchive;
  readonly #env: Env;
  #apt: Promise<AptConfiguration> | undefined;
  /** Of the user, for every project. */
  #own: readonly MirrorRule[] | undefined;

  constructor(
    context: Context,
    store: Store,
    project: Pick<Project, 'environments'>,
    { mirror = [], offline = false, allowExpired = [], impatient = false }: SourceOptions = {},
  ) {
    const { env, signal } = context;
    const repositories = [...project.environments.values()].flatMap((one) => [
      ...one.repositories,
      ...(one.sysroot?.repositories ?? []),
    ]);
    const credentials = new Credentials(env, repositories);
    this.client = new HttpClient({
      env,
      signal,
      credentials,
      offline,
      ...(impatient && { timeout: 2500, attempts: 1 }),
    });
    this.store = store;
    this.environments = project.environments;
    this.layers = new LayerSources(context, this.client, store, project);
    this.tools = new ToolSources(context, this.client, store);
    this.#named = mirror;
    this.#env = env;
    this.#allowExpired = allowExpired;
    this.#apkArchive = new ApkArchive({ client: this.client });
    this.#debArchive = new DebArchive({ client: this.client, store });
  }

  /** What an environment of debs is decided from. */
  deb(request: LockRequest): DebPlace {
    return { archive: this.#debArchive, repositories: (arch) => this.#debRepositories(request, arch) };
  }

  /** The distro's own, then the user's, as apt reads `sources.list.d` after `sources.list`. */
  async #debRepositories(
    { distro, release, repositories }: Pick<LockRequest, 'distro' | 'release' | 'repositories'>,
    arch: string,
  ): Promise<DebRepository[]> {
    const apt = await (this.#apt ??= readAptConfiguration('/etc/apt'));
    const named = distro === 'debian' || distro === 'ubuntu' ? distro : undefined;
    const others = repositories.map((rule) => userRepository(rule, named, apt));
    if (named === undefined) return allowingExpired(others, this.#allowExpired);
    const mirrors = await findMirrors({ distro: named, arch, apt, mirror: this.#mirror(named) });
    const own = await distroRepositories(named, release, mirrors);
    return allowingExpired([...own, ...others], this.#allowExpired);
  }

  /** What the command names goes before what the user has set. */
  #mirror(distro: MirroredDistro): MirrorRule | undefined {
    this.#own ??= readUserConfiguration(this.#env).mirrors;
    return mirrorFor(distro, this.#named) ?? mirrorFor(distro, this.#own);
  }

  /** What an environment of apk is decided from. */
  apk({ distro, release, repositories: rules }: ApkPlace): ApkSources {
    const mirror = distro === 'apk' ? undefined : this.#mirror(distro);
    const repositories = apkRepositories({ distro, release }, rules, { mirror });
    const places = { client: this.client, store: this.store, repositories };
    return {
      archive: this.#apkArchive,
      repositories,
      learn: (choices, arch, progress) => learnApkFiles(choices, { ...places, arch, progress }),
    };
  }

  /** Where each package of a lock section may be had, best first. */
  async addresses(locked: LockedEnvironment): Promise<(file: ArchiveFile) => readonly string[]> {
    const ofTools = await this.tools.addresses(locked.tools);
    const ofRoot =
      locked.layers.length > 0 ? await this.layers.addresses(locked) : await this.#packageAddresses(locked);
    const registries = new Set<string>(locked.tools.map(({ source }) => source));
    return (file) => (registries.has(file.repository) ? ofTools(file) : ofRoot(file));
  }

  async #packageAddresses(locked: LockedEnvironment): Promise<(file: ArchiveFile) => readonly string[]> {
    const { name, role, distro, release } = locked;
    const environment = this.environments.get(name);
    const rules = (role === 'sysroot' ? environment?.sysroot : environment)?.repositories ?? [];
    if (isOfApk(locked)) {
      const { repositories } = this.apk({ distro: locked.distro, release, repositories: rules });
      const bases = new Map(repositories.map((one) => [one.name, one.bases]));
      return ({ repository, path }) => addressesAt(bases.get(repository) ?? [], path);
    }
    const dates = new Map(locked.repositories.map(({ name, date }) => [name, date]));
    const byArch = new Map<string, readonly DebRepository[]>();
    for (const arch of new Set([locked.arch, ...locked.packages.map((one) => one.arch)]))
      byArch.set(arch, await this.#debRepositories({ distro, release, repositories: rules }, arch));
    return debAddresses((arch) => byArch.get(arch === 'all' ? locked.arch : arch)!, dates);
  }

  /** At the end of a command: what it left in the store is then on its way to the disk. */
  async close(): Promise<void> {
    await this.#debArchive.settled();
    this.client.close();
    this.store.settle();
  }
}

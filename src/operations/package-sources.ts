import type { LockedEnvironment } from '../lock/lock.ts';
import { debianAddresses } from '../packages/deb/addresses.ts';
import { DebianArchive } from '../packages/deb/archive.ts';
import { findMirrors, type Mirrors } from '../packages/deb/mirrors.ts';
import type { PackageFile } from '../packages/fetch.ts';
import { HttpClient } from '../remote/http.ts';
import type { Context } from '../report/context.ts';
import type { Store } from '../store/store.ts';

export interface ServerOptions {
  /** Instead of the servers that this machine is set to. */
  readonly mirror?: string | undefined;
  /** No server is asked for anything. */
  readonly offline?: boolean | undefined;
}

/** Where packages come from, for the time of one command. Nothing is read or asked before it is needed. */
export class PackageSources {
  readonly client: HttpClient;
  readonly store: Store;
  readonly #mirror: string | undefined;
  #mirrors: Promise<Mirrors> | undefined;
  #archive: Promise<DebianArchive> | undefined;

  constructor(context: Context, store: Store, { mirror, offline = false }: ServerOptions) {
    this.client = new HttpClient({ env: context.env, signal: context.signal, offline });
    this.store = store;
    this.#mirror = mirror;
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

  /** Where each package of a lock section may be had, best first. */
  async addresses(locked: LockedEnvironment): Promise<(file: PackageFile) => readonly string[]> {
    if (locked.packages.length === 0) return () => [];
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

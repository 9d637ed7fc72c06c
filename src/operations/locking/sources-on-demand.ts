import type { Project } from '../../config/project.ts';
import type { Context } from '../../report/context.ts';
import type { Store } from '../../store/store.ts';
import type { PackageSources, ServerOptions } from './package-sources.ts';

/** The package sources of one command, opened by whoever first needs one. Most builds don't, and never load what reads them. */
export class SourcesOnDemand {
  readonly store: Store;
  readonly #load: () => Promise<PackageSources>;
  #opened: Promise<PackageSources> | undefined;

  constructor(
    context: Context,
    store: Store,
    project: Pick<Project, 'environments'>,
    options: ServerOptions = {},
  ) {
    this.store = store;
    this.#load = async () => {
      const loaded = await import('./package-sources.ts');
      return new loaded.PackageSources(context, store, project, options);
    };
  }

  open(): Promise<PackageSources> {
    return (this.#opened ??= this.#load());
  }

  /** At the end of a command: what it left in the store is then on its way to the disk. */
  async close(): Promise<void> {
    if (this.#opened === undefined) this.store.settle();
    else await (await this.#opened).close();
  }
}

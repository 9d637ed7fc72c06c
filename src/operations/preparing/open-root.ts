import type { Input } from '../../engines/engine.ts';
import type { Context } from '../../report/context.ts';
import { rootFolder, rootKey, rootManifest } from '../../roots/known-root.ts';
import type { RootSource } from './make-root.ts';
import type { SourcesOnDemand } from '../locking/sources-on-demand.ts';

interface RootOnDemand extends Omit<RootSource, 'sources'> {
  readonly sources: SourcesOnDemand;
}

/** A root as an engine takes it: by key, and made when a step first needs it. */
export function rootInput(context: Context, root: RootOnDemand): Input {
  const { store } = root.sources;
  const key = rootKey(root.locked);
  let opened: Promise<string> | undefined;
  return {
    kind: 'root',
    key,
    open: () => {
      const made = rootFolder(store, key);
      return made === undefined ? (opened ??= make(context, root)) : Promise.resolve(made);
    },
    entries: () => Promise.resolve(rootManifest(store, key).entries),
  };
}

async function make(context: Context, root: RootOnDemand): Promise<string> {
  // What unpacks and composes takes its time to load, and most builds find their roots made.
  const { makeRoot } = await import('./make-root.ts');
  return makeRoot(context, { ...root, sources: await root.sources.open() });
}

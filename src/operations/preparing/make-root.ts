import { bytes, counted } from '../../base/units.ts';
import type { LockedEnvironment } from '../../lock/lock.ts';
import { fetchPackages } from '../../packages/fetch.ts';
import type { Context } from '../../report/context.ts';
import { spokenName } from '../../report/spoken-name.ts';
import { composeRoot } from '../../roots/compose.ts';
import { archivesOf } from '../../roots/locked-archives.ts';
import { Unpacker } from '../../roots/unpacker.ts';
import type { PackageSources } from '../locking/package-sources.ts';
import { runTask } from '../run-task.ts';
import { sectionSize } from '../locking/section-size.ts';

export interface RootSource {
  readonly locked: LockedEnvironment;
  readonly sources: PackageSources;
  /** A folder of packages beside the project. */
  readonly kept?: string | undefined;
}

/** Tells the folder of the root, in the store. */
export function makeRoot(context: Context, root: RootSource): Promise<string> {
  return withTrees(context, root, () => composeRoot(root.locked, root.sources.store));
}

/**
 * Does something with the packages' trees, as a task of its own. Before that packages come down and are unpacked side by
 * side: decoding one takes the time in which another arrives.
 */
export async function withTrees<Value>(
  context: Context,
  { locked, sources, kept }: RootSource,
  work: () => Promise<Value>,
): Promise<Value> {
  const { client, store } = sources;
  const name = `${spokenName(locked)} ${locked.arch}`;
  const [fetching, making] = [`fetch ${name}`, locked.role === 'sysroot' ? name : `root ${name}`];
  context.emit({ type: 'planned', tasks: [fetching, making].map((id) => ({ id, name: id })) });
  const unpacker = new Unpacker(store);
  const stop = () => void unpacker.close();
  context.signal.addEventListener('abort', stop);
  try {
    const unpacking: Promise<void>[] = [];
    await runTask(context, fetching, async () => {
      await sources.layers.bringRootfs(locked);
      const archives = archivesOf(locked);
      const byHash = new Map(archives.map((one) => [one.sha256, one]));
      const { files, bytes: size } = await fetchPackages(archives, {
        client,
        store,
        addresses: await sources.addresses(locked),
        kept,
        progress: { emit: context.emit, task: fetching },
        onStored: ({ sha256 }) => {
          const archive = byHash.get(sha256)!;
          const done = unpacker.unpack(archive, archive.format);
          // Looked at below, together; until then a failure is not "unhandled".
          done.catch(() => undefined);
          unpacking.push(done);
        },
      });
      return { value: undefined, note: fetchedNote(files, size) };
    });
    return await runTask(context, making, async () => {
      await countingUp(context, making, unpacking);
      return { value: await work(), note: sectionSize(locked) };
    });
  } finally {
    context.signal.removeEventListener('abort', stop);
    await unpacker.close();
  }
}

async function countingUp({ emit }: Context, task: string, work: readonly Promise<void>[]): Promise<void> {
  let done = 0;
  await Promise.all(
    work.map(async (one) => {
      await one;
      emit({ type: 'progress', task, done: ++done, total: work.length, unit: 'packages' });
    }),
  );
}

function fetchedNote(files: number, size: number): string {
  return files === 0 ? 'all in the store' : `${counted(files, 'package')}, ${bytes(size)}`;
}

/**
 * The program that starts steps, `native/starter.c`: built by Targetry itself, on this machine's first build that is worth
 * it, in an environment of Debian's packages that are locked as any other, and kept in the store. It saves some
 * milliseconds a step, so it is worth its building only to builds of many steps, and whatever goes wrong with it costs
 * nothing but those.
 */
import { createReadStream, readFileSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { archHere, ociCpu } from '../../abi/cpu.ts';
import { productFile } from '../../base/product-file.ts';
import { sha256, sha256OfValue } from '../../base/sha256.ts';
import type { FindStarter } from '../../engines/embedded/build.ts';
import { createEmbeddedEngine } from '../../engines/embedded/engine.ts';
import type { Export, Input } from '../../engines/engine.ts';
import { graphOf } from '../../graph/collect.ts';
import { source } from '../../graph/sources.ts';
import type { State } from '../../graph/state.ts';
import type { LockedPackage } from '../../lock/lock.ts';
import type { LockRequest } from '../../lock/request.ts';
import type { Context } from '../../report/context.ts';
import { Failure } from '../../report/failure.ts';
import { rootKey } from '../../roots/known-root.ts';
import { removeTree } from '../../store/store.ts';
import { ownRequest } from '../locking/environment-request.ts';
import { rootInput } from './open-root.ts';
import { runTask } from '../run-task.ts';
import type { SourcesOnDemand } from '../locking/sources-on-demand.ts';

const program = productFile('native/starter.c');

/** Fewer are started by other means before the program would be there. */
const worthIt = 16;
/** Milliseconds for which what went wrong isn't tried again. */
const patience = 24 * 60 * 60 * 1000;

const base = { distro: 'debian', release: 'bookworm' } as const;
const packages = ['gcc', 'libc6-dev', 'musl-tools'];
const compile = 'musl-gcc -std=c11 -Os -s -static -Wall -o starter starter.c';
const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' };

/** What is known of it, in the store's records: its blob, or when it could not be built. */
interface StarterRecord {
  readonly sha256?: string;
  /** What it was built with. */
  readonly packages?: readonly LockedPackage[];
  readonly failed?: number;
}

export function starterFinder(context: Context, sources: SourcesOnDemand): FindStarter {
  const { store } = sources;
  return async (steps) => {
    const key = sha256OfValue({ source: sha256(readFileSync(program)), compile, arch: archHere() });
    const known = await store.readRecord<StarterRecord>('starter', key);
    if (known?.sha256 !== undefined && store.hasBlob(known.sha256)) return store.blobPath(known.sha256);
    if (steps < worthIt || Date.now() - (known?.failed ?? 0) < patience) return undefined;
    const built = await tryToBuild(context, sources);
    if (context.signal.aborted) return undefined;
    await store.writeRecord('starter', key, built ?? { failed: Date.now() });
    return built?.sha256 && store.blobPath(built.sha256);
  };
}

function tryToBuild(context: Context, sources: SourcesOnDemand): Promise<StarterRecord | undefined> {
  const task = 'build the starter of steps';
  context.emit({ type: 'planned', tasks: [{ id: task, name: task }] });
  return runTask(context, task, async () => {
    try {
      return { value: await buildStarter({ ...context, emit: () => {} }, sources), note: 'once' };
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      const note = `it can't be had: ${error.message}`;
      return { value: undefined, note: `${note}; steps start a little more slowly` };
    }
  });
}

/** Tells the blob of a program that has started a step. */
async function buildStarter(context: Context, sources: SourcesOnDemand): Promise<StarterRecord> {
  const { store } = sources;
  const { lockEnvironment } = await import('../locking/lock-environment.ts');
  const { locked } = await lockEnvironment(starterRequest(), await sources.open());
  const identifier = `targetry.root://${rootKey(locked)}`;
  const inputs = new Map<string, Input>([
    [identifier, rootInput(context, { locked, sources })],
    [files.identifier, files.input()],
  ]);
  const architecture = ociCpu(archHere());
  const root = source(identifier, { platform: { os: 'linux', architecture }, name: 'root' });
  const compiled = root
    .copy(source(files.identifier), '/', '/src', { name: 'source', contentsOnly: true, makeParents: true })
    .run({ name: 'compile', args: ['/bin/sh', '-euc', compile], cwd: '/src', env })
    .root();
  const into = await store.temporaryFolder();
  try {
    await solve(context, sources, { state: compiled, inputs, path: '/src/starter', into });
    const blob = await store.addBlob(createReadStream(join(into, 'src/starter')));
    const path = store.blobPath(blob.sha256);
    await chmod(path, 0o700);
    // One that couldn't start a step would spoil every build from now on; in a key of its own, so that it really runs.
    const tried = compiled
      .run({ name: 'try', args: ['/bin/true'], env: { ...env, STARTER: blob.sha256 } })
      .root();
    await solve(context, sources, { state: tried, inputs, starter: path });
    return { sha256: blob.sha256, packages: locked.packages };
  } finally {
    await removeTree(into);
  }
}

const files = {
  identifier: 'targetry.folder://starter',
  input: (): Input => {
    const hash = sha256(readFileSync(program));
    const entries = [{ type: 'file', path: 'starter.c', executable: false, sha256: hash }] as const;
    return { kind: 'folder', key: hash, folder: dirname(program), entries };
  },
};

interface Solving {
  readonly state: State;
  readonly inputs: ReadonlyMap<string, Input>;
  /** A file to bring out of the state, and where to. */
  readonly path?: string;
  readonly into?: string;
  readonly starter?: string;
}

async function solve(context: Context, { store }: SourcesOnDemand, solving: Solving): Promise<void> {
  const { state, inputs, path, into, starter } = solving;
  const graph = graphOf([state]);
  const exports: Export[] =
    path === undefined || into === undefined
      ? []
      : [{ task: 'export', from: graph.outputs[0]!, paths: [path], into }];
  const findStarter = () => Promise.resolve(starter);
  const engine = createEmbeddedEngine({ store, env: context.env, findStarter });
  for await (const event of engine.solve(graph, { inputs, exports, signal: context.signal })) {
    context.emit(event);
  }
}

/** What Targetry takes from Debian for itself. */
export function starterRequest(): LockRequest {
  return ownRequest({ name: 'starter', role: 'environment', ...base, packages }, archHere());
}

import type { Graph } from '../../graph/graph.ts';
import type { Context } from '../../report/context.ts';
import type { Event } from '../../report/event.ts';
import { Failure } from '../../report/failure.ts';
import { storeFailure, type Store } from '../../store/store.ts';
import type { Engine, SolveRequest } from '../engine.ts';
import { Build, type FindStarter } from './build.ts';
import { EventChannel, eventsOf } from '../event-channel.ts';
import { Refused } from './refused.ts';
import { wordsForSecrets } from './secrets.ts';
import { findTools } from './tools.ts';
import { WorkerGone } from './worker-gone.ts';

export interface EmbeddedOptions {
  readonly store: Store;
  readonly env: Context['env'];
  /** Milliseconds without output after which a step is told to be silent; a minute where it isn't given. */
  readonly silence?: number;
  /** Where there is none, steps are started by the programs of util-linux, which takes longer. */
  readonly findStarter?: FindStarter;
}

/** The engine that needs nothing installed: this machine's kernel, Node and what every Linux has. */
export function createEmbeddedEngine(options: EmbeddedOptions): Engine {
  return { name: 'embedded', solve: (graph, request) => solve(options, graph, request) };
}

async function* solve(options: EmbeddedOptions, graph: Graph, request: SolveRequest): AsyncGenerator<Event> {
  const { store, env } = options;
  if (process.platform !== 'linux') {
    throw new Failure('engine-not-linux', `the embedded engine needs Linux, and this is ${process.platform}`);
  }
  const found = findTools(env['PATH']);
  if ('missing' in found) {
    throw new Failure('engine-tool-missing', `the embedded engine needs ${found.missing.join(', ')}`);
  }
  const channel = new EventChannel();
  const secretWords = await wordsForSecrets(store, graph, request.secrets ?? new Map());
  const build = new Build({
    store,
    tools: found.tools,
    graph,
    request,
    secretWords,
    channel,
    silence: options.silence ?? 60_000,
    findStarter: options.findStarter ?? (() => Promise.resolve(undefined)),
  });
  const failed = yield* eventsOf(build, channel);
  if (failed === undefined) return;
  const { error } = failed;
  if (error instanceof Refused) {
    const { explainRefusal } = await import('./probe.ts');
    throw await explainRefusal(error, found.tools, store);
  }
  if (error instanceof WorkerGone) throw new Failure('engine-worker-lost', error.message);
  throw storeFailure(error, store.folder);
}

/**
 * One run of the engine over one graph. What is to be done follows from the store alone (`wantedVertices`); then every
 * wanted vertex waits for the layers below it and for a free core, and leaves a layer. A state is its stack of layers,
 * the root's folder lowest. The first error ends the worker and with it every other step.
 */
import { availableParallelism } from 'node:os';
import { existsSync } from 'node:fs';
import { canceler } from '../../base/canceler.ts';
import type { Graph, Vertex } from '../../graph/graph.ts';
import type { Event, Outcome } from '../../report/event.ts';
import { Failure } from '../../report/failure.ts';
import { removeTree, type Store } from '../../store/store.ts';
import type { Export, SolveRequest, Visit } from '../engine.ts';
import { Emulators } from './emulators.ts';
import type { EventChannel } from '../event-channel.ts';
import { bringOut, keepExport, knownExport } from './exports.ts';
import { Gate } from './gate.ts';
import { chooseIds, type IdMaps } from './ids.ts';
import { Keys } from './keys.ts';
import { LayerMaking } from './layer-making.ts';
import { failedKey, Results } from './results.ts';
import { requireSecrets } from '../asked-secrets.ts';
import { Stacks } from './stacks.ts';
import { requireSupported } from './supported.ts';
import { logPath } from '../step-log.ts';
import type { Tools } from './tools.ts';
import { wantedVertices } from './wanted.ts';
import type { WorkerOptions, WorkerProcess } from './worker-process.ts';

export interface BuildOptions {
  readonly store: Store;
  readonly tools: Tools;
  readonly graph: Graph;
  readonly request: SolveRequest;
  /** What stands for each secret in keys. */
  readonly secretWords: ReadonlyMap<string, string>;
  readonly channel: EventChannel;
  /** Milliseconds without output of a step that are worth telling. */
  readonly silence: number;
  readonly findStarter: FindStarter;
}

/** The program that starts steps, where it can be had; it is worth more the more steps there are. */
export type FindStarter = (steps: number) => Promise<string | undefined>;

interface LookedUpExport {
  readonly asked: Export;
  readonly key: string;
  readonly known: Awaited<ReturnType<typeof knownExport>>;
}

export class Build {
  readonly #options: BuildOptions;
  readonly #keys: Keys;
  readonly #ids: IdMaps;
  readonly #results: Results;
  readonly #gate = new Gate(availableParallelism());
  readonly #stop = canceler();
  /** The keys of steps, by the digest of the vertex. */
  readonly #steps = new Map<string, string>();
  readonly #stacks: Stacks;
  readonly #layers: LayerMaking;
  #starter: Promise<string | undefined> = Promise.resolve(undefined);
  #worker: Promise<WorkerProcess> | undefined;
  readonly #discarded: Promise<void>[] = [];

  constructor(options: BuildOptions) {
    this.#options = options;
    this.#stacks = new Stacks(options.graph);
    this.#keys = new Keys(options.graph, { inputs: options.request.inputs, secrets: options.secretWords });
    this.#ids = chooseIds(options.tools);
    this.#results = new Results(options.store, this.#ids.label);
    const emulators = new Emulators({
      store: options.store,
      given: options.request.emulators,
      startWorker: () => this.#theWorker(),
      discard: this.#discard,
    });
    this.#layers = new LayerMaking({
      ...options,
      emulators,
      stacks: this.#stacks,
      keys: this.#keys,
      ids: this.#ids,
      results: this.#results,
      signal: this.#stop.signal,
      worker: () => this.#theWorker(),
      discard: this.#discard,
      enter: () => this.#gate.enter(this.#stop.signal),
      timed: ({ digest }, work) => this.#report(digest, 'done', work),
      found: ({ digest }) => this.#finished(digest, 'cached'),
    });
    for (const vertex of options.graph.vertices) {
      if (vertex.op.type === 'exec') this.#steps.set(vertex.digest, this.#keys.of(vertex));
    }
  }

  async run(): Promise<void> {
    const { visit } = this.#options.request;
    return visit === undefined ? this.#solve() : this.#visit(visit);
  }

  async #visit(visit: Visit): Promise<void> {
    const { request } = this.#options;
    const failedLayer = (step: Vertex) => this.#results.layer(failedKey(this.#keys.of(step)));
    const step =
      visit.state === 'before'
        ? visit.steps[0]
        : visit.steps.find((one) => failedLayer(one) !== undefined && this.#layers.known(one) === undefined);
    if (step?.op.type !== 'exec') throw new Failure('step-not-failed', 'no step of this target has failed');
    const { op } = step;
    if (visit.terminal !== undefined && this.#options.tools.script === undefined) {
      throw new Failure('engine-tool-missing', 'a shell needs the program script, which is not here', {
        hint: 'install it (the package bsdutils or util-linux), or give a command with `-c`',
      });
    }
    requireSupported([step]);
    requireSecrets(new Set([step]), request);
    const stop = () => this.#abort();
    request.signal.addEventListener('abort', stop, { once: true });
    try {
      if (request.signal.aborted) stop();
      const upper = visit.state === 'failed' ? failedLayer(step) : undefined;
      await this.#all([this.#layers.visit(step, op, { ...visit, upper }).then(visit.ended)]);
    } finally {
      request.signal.removeEventListener('abort', stop);
      await this.#endWorker();
    }
  }

  async #solve(): Promise<void> {
    const { graph, request } = this.#options;
    const exports = await this.#lookUpExports();
    const stacks = this.#stacks;
    const wanted = wantedVertices(graph, {
      stacks,
      hasLayers: (vertex) => this.#layers.known(vertex) !== undefined,
      open: exports.filter(({ known }) => known === undefined).map(({ asked }) => asked),
    });
    requireSupported(wanted);
    requireSecrets(wanted, request);
    for (const vertex of graph.vertices) {
      if (vertex.op.type !== 'source' && !wanted.has(vertex)) this.#finished(vertex.digest, 'cached');
    }
    const stop = () => this.#abort();
    request.signal.addEventListener('abort', stop, { once: true });
    try {
      if (request.signal.aborted) stop();
      const steps = [...wanted].filter(({ op }) => op.type === 'exec').length;
      if (steps > 0) this.#starter = this.#options.findStarter(steps);
      const layers = [...wanted].flatMap((vertex) =>
        stacks.madeBy(vertex).map((layer) => this.#layers.folderOf(layer)),
      );
      const tasks = [...new Set(exports.map(({ asked }) => asked.task))];
      const brought = tasks.map((task) =>
        this.#export(
          task,
          exports.filter(({ asked }) => asked.task === task),
        ),
      );
      await this.#all([...layers, ...brought]);
    } finally {
      request.signal.removeEventListener('abort', stop);
      await this.#endWorker();
    }
  }

  readonly #discard = (folder: string): void => {
    // What holds files of other ids is left to the next worker.
    this.#discarded.push(removeTree(folder).catch(() => {}));
  };

  /** Ends every step. `run` then throws. */
  cancel(): void {
    this.#abort();
  }

  /** Waits for all, also after the first error, so that nothing goes on behind the caller's back. */
  async #all(works: readonly Promise<unknown>[]): Promise<void> {
    let first: { readonly error: unknown } | undefined;
    const failed = (error: unknown) => {
      first ??= { error };
      this.#abort();
    };
    await Promise.all(works.map((work) => work.catch(failed)));
    if (this.#options.request.signal.aborted) throw new Failure('canceled', 'the build was stopped');
    if (first !== undefined) throw first.error;
  }

  #abort(): void {
    if (this.#stop.signal.aborted) return;
    this.#stop.abort();
    void this.#worker?.then((worker) => worker.kill()).catch(() => {});
  }

  async #endWorker(): Promise<void> {
    const worker = await this.#worker?.catch(() => undefined);
    if (this.#stop.signal.aborted) await worker?.kill();
    else await worker?.close();
    await Promise.all(this.#discarded);
  }

  /** Started at the first thing that needs it; everything that finds it dead tells why it didn't start. */
  #theWorker(): Promise<WorkerProcess> {
    const { store, tools } = this.#options;
    this.#stop.signal.throwIfAborted();
    this.#worker ??= this.#starter.then((starter) =>
      startWorker({ store, tools, ids: this.#ids, slots: this.#gate.limit, starter }),
    );
    return this.#worker;
  }

  async #report<Value>(task: string, good: Outcome, work: () => Promise<Value>): Promise<Value> {
    this.#options.channel.send({ type: 'started', task, at: performance.now() });
    let outcome: Outcome = 'failed';
    try {
      const value = await work();
      outcome = good;
      return value;
    } catch (error) {
      if (this.#stop.signal.aborted) outcome = 'canceled';
      throw error;
    } finally {
      this.#finished(task, outcome);
    }
  }

  #finished(task: string, outcome: Outcome): void {
    const step = this.#steps.get(task);
    const known = step === undefined ? {} : this.#knownOf(step);
    this.#options.channel.send({ type: 'finished', task, outcome, at: performance.now(), ...known });
  }

  #knownOf(step: string): Pick<Extract<Event, { type: 'finished' }>, 'log' | 'emulator'> {
    const log = logPath(this.#options.store, step);
    const emulator = this.#results.emulatorOf(step);
    return { ...(existsSync(log) && { log }), ...(emulator !== undefined && { emulator }) };
  }

  #lookUpExports(): Promise<LookedUpExport[]> {
    const { store, request } = this.#options;
    return Promise.all(
      request.exports.map(async (asked) => {
        const key = this.#keys.ofExport(asked.from, asked.paths);
        return { asked, key, known: await knownExport(store, key) };
      }),
    );
  }

  /** All exports of one task. It starts when the states are there, so that what is shown as running is. */
  async #export(task: string, exports: readonly LookedUpExport[]): Promise<void> {
    const { store } = this.#options;
    const bring = async ({ asked, key, known }: LookedUpExport) =>
      bringOut(store, known ?? (await this.#findExport(asked, key)), asked.into);
    await Promise.all(
      exports.filter(({ known }) => known === undefined).map(({ asked }) => this.#layers.stackOf(asked.from)),
    );
    await this.#report(
      task,
      exports.every(({ known }) => known !== undefined) ? 'cached' : 'done',
      async () => {
        for (const one of exports) await bring(one);
      },
    );
  }

  async #findExport({ from, paths, at }: Export, key: string) {
    const { store } = this.#options;
    const layers = await this.#layers.stackOf(from);
    const worker = await this.#theWorker();
    const folder = await store.temporaryFolder();
    try {
      const answer = await worker.export({ folder, layers, paths });
      return await keepExport(store, key, folder, answer, at);
    } finally {
      this.#discard(folder);
    }
  }
}

async function startWorker(options: WorkerOptions): Promise<WorkerProcess> {
  const loaded = await import('./worker-process.ts');
  const worker = await loaded.WorkerProcess.start(options);
  if (options.ids.kind === 'range') {
    const folders = options.store.leftovers();
    if (folders.length > 0) await worker.remove({ folders });
  }
  return worker;
}

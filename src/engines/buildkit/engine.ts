import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { canceler } from '../../base/canceler.ts';
import { graphOf } from '../../graph/collect.ts';
import { marshalDefinition } from '../../graph/definition.ts';
import type { Graph, Output, Vertex } from '../../graph/graph.ts';
import type { Context } from '../../report/context.ts';
import type { Event, Outcome } from '../../report/event.ts';
import { Failure } from '../../report/failure.ts';
import { machine } from '../../store/machine.ts';
import { storeFailure, type Store } from '../../store/store.ts';
import { requireSecrets } from '../asked-secrets.ts';
import type { Engine, Export, SolveRequest } from '../engine.ts';
import { EventChannel, eventsOf } from '../event-channel.ts';
import { timeoutFailure } from '../step-failure.ts';
import { showAddress, type Address } from './address.ts';
import { requireAgents } from './agent-service.ts';
import type { BlobStore } from './content-service.ts';
import { cacheNames, giveUpCaches } from './cache-names.ts';
import { daemonVersion, openSolve, silenceOf, statusOf } from './control.ts';
import {
  advisoryOn,
  requireCapabilities,
  requireShortCommands,
  takesImages,
  type DaemonName,
} from './daemon-limits.ts';
import { connectTo } from './dial.ts';
import { foundFiles, gathered, solveOutput, type FoundExport } from './exports.ts';
import { failedStateOf, keepFailed, type FailedState, type KeptStep } from './failed-state.ts';
import { explainFailure } from './failures.ts';
import { StateFiles } from './find-files.ts';
import { Gateway } from './gateway.ts';
import { imageStore, lower, type Lowered } from './lower.ts';
import { BuildProgress } from './progress.ts';
import { placeBelow } from './receive-files.ts';
import { rootImages, storeOfImages } from './root-images.ts';
import { sessionServices } from './services.ts';
import { openSession } from './session.ts';
import { partsOf } from './result-places.ts';
import { SharedResults } from './shared-results.ts';
import { visitStep } from './visit.ts';
import { logOfDone, logOfFailed, type RestOfLog } from './whole-log.ts';
import { requireForms, writeWhole, type WholeExport } from './whole-exports.ts';
import type { GrpcClient } from './wire/grpc-client.ts';

/** Milliseconds in which a daemon can end a build that failed. */
const patience = 5000;

/** Milliseconds. No step that prints much is done sooner; where none runs, nobody shall wait. */
const shortestRun = 150;

export interface BuildKitOptions {
  readonly address: Address;
  /** A folder with certificates; see `DialOptions`. */
  readonly tls?: string | undefined;
  readonly store: Store;
  readonly env: Context['env'];
  /** How long the daemon may be silent; see `silenceOf`. */
  readonly silence?: Parameters<typeof silenceOf>[2];
  /** Whole states of the graph, besides what the request exports. */
  readonly whole?: readonly WholeExport[] | undefined;
}

/** The engine that is any BuildKit. */
export function createBuildKitEngine(options: BuildKitOptions): Engine {
  return { name: 'buildkit', solve: (graph, request) => solve(options, graph, request) };
}

async function* solve(options: BuildKitOptions, graph: Graph, request: SolveRequest): AsyncGenerator<Event> {
  requireSecrets(graph.vertices, request);
  requireAgents(graph.vertices, request);
  const caches = await cacheNames(options.store, graph);
  const channel = new EventChannel();
  const build = new DaemonBuild({ options, graph, request, channel, caches });
  const failed = yield* eventsOf(build, channel);
  if (failed !== undefined) throw storeFailure(failed.error, options.store.folder);
}

interface BuildParts {
  readonly options: BuildKitOptions;
  readonly graph: Graph;
  readonly request: SolveRequest;
  readonly channel: EventChannel;
  /** What caches are called on the daemon. */
  readonly caches: ReadonlyMap<string, string>;
}

class DaemonBuild {
  readonly #options: BuildKitOptions;
  readonly #graph: Graph;
  readonly #request: SolveRequest;
  readonly #channel: EventChannel;
  #lowered: Lowered;
  readonly #progress: BuildProgress;
  readonly #stop = canceler();
  /** Names the build on the daemon. */
  readonly #ref = randomUUID().replaceAll('-', '');
  readonly #lower: (images: ReadonlyMap<string, string>) => Lowered;
  /** The first thing that went wrong here; what the daemon says after that is a consequence. */
  #problem: Failure | undefined;
  #kept: KeptStep | undefined;
  #roots: ReadonlyMap<string, string> = new Map();
  #gateway: Gateway | undefined;
  /** Of the step that ended the build, once that is known. */
  readonly #failedState: Promise<FailedState | undefined>;
  #tellFailedState!: (state: FailedState | undefined) => void;

  constructor({ options, graph, request, channel, caches }: BuildParts) {
    this.#options = options;
    this.#graph = graph;
    this.#request = request;
    this.#channel = channel;
    const { inputs, build = this.#ref } = request;
    const sender = { machine: machine(), build };
    this.#lower = (images) => lower(graph, { inputs, sender, caches, images });
    this.#lowered = this.#lower(new Map());
    this.#failedState = new Promise((resolve) => (this.#tellFailedState = resolve));
    const overdue = (vertex: Vertex) => this.#overdue(vertex);
    this.#progress = new BuildProgress({
      store: options.store,
      channel,
      request,
      lowered: this.#lowered,
      overdue,
      wholeLog: (vertex, outcome) => this.#wholeLog(vertex, outcome),
    });
  }

  get #parts() {
    const where = showAddress(this.#options.address);
    return { lowered: this.#lowered, request: this.#request, channel: this.#channel, where };
  }

  cancel(): void {
    if (!this.#stop.signal.aborted) this.#stop.abort(new Failure('canceled', 'the build was stopped'));
  }

  async run(): Promise<void> {
    const { address } = this.#options;
    const stop = () => this.cancel();
    this.#request.signal.addEventListener('abort', stop, { once: true });
    try {
      if (this.#request.signal.aborted) stop();
      const client = await connectTo({ ...this.#options, signal: this.#stop.signal });
      try {
        await this.#build(client);
      } finally {
        client.close();
      }
    } catch (error) {
      await this.#progress.finish('canceled');
      throw this.#request.signal.aborted
        ? new Failure('canceled', 'the build was stopped')
        : (this.#problem ??
            explainFailure(error, {
              progress: this.#progress,
              request: this.#request,
              address,
              kept: this.#kept,
              roots: this.#roots,
            }));
    } finally {
      this.#request.signal.removeEventListener('abort', stop);
      for (const step of this.#progress.broken) await giveUpCaches(this.#options.store, step, this.#request);
      await this.#progress.close();
    }
  }

  async #build(client: GrpcClient): Promise<void> {
    const { signal } = this.#stop;
    const { exports } = this.#request;
    const { env, whole = [] } = this.#options;
    const results = await SharedResults.find(this.#request, partsOf(this.#graph.outputs), {
      env,
      channel: this.#channel,
    });
    const stores = new Map(results.stores);
    const services = sessionServices({
      inputOf: (name) => this.#lowered.folders.get(name),
      request: this.#request,
      env,
      stores,
      place: placeBelow(exports.map(({ into }) => into)),
      failed: (problem) => {
        this.#problem ??= problem;
        this.cancel();
      },
    });
    const session = openSession(client, services, signal);
    const ref = this.#ref;
    const exporter = exports.length === 0 ? undefined : { type: 'local', attributes: {} };
    // A step may print a secret, and the daemon keeps what steps print.
    const isUnrecorded = (this.#request.secrets?.size ?? 0) > 0;
    const solved = openSolve(client, { ref, session: session.id, exporter, isUnrecorded, signal });
    const followed = this.#follow(client, ref);
    const gateway = new Gateway(client, ref, signal, results.imports);
    this.#gateway = gateway;
    const silent = silenceOf(client, signal, this.#options.silence);
    silent.catch(() => {});
    const connected = { client, session: session.id, signal };
    const work = async () => {
      const daemon = await this.#examine(client, gateway, (store) => stores.set(`oci:${imageStore}`, store));
      await results.requireKinds(connected, daemon);
      await requireForms(whole, connected, daemon);
      await this.#steer(gateway, async () => {
        const lowered = this.#lowered;
        await writeWhole(whole, { connected, lowered, channel: this.#channel, services });
        await results.keep(connected, lowered);
      });
    };
    try {
      await Promise.race([work(), solved, session.lost, silent]);
      await Promise.race([solved, session.lost, silent]);
      await followed;
      if (this.#request.visit === undefined) await this.#progress.finish('cached');
      this.#tellExports('finished');
    } catch (error) {
      if (!this.#stop.signal.aborted) await this.#lookBack(gateway, error);
      // The daemon then ends the build in good order: what steps have printed and how they ended still comes.
      await Promise.race([
        this.#fail(gateway, error, [solved, followed]),
        delay(patience, undefined, { signal }),
      ]).catch(() => {});
      throw error;
    } finally {
      this.#tellFailedState(undefined);
      this.cancel();
      await Promise.allSettled([solved, followed]);
      session.close();
    }
  }

  /** What it can't do it shall say before anything runs. */
  async #examine(
    client: GrpcClient,
    gateway: Gateway,
    serve: (roots: BlobStore) => void,
  ): Promise<DaemonName> {
    const version = await daemonVersion(client, this.#stop.signal);
    const daemon = { where: showAddress(this.#options.address), version };
    const diagnostic = advisoryOn(daemon);
    if (diagnostic !== undefined) this.#channel.send({ type: 'noticed', diagnostic });
    const abilities = await gateway.abilities();
    if (takesImages(abilities)) serve(await this.#takeRootsAsImages());
    requireShortCommands(this.#graph.vertices, daemon);
    requireCapabilities(this.#lowered.vertices, abilities.capabilities, daemon);
    return daemon;
  }

  async #takeRootsAsImages(): Promise<BlobStore> {
    const images = await rootImages(this.#options.store, this.#graph, this.#request);
    this.#lowered = this.#lower(new Map([...images].map(([vertex, { digest }]) => [vertex, digest])));
    this.#progress.use(this.#lowered);
    const sources = this.#graph.vertices.filter(({ digest }) => images.has(digest));
    this.#roots = new Map(sources.map(({ digest, name }) => [images.get(digest)!.layer.digest, name]));
    return storeOfImages([...images.values()]);
  }

  /** Has everything solved, looks for what is exported, and tells the daemon which state that is. */
  async #steer(gateway: Gateway, withAll: () => Promise<void>): Promise<void> {
    const { exports, visit } = this.#request;
    if (visit !== undefined) {
      await visitStep({ ...this.#parts, gateway }, visit);
      return gateway.return(undefined);
    }
    const states = new Map<string, Promise<StateFiles | undefined>>();
    const stateOf = (output: Output) => {
      const { vertex, index } = this.#lowered.of(output);
      const key = `${vertex.digest} ${index}`;
      const state = states.get(key) ?? this.#solveState(gateway, { vertex, index });
      states.set(key, state);
      return state;
    };
    const began = performance.now();
    await Promise.all([...this.#graph.outputs, ...exports.map(({ from }) => from)].map(stateOf));
    // What the daemon left out of a log can be had only as long as the build is open.
    if (performance.now() - began > shortestRun) await this.#progress.caughtUp();
    const found = await Promise.all(
      exports.map(async (one): Promise<FoundExport> => {
        const files = await stateOf(one.from);
        return {
          from: this.#lowered.of(one.from),
          files: await this.#find(one, files),
        };
      }),
    );
    await withAll();
    if (found.length === 0) return gateway.return(undefined);
    this.#tellExports('started');
    await gateway.return(await gateway.solve(marshalDefinition(graphOf([gathered(found)]))));
  }

  /** Undefined for the empty state. */
  async #solveState(gateway: Gateway, output: Output): Promise<StateFiles | undefined> {
    const state = await solveOutput(gateway, output);
    return state === undefined ? undefined : new StateFiles(gateway, state);
  }

  async #find(one: Export, files: StateFiles | undefined): Promise<readonly string[]> {
    if (files === undefined) return [];
    try {
      return await foundFiles(one, files);
    } catch (error) {
      const { task } = one;
      this.#channel.send({ type: 'started', task, at: performance.now() });
      this.#channel.send({ type: 'finished', task, outcome: 'failed', at: performance.now() });
      throw error;
    }
  }

  /** What a failed step left and printed, before the daemon is told that it is over: it forgets it then. */
  async #lookBack(gateway: Gateway, error: unknown): Promise<void> {
    const state = failedStateOf(error, this.#lowered);
    this.#tellFailedState(state);
    this.#kept = await keepFailed(error, state, { ...this.#parts, gateway });
    if (state === undefined) return;
    const { signal } = this.#stop;
    await Promise.race([this.#progress.settled(state.vertex), delay(patience, undefined, { signal })]).catch(
      () => {},
    );
  }

  async #wholeLog(vertex: Vertex, outcome: Outcome): Promise<RestOfLog | undefined> {
    const gateway = this.#gateway!;
    if (outcome === 'done') return logOfDone(gateway, this.#lowered, vertex);
    if (outcome !== 'failed') return undefined;
    const state = await this.#failedState;
    return state?.vertex === vertex ? logOfFailed(gateway, state) : undefined;
  }

  async #fail(gateway: Gateway, error: unknown, ends: readonly Promise<unknown>[]): Promise<void> {
    await gateway.fail(error);
    await Promise.allSettled(ends);
  }

  async #follow(client: GrpcClient, ref: string): Promise<void> {
    for await (const update of statusOf(client, ref, this.#stop.signal)) await this.#progress.follow(update);
  }

  #overdue(vertex: Vertex): void {
    const detail = this.#request.steps?.get(vertex.digest);
    this.#problem ??= timeoutFailure(vertex, { ...detail, ...this.#progress.outputs.logOf(vertex) });
    this.cancel();
  }

  #tellExports(type: 'started' | 'finished'): void {
    const at = performance.now();
    for (const task of new Set(this.#request.exports.map((one) => one.task))) {
      this.#channel.send(type === 'started' ? { type, task, at } : { type, task, at, outcome: 'done' });
    }
  }
}

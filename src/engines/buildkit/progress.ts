/** From what a daemon tells of its vertices to the events that every engine tells. */
import { setTimeout as delay } from 'node:timers/promises';
import type { ExecOp, Vertex } from '../../graph/graph.ts';
import type { Outcome } from '../../report/event.ts';
import type { StatusUpdate, VertexStatus } from './control.ts';
import type { Lowered } from './lower.ts';
import { StepOutputs, type OutputParts } from './step-outputs.ts';
import { Transfers } from './transfers.ts';

export interface ProgressParts extends OutputParts {
  readonly lowered: Lowered;
  /** Told when a step has taken longer than it may. */
  readonly overdue: (vertex: Vertex) => void;
}

export interface FailedVertex {
  readonly vertex: Vertex;
  readonly message: string;
}

export class BuildProgress {
  readonly #parts: ProgressParts;
  #lowered: Lowered;
  readonly #started = new Set<string>();
  readonly #ended = new Set<string>();
  /** What was found made. Fetching it from where others left it looks like work, with beginnings and ends. */
  readonly #found = new Set<string>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #broken = new Set<ExecOp>();
  #followers: (() => void)[] = [];
  readonly #settled = new Set<string>();
  readonly #waiting = new Map<string, () => void>();
  readonly #failed = new Map<Vertex, string>();
  readonly #untaken = new Set<string>();
  readonly #transfers: Transfers;
  readonly outputs: StepOutputs;

  constructor(parts: ProgressParts) {
    this.#parts = parts;
    this.#lowered = parts.lowered;
    this.#transfers = new Transfers(parts.channel, (source) => this.#lowered.transfers.get(source));
    this.outputs = new StepOutputs(parts, ({ digest }) => this.#lowered.keys.get(digest)!);
  }

  /** Before anything is solved: the graph is another one after all. */
  use(lowered: Lowered): void {
    this.#lowered = lowered;
  }

  /** The vertex that the daemon says failed by itself, not because others did: that one, else the first. */
  failed(that?: Vertex): FailedVertex | undefined {
    const [first] = this.#failed.keys();
    const vertex = that !== undefined && this.#failed.has(that) ? that : first;
    return vertex && { vertex, message: this.#failed.get(vertex)! };
  }

  async follow(update: StatusUpdate): Promise<void> {
    await this.#take(update);
    for (const wake of this.#followers.splice(0)) wake();
  }

  /** Daemons tell a little late: resolves when there is likely nothing more to tell of steps that have run. */
  async caughtUp(): Promise<void> {
    const began = performance.now();
    for (;;) {
      const waited = performance.now() - began;
      const left = (this.#isRunning ? patience : delayOfDaemons) - waited;
      if (left <= 0) return;
      const next = new Promise<void>((resolve) => this.#followers.push(resolve));
      await Promise.race([next, delay(left, undefined, { ref: false })]);
    }
  }

  get #isRunning(): boolean {
    return [...this.#started].some((digest) => !this.#settled.has(digest));
  }

  async #take({ vertices, logs, transfers }: StatusUpdate): Promise<void> {
    for (const status of vertices) {
      const asked = this.#lowered.asked.get(plain(status.digest));
      if (asked !== undefined && status.started && !status.completed) this.#start(asked, status);
    }
    for (const log of logs) {
      const asked = this.#lowered.asked.get(plain(log.vertex));
      if (asked !== undefined) await this.outputs.write(asked, log);
    }
    for (const transfer of transfers) this.#transfers.take(plain(transfer.vertex), transfer);
    for (const status of vertices) {
      const digest = plain(status.digest);
      if (status.started && !status.completed) this.#transfers.begin(digest);
      if (!status.completed) continue;
      this.#tellUnused(status);
      this.#transfers.end(digest);
      const asked = this.#lowered.asked.get(digest);
      if (asked !== undefined) await this.#end(asked, status);
    }
  }

  /** What the daemon never spoke of needed no work. */
  async finish(outcome: 'cached' | 'canceled'): Promise<void> {
    this.#transfers.close(outcome === 'cached' ? 'done' : outcome);
    for (const vertex of this.#lowered.asked.values()) {
      if (vertex.op.type === 'source' || this.#ended.has(vertex.digest)) continue;
      if (outcome === 'cached' || this.#started.has(vertex.digest)) await this.#finished(vertex, outcome);
    }
  }

  /** Resolves when the step has ended and all that it printed is told. */
  settled({ digest }: Vertex): Promise<void> {
    return new Promise((resolve) => {
      if (this.#settled.has(digest)) resolve();
      else this.#waiting.set(digest, resolve);
    });
  }

  /** Steps that began and did not come to a good end. */
  get broken(): readonly ExecOp[] {
    return [...this.#broken];
  }

  async close(): Promise<void> {
    this.#transfers.close('canceled');
    for (const timer of this.#timers.values()) clearTimeout(timer);
    await this.outputs.close();
  }

  #start(vertex: Vertex, { cached }: VertexStatus): void {
    if (cached) this.#found.add(vertex.digest);
    if (!this.#found.has(vertex.digest)) this.#begin(vertex);
  }

  #begin(vertex: Vertex): void {
    const known = this.#started.has(vertex.digest) || this.#ended.has(vertex.digest);
    if (known || vertex.op.type === 'source') return;
    this.#started.add(vertex.digest);
    this.#parts.channel.send({ type: 'started', task: vertex.digest, at: performance.now() });
    const timeout = this.#parts.request.steps?.get(vertex.digest)?.timeout;
    if (timeout !== undefined) {
      this.#timers.set(
        vertex.digest,
        setTimeout(() => this.#parts.overdue(vertex), timeout),
      );
    }
  }

  /** A daemon goes on without results that it can't look at. That there are none yet is nothing to tell. */
  #tellUnused({ name, error }: VertexStatus): void {
    const place = importing.exec(name)?.[1];
    if (place === undefined || error === '' || nothingThere.test(error) || this.#untaken.has(place)) return;
    this.#untaken.add(place);
    const message = `the daemon takes no results from ${place}: ${error}`;
    const diagnostic = { code: 'result-place-unused', severity: 'warning', message } as const;
    this.#parts.channel.send({ type: 'noticed', diagnostic });
  }

  async #end(vertex: Vertex, { cached, error }: VertexStatus): Promise<void> {
    if (vertex.op.type === 'source' || this.#ended.has(vertex.digest)) return;
    const { digest } = vertex;
    const isFound = this.#found.has(digest) && !this.#started.has(digest);
    if (error === '') return this.#finished(vertex, cached || isFound ? 'cached' : 'done');
    const canceled = /context canceled|rpc error: code = Canceled/i.test(error);
    if (!canceled) this.#failed.set(vertex, error);
    await this.#finished(vertex, canceled ? 'canceled' : 'failed');
  }

  async #finished(vertex: Vertex, outcome: Outcome): Promise<void> {
    const { digest, op } = vertex;
    this.#ended.add(digest);
    const isGood = outcome === 'done' || outcome === 'cached';
    if (op.type === 'exec' && !isGood && this.#started.has(digest)) this.#broken.add(op);
    clearTimeout(this.#timers.get(digest));
    const log = await this.outputs.end(vertex, outcome);
    this.#parts.channel.send({ type: 'finished', task: digest, outcome, at: performance.now(), ...log });
    this.#settled.add(digest);
    this.#waiting.get(digest)?.();
  }
}

/** Milliseconds. */
const delayOfDaemons = 200;
const patience = 5000;

const importing = /^importing cache manifest from (.+)$/;
const nothingThere = /not found|404|NAME_UNKNOWN|MANIFEST_UNKNOWN/;

function plain(digest: string): string {
  return digest.replace(/^sha256:/, '');
}

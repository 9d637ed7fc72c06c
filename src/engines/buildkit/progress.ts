/** From what a daemon tells of its vertices to the events that every engine tells. */
import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { ExecOp, Vertex } from '../../graph/graph.ts';
import { codes } from '../../report/codes.ts';
import type { Outcome } from '../../report/event.ts';
import { removeTree, type Store } from '../../store/store.ts';
import { secretsOf } from '../asked-secrets.ts';
import type { SolveRequest } from '../engine.ts';
import type { EventChannel } from '../event-channel.ts';
import { Redaction, textsToHide } from '../redact.ts';
import { excerptLines } from '../step-failure.ts';
import { logPath, StepLog } from '../step-log.ts';
import type { StatusUpdate, TransferStatus, VertexLog, VertexStatus } from './control.ts';
import type { Lowered } from './lower.ts';
import { Preparations } from './preparations.ts';
import type { LogStream, RestOfLog } from './whole-log.ts';

export interface ProgressParts {
  readonly store: Store;
  readonly channel: EventChannel;
  readonly request: SolveRequest;
  readonly lowered: Lowered;
  /** Told when a step has taken longer than it may. */
  readonly overdue: (vertex: Vertex) => void;
  /** Where the whole output of a step that ended can be had. */
  readonly wholeLog: (vertex: Vertex, outcome: Outcome) => Promise<RestOfLog | undefined>;
}

interface StepOutput {
  readonly folder: string;
  readonly log: StepLog;
  readonly streams: ReadonlyMap<LogStream, ShownStream>;
}

interface ShownStream {
  readonly redaction: Redaction;
  /** Bytes that the daemon told before it left something out. */
  told: number;
  /** From where it left something out: what it told after that. */
  withheld: Buffer | undefined;
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
  readonly #outputs = new Map<string, StepOutput>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #sending = new Set<string>();
  readonly #clipped = new Set<Vertex>();
  readonly #broken = new Set<ExecOp>();
  #followers: (() => void)[] = [];
  readonly #settled = new Set<string>();
  readonly #waiting = new Map<string, () => void>();
  readonly #failed = new Map<Vertex, string>();
  readonly #preparations: Preparations;

  constructor(parts: ProgressParts) {
    this.#parts = parts;
    this.#preparations = new Preparations(parts.channel);
    this.#lowered = parts.lowered;
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
      if (asked !== undefined) await this.#write(asked, log);
    }
    for (const transfer of transfers) this.#transfer(transfer);
    for (const status of vertices) {
      this.#prepare(status);
      if (!status.completed) continue;
      this.#tellUnused(status);
      const asked = this.#lowered.asked.get(plain(status.digest));
      this.#sent(plain(status.digest));
      if (asked !== undefined) await this.#end(asked, status);
    }
  }

  /** What the daemon never spoke of needed no work. */
  async finish(outcome: 'cached' | 'canceled'): Promise<void> {
    this.#preparations.close(outcome === 'cached' ? 'done' : outcome);
    for (const vertex of this.#lowered.asked.values()) {
      if (vertex.op.type === 'source' || this.#ended.has(vertex.digest)) continue;
      if (outcome === 'cached' || this.#started.has(vertex.digest)) await this.#finished(vertex, outcome);
    }
  }

  /** The whole log of a step that has ended, and its last lines. */
  logOf({ digest }: Vertex): { readonly path: string; readonly excerpt: readonly string[] } {
    const path = logPath(this.#parts.store, this.#lowered.keys.get(digest)!);
    return { path, excerpt: this.#outputs.get(digest)?.log.lastLines(excerptLines) ?? [] };
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
    this.#preparations.close('canceled');
    for (const timer of this.#timers.values()) clearTimeout(timer);
    for (const { log, folder } of this.#outputs.values()) {
      await log.close();
      await removeTree(folder);
    }
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

  async #write(vertex: Vertex, { stream, data }: VertexLog): Promise<void> {
    const output = this.#outputs.get(vertex.digest) ?? (await this.#open(vertex));
    const shown = output.streams.get(stream)!;
    if (shown.withheld !== undefined) {
      const all = Buffer.concat([shown.withheld, data]);
      shown.withheld = all.subarray(-mostWithheld);
      return;
    }
    const kept = wordsBeforeClip(Buffer.from(data));
    shown.told += kept.length;
    if (kept.length < data.length) shown.withheld = Buffer.alloc(0);
    await this.#show(vertex, stream, shown.redaction.pass(kept));
  }

  /** What the daemon left out, in its place. */
  async #complete(vertex: Vertex, outcome: Outcome, { streams }: StepOutput): Promise<void> {
    const clipped = [...streams].filter(([, { withheld }]) => withheld !== undefined);
    if (clipped.length === 0) return;
    const rest = await this.#parts.wholeLog(vertex, outcome).catch(() => undefined);
    for (const [stream, { redaction, told, withheld }] of clipped) {
      const show = (data: Buffer) => this.#show(vertex, stream, redaction.pass(data));
      const isWhole = await rest?.(stream, told, show).then(
        () => true,
        () => false,
      );
      if (isWhole === true) continue;
      this.#tellClipped(vertex);
      await show(Buffer.from('\n[the daemon left out a part of the output]\n'));
      await show(withheld!);
    }
  }

  #tellClipped(vertex: Vertex): void {
    if (this.#clipped.has(vertex)) return;
    this.#clipped.add(vertex);
    const { name, target } = vertex;
    const step = target === undefined ? name : `${name} of ${target}`;
    const message = `the daemon left out a part of what step ${step} printed`;
    const hint = codes['buildkit-log-clipped'].cure;
    const diagnostic = { code: 'buildkit-log-clipped', severity: 'warning', message, hint } as const;
    this.#parts.channel.send({ type: 'noticed', diagnostic });
  }

  /** A daemon goes on without results that it can't look at. That there are none yet is nothing to tell. */
  #tellUnused({ digest, name, error }: VertexStatus): void {
    const place = importing.exec(name)?.[1];
    if (place === undefined || error === '' || nothingThere.test(error) || this.#ended.has(digest)) return;
    this.#ended.add(digest);
    const message = `the daemon takes no results from ${place}: ${error}`;
    const diagnostic = { code: 'result-place-unused', severity: 'warning', message } as const;
    this.#parts.channel.send({ type: 'noticed', diagnostic });
  }

  async #show(vertex: Vertex, stream: LogStream, data: Buffer): Promise<void> {
    if (data.length === 0) return;
    await this.#outputs.get(vertex.digest)!.log.write(data);
    this.#parts.channel.send({ type: 'output', task: vertex.digest, stream, data });
    await this.#parts.channel.room();
  }

  async #open(vertex: Vertex): Promise<StepOutput> {
    const { store, request } = this.#parts;
    const lowered = this.#lowered;
    const folder = await store.temporaryFolder();
    const log = await StepLog.start(store, folder, lowered.keys.get(vertex.digest)!);
    const values =
      vertex.op.type === 'exec'
        ? secretsOf(vertex.op).flatMap(({ id }) => request.secrets?.get(id) ?? [])
        : [];
    const hide = textsToHide(values);
    const streams = new Map(
      (['stdout', 'stderr'] as const).map((name) => [
        name,
        { redaction: new Redaction(hide), told: 0, withheld: undefined },
      ]),
    );
    const output = { folder, log, streams };
    this.#outputs.set(vertex.digest, output);
    return output;
  }

  #prepare({ digest, started, completed }: VertexStatus): void {
    const source = plain(digest);
    const name = this.#lowered.transfers.get(source);
    if (completed) this.#preparations.end(source);
    else if (started && name !== undefined) {
      const what = this.#ended.has(source) ? 'unpack' : 'prepare';
      this.#preparations.begin(source, name.replace('send', what));
    }
  }

  #transfer({ vertex, current }: TransferStatus): void {
    const task = plain(vertex);
    const { channel } = this.#parts;
    const lowered = this.#lowered;
    const name = lowered.transfers.get(task);
    if (name === undefined || current === 0 || this.#ended.has(task)) return;
    if (!this.#sending.has(task)) {
      this.#sending.add(task);
      channel.send({ type: 'planned', tasks: [{ id: task, name }] });
      channel.send({ type: 'started', task, at: performance.now() });
    }
    channel.send({ type: 'progress', task, done: current, unit: 'bytes' });
  }

  #sent(task: string): void {
    if (!this.#sending.delete(task)) return;
    this.#ended.add(task);
    this.#parts.channel.send({ type: 'finished', task, outcome: 'done', at: performance.now() });
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
    const log = await this.#closeLog(vertex, outcome);
    this.#parts.channel.send({ type: 'finished', task: digest, outcome, at: performance.now(), ...log });
    this.#settled.add(digest);
    this.#waiting.get(digest)?.();
  }

  async #closeLog(vertex: Vertex, outcome: Outcome): Promise<{ readonly log?: string }> {
    const output = this.#outputs.get(vertex.digest);
    if (output === undefined) {
      const { path } = this.logOf(vertex);
      return existsSync(path) ? { log: path } : {};
    }
    await this.#complete(vertex, outcome, output);
    for (const [stream, { redaction }] of output.streams) await this.#show(vertex, stream, redaction.end());
    return { log: await output.log.keep() };
  }
}

/** Milliseconds. */
const delayOfDaemons = 200;
const patience = 5000;

/** Bytes after what was left out that are kept, where the whole can't be had. A daemon tells some 256 kB of the end. */
const mostWithheld = 1 << 20;

/** What daemons print in place of the rest. */
const clipWords = /\n\[output clipped, log limit [^\]]*reached\]\n$/;

const importing = /^importing cache manifest from (.+)$/;
const nothingThere = /not found|404|NAME_UNKNOWN|MANIFEST_UNKNOWN/;

function wordsBeforeClip(data: Buffer): Buffer {
  const end = data.subarray(-100).toString('latin1');
  const words = clipWords.exec(end)?.[0].length ?? 0;
  return data.subarray(0, data.length - words);
}

function plain(digest: string): string {
  return digest.replace(/^sha256:/, '');
}

/**
 * What steps print on a daemon: told as it comes, without the values of secrets, and kept as their logs. Where the daemon left
 * something out, the whole is put in its place when the step has ended.
 */
import { existsSync } from 'node:fs';
import type { Vertex } from '../../graph/graph.ts';
import { codes } from '../../report/codes.ts';
import type { Outcome } from '../../report/event.ts';
import { removeTree, type Store } from '../../store/store.ts';
import { secretsOf } from '../asked-secrets.ts';
import type { SolveRequest } from '../engine.ts';
import type { EventChannel } from '../event-channel.ts';
import { Redaction, textsToHide } from '../redact.ts';
import { excerptLines } from '../step-failure.ts';
import { logPath, StepLog } from '../step-log.ts';
import type { VertexLog } from './control.ts';
import type { LogStream, RestOfLog } from './whole-log.ts';

export interface OutputParts {
  readonly store: Store;
  readonly channel: EventChannel;
  readonly request: SolveRequest;
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

export class StepOutputs {
  readonly #parts: OutputParts;
  readonly #keyOf: (vertex: Vertex) => string;
  readonly #outputs = new Map<string, StepOutput>();
  readonly #clipped = new Set<Vertex>();

  /** Logs are kept by the keys of their steps. */
  constructor(parts: OutputParts, keyOf: (vertex: Vertex) => string) {
    this.#parts = parts;
    this.#keyOf = keyOf;
  }

  async write(vertex: Vertex, { stream, data }: VertexLog): Promise<void> {
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

  /** Once, when the step has ended: tells what is left to tell. */
  async end(vertex: Vertex, outcome: Outcome): Promise<{ readonly log?: string }> {
    const output = this.#outputs.get(vertex.digest);
    if (output === undefined) {
      const { path } = this.logOf(vertex);
      return existsSync(path) ? { log: path } : {};
    }
    await this.#complete(vertex, outcome, output);
    for (const [stream, { redaction }] of output.streams) await this.#show(vertex, stream, redaction.end());
    return { log: await output.log.keep() };
  }

  /** The whole log of a step that has ended, and its last lines. */
  logOf(vertex: Vertex): { readonly path: string; readonly excerpt: readonly string[] } {
    const path = logPath(this.#parts.store, this.#keyOf(vertex));
    return { path, excerpt: this.#outputs.get(vertex.digest)?.log.lastLines(excerptLines) ?? [] };
  }

  async close(): Promise<void> {
    for (const { log, folder } of this.#outputs.values()) {
      await log.close();
      await removeTree(folder);
    }
  }

  async #show(vertex: Vertex, stream: LogStream, data: Buffer): Promise<void> {
    if (data.length === 0) return;
    await this.#outputs.get(vertex.digest)!.log.write(data);
    this.#parts.channel.send({ type: 'output', task: vertex.digest, stream, data });
    await this.#parts.channel.room();
  }

  async #open(vertex: Vertex): Promise<StepOutput> {
    const { store, request } = this.#parts;
    const folder = await store.temporaryFolder();
    const log = await StepLog.start(store, folder, this.#keyOf(vertex));
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
}

/** Bytes after what was left out that are kept, where the whole can't be had. A daemon tells some 256 kB of the end. */
const mostWithheld = 1 << 20;

/** What daemons print in place of the rest. */
const clipWords = /\n\[output clipped, log limit [^\]]*reached\]\n$/;

function wordsBeforeClip(data: Buffer): Buffer {
  const end = data.subarray(-100).toString('latin1');
  const words = clipWords.exec(end)?.[0].length ?? 0;
  return data.subarray(0, data.length - words);
}

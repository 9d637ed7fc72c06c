/**
 * BuildKit's own client, written in Go, behind our interface of engines: what judges ours. It is given the bytes that
 * `targetry/graph` writes, and tells what the daemon did with them.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  lutimesSync,
  writeFileSync,
  copyFileSync,
  chmodSync,
} from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Engine, Input, SolveRequest } from '../../src/engines/engine.ts';
import { sourceTime } from '../../src/engines/source-time.ts';
import { excerptLines, stepFailure } from '../../src/engines/step-failure.ts';
import { graphOf } from '../../src/graph/collect.ts';
import { marshalDefinition } from '../../src/graph/definition.ts';
import type { Graph, Output, Vertex } from '../../src/graph/graph.ts';
import { vertexOf } from '../../src/graph/marshal.ts';
import { scratch, source } from '../../src/graph/sources.ts';
import { State } from '../../src/graph/state.ts';
import type { Event } from '../../src/report/event.ts';
import { Failure } from '../../src/report/failure.ts';

export interface Buildctl {
  readonly program: string;
  readonly address: string;
  /** For what it is given and what it brings. */
  readonly folder: string;
  /** Arguments besides. */
  readonly more?: readonly string[];
}

export function buildctlEngine(buildctl: Buildctl): Engine {
  return { name: 'buildctl', solve: (graph, request) => solve(buildctl, graph, request) };
}

async function* solve(buildctl: Buildctl, graph: Graph, request: SolveRequest): AsyncGenerator<Event> {
  const folder = mkdtempSync(join(buildctl.folder, 'solve-'));
  try {
    const lowered = lower(graph, request);
    const args = ['--addr', buildctl.address, 'build', '--progress=rawjson', ...(buildctl.more ?? [])];
    for (const [identifier, name] of lowered.locals) {
      args.push('--local', `${name}=${await staged(request.inputs.get(identifier)!, join(folder, name))}`);
    }
    for (const [id, value] of request.secrets ?? []) {
      const path = join(folder, `secret-${id}`);
      writeFileSync(path, value, { mode: 0o600 });
      args.push('--secret', `id=${id},src=${path}`);
    }
    const out = join(folder, 'out');
    if (request.exports.length > 0) args.push('--output', `type=local,dest=${out}`);
    yield* follow(buildctl, args, lowered, request);
    const tasks = new Set<string>();
    for (const [index, { task, into, paths }] of request.exports.entries()) {
      const from = join(out, String(index));
      if (readdirSync(from).length === 0) {
        throw new Failure('artifact-missing', `the steps left no file ${paths.join()}`);
      }
      cpSync(from, into, { recursive: true });
      tasks.add(task);
    }
    for (const task of tasks) yield { type: 'finished', task, outcome: 'done', at: performance.now() };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Lowered {
  readonly graph: Graph;
  /** What the vertices of this digest are in the graph that was asked for. */
  readonly asked: ReadonlyMap<string, Vertex>;
  /** Names by the identifiers of abstract sources. */
  readonly locals: ReadonlyMap<string, string>;
}

/** Abstract sources become folders that are sent, and all that is wanted comes out of one vertex at the end. */
function lower(graph: Graph, { inputs, exports }: SolveRequest): Lowered {
  const made = new Map<string, Output>();
  const asked = new Map<string, Vertex>();
  const locals = new Map<string, string>();
  const lowered = ({ vertex, index }: Output): State => {
    const { vertex: now, index: only } = made.get(vertex.digest)!;
    return new State({ vertex: now, index: vertex.op.type === 'source' ? only : index }, noDefaults);
  };
  for (const vertex of graph.vertices) {
    const { digest, op, platform, name, target } = vertex;
    const input = op.type === 'source' ? inputs.get(op.identifier) : undefined;
    if (op.type === 'source' && input !== undefined) {
      // Files are told apart by size and time alone, and all of a source are of one time.
      const key = input.kind === 'root' ? 'root' : input.key;
      const local = `local-${locals.size}`;
      locals.set(op.identifier, local);
      const sent = source(`local://${local}`, { attributes: { 'local.sharedkeyhint': key } });
      made.set(digest, scratch().copy(sent, '/', '/', { contentsOnly: true }).output!);
    } else {
      const ins = vertex.inputs.map((input) => lowered(input).output!);
      const now = vertexOf(op, ins, platform, { name, target });
      made.set(digest, { vertex: now, index: 0 });
      asked.set(now.digest, vertex);
    }
  }
  const end = scratch().file((change) => {
    let all = change.mkdir('/all');
    for (const output of graph.outputs) all = all.copy(lowered(output), '/', '/all', nothing);
    for (const [index, { from, paths }] of exports.entries()) {
      const include = paths.map((path) => path.slice(1));
      const options = { contentsOnly: true, include, allowEmpty: true };
      all = all.mkdir(`/${index}`).copy(lowered(from), '/', `/${index}`, options);
    }
    return all;
  });
  return { graph: graphOf([end]), asked, locals };
}

const noDefaults = { platform: undefined, target: undefined };
const nothing = { contentsOnly: true, include: ['targetry no such file'], allowEmpty: true };

/** The folder to send: as our engines see it, all of one time. */
async function staged(input: Input, to: string): Promise<string> {
  if (input.kind === 'root') return input.open();
  mkdirSync(to, { recursive: true });
  for (const entry of input.entries) {
    const path = join(to, entry.path);
    if (entry.type === 'folder') mkdirSync(path);
    else if (entry.type === 'link') symlinkSync(entry.target, path);
    else {
      copyFileSync(join(input.folder, entry.path), path);
      chmodSync(path, entry.executable ? 0o755 : 0o644);
    }
  }
  for (const { path, type } of input.entries.toReversed()) {
    (type === 'link' ? lutimesSync : utimesSync)(join(to, path), sourceTime, sourceTime);
  }
  return to;
}

interface StatusVertex {
  readonly digest: string;
  readonly started?: string;
  readonly completed?: string;
  readonly cached?: boolean;
  readonly error?: string;
}

interface Status {
  readonly vertexes?: readonly StatusVertex[];
  readonly logs?: readonly { readonly vertex: string; readonly stream: number; readonly data: string }[];
}

async function* follow(
  { program }: Buildctl,
  args: readonly string[],
  { graph, asked }: Lowered,
  { signal }: SolveRequest,
): AsyncGenerator<Event> {
  const client = spawn(program, args, { stdio: ['pipe', 'ignore', 'pipe'] });
  const stop = () => client.kill('SIGINT');
  signal.addEventListener('abort', stop);
  client.stdin.on('error', () => {}).end(marshalDefinition(graph));
  const ended = once(client, 'close');
  const events = new StatusEvents(asked);
  const said: string[] = [];
  try {
    for await (const line of createInterface({ input: client.stderr })) {
      if (!line.startsWith('{')) {
        said.push(line);
        continue;
      }
      yield* events.of(JSON.parse(line) as Status);
    }
  } finally {
    signal.removeEventListener('abort', stop);
    client.kill('SIGINT');
  }
  const [code] = (await ended) as [number | null];
  if (signal.aborted) throw new Failure('canceled', 'the build was stopped');
  if (code !== 0) throw events.failure(said.join('\n'));
}

/** From what a daemon says of its vertices to our events: each begins once and ends once. */
class StatusEvents {
  readonly #asked: ReadonlyMap<string, Vertex>;
  readonly #begun = new Set<string>();
  readonly #ended = new Set<string>();
  readonly #logs = new Map<string, string>();
  #failed: { readonly vertex: Vertex; readonly error: string } | undefined;

  constructor(asked: ReadonlyMap<string, Vertex>) {
    this.#asked = asked;
  }

  *of({ vertexes = [], logs = [] }: Status): Iterable<Event> {
    for (const { vertex, stream, data } of logs) {
      const asked = this.#find(vertex);
      if (asked === undefined) continue;
      const bytes = Buffer.from(data, 'base64');
      this.#logs.set(asked.digest, (this.#logs.get(asked.digest) ?? '') + bytes.toString());
      yield { type: 'output', task: asked.digest, stream: stream === 2 ? 'stderr' : 'stdout', data: bytes };
    }
    for (const { digest, started, completed, cached, error } of vertexes) {
      const asked = this.#find(digest);
      if (asked === undefined || asked.op.type === 'source' || started === undefined) continue;
      const task = asked.digest;
      const at = performance.now();
      if (!this.#begun.has(task)) yield { type: 'started', task, at };
      this.#begun.add(task);
      if (completed === undefined || this.#ended.has(task)) continue;
      this.#ended.add(task);
      const canceled = error?.includes('context canceled') === true;
      if (error !== undefined && !canceled) this.#failed ??= { vertex: asked, error };
      const outcome = canceled
        ? 'canceled'
        : error !== undefined
          ? 'failed'
          : cached === true
            ? 'cached'
            : 'done';
      yield { type: 'finished', task, outcome, at };
    }
  }

  failure(said: string): unknown {
    const { vertex, error } = this.#failed ?? {};
    const code = /exit code: (\d+)/.exec(error ?? '')?.[1];
    if (vertex === undefined || code === undefined) return new Error(said);
    const lines = (this.#logs.get(vertex.digest) ?? '').trimEnd().split('\n');
    const excerpt = lines.slice(-excerptLines);
    return stepFailure(vertex, { code: Number(code), path: '', excerpt, killed: false, shell: undefined });
  }

  #find(digest: string): Vertex | undefined {
    return this.#asked.get(digest.slice('sha256:'.length));
  }
}

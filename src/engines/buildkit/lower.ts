/**
 * From the graph of a plan to one that a daemon can run. What the plan calls `targetry.root://…` becomes an image that the
 * daemon takes through the session, where it knows such. Otherwise it becomes, like `targetry.folder://…`, a local source,
 * whose files come through the session, and a copy of it: a source that a step may write to is never cached, a copy of one
 * is. All else keeps its place, with new digests where it stands on something new.
 */
import { sha256, sha256OfValue } from '../../base/sha256.ts';
import type { Graph, Op, Output, Vertex } from '../../graph/graph.ts';
import { vertexOf } from '../../graph/marshal.ts';
import { scratch, source } from '../../graph/sources.ts';
import type { FolderInput, Input } from '../engine.ts';
import { sourceTime } from '../source-time.ts';
import { lowerStep } from './lower-step.ts';

export interface Lowered {
  readonly vertices: readonly Vertex[];
  /** By the digest in the daemon's progress: the vertex that was asked for. */
  readonly asked: ReadonlyMap<string, Vertex>;
  /** By the name that the daemon asks for. */
  readonly folders: ReadonlyMap<string, Input>;
  /** By the digest in the daemon's progress: what is sent there, for people. */
  readonly transfers: ReadonlyMap<string, string>;
  /** Names what a vertex leaves, contents of its sources included. By the digest that was asked for. */
  readonly keys: ReadonlyMap<string, string>;
  /** In the lowered graph. */
  of(output: Output): Output;
  /** What a step that was asked for printed; undefined where it writes that nowhere. */
  logOf(vertex: Vertex): Output | undefined;
}

export interface LowerOptions {
  readonly inputs: ReadonlyMap<string, Input>;
  /** Who sends the folders; undefined for whoever has folders that hold the same. */
  readonly sender: Sender | undefined;
  /** What caches are called on the daemon, for those that are called otherwise than in the graph. */
  readonly caches: ReadonlyMap<string, string>;
  /** Digests of roots that the daemon takes as images, by the digest of the vertex. */
  readonly images: ReadonlyMap<string, string>;
}

interface Sender {
  /** Tells this machine from others that send a folder of the same name. */
  readonly machine: string;
  /** Of this build alone: a daemon that still has another build at hand would take that one's files for ours. */
  readonly build: string;
}

/** What the session's store of them is called. */
export const imageStore = 'roots';

export function lower(graph: Graph, options: LowerOptions): Lowered {
  const asked = new Map<string, Vertex>();
  const folders = new Map<string, Input>();
  const transfers = new Map<string, string>();
  const keys = new Map<string, string>();
  const lowered = new Map<string, Vertex>();
  const logs = new Map<string, Output>();
  const of = ({ vertex, index }: Output): Output => ({ vertex: lowered.get(vertex.digest)!, index });
  const built = new Set(graph.vertices.flatMap(builtOn).map(digestOf));
  for (const vertex of graph.vertices) {
    const { digest, op, platform, name, target } = vertex;
    const input = op.type === 'source' ? options.inputs.get(op.identifier) : undefined;
    const step = op.type === 'exec' ? lowerStep(vertex, op, { caches: options.caches, of }) : undefined;
    const made =
      input === undefined
        ? vertexOf(
            step?.op ?? timed(op, vertex.inputs, options),
            step?.inputs ?? vertex.inputs.map(of),
            platform,
            { name, target },
          )
        : sent(vertex, input, options, built.has(digest));
    if (step?.log !== undefined) logs.set(digest, { vertex: made, index: step.log });
    if (input !== undefined && options.images.has(digest)) transfers.set(made.digest, `send ${name}`);
    else if (input !== undefined) {
      const files = made.inputs[0]?.vertex ?? made;
      transfers.set(files.digest, files.name);
      folders.set(nameOf(vertex, input), input);
    }
    lowered.set(digest, made);
    asked.set(made.digest, vertex);
    const below = vertex.inputs.map((one) => [one.index, keys.get(one.vertex.digest)]);
    keys.set(digest, sha256OfValue(['buildkit', digest, input?.key ?? below]));
  }
  const logOf = ({ digest }: Vertex) => logs.get(digest);
  return { vertices: [...lowered.values()], asked, folders, transfers, keys, of, logOf };
}

/** The inputs that a vertex goes on from, rather than takes files out of. */
function builtOn({ op, inputs }: Vertex): readonly Output[] {
  if (op.type !== 'file') return inputs;
  const base = inputs[op.actions[0]!.input];
  return base === undefined ? [] : [base];
}

function digestOf({ vertex }: Output): string {
  return vertex.digest;
}

/** A root is called by what is in it. A folder keeps its name when its files change, so that only these travel. */
function nameOf({ op }: Vertex, input: Input): string {
  const word = input.kind === 'root' ? input.key : (op as { readonly identifier: string }).identifier;
  return `${input.kind}-${sha256(word).slice(0, 16)}`;
}

function sent(vertex: Vertex, input: Input, { sender, images }: LowerOptions, isBuiltOn: boolean): Vertex {
  const { name, target, platform, digest } = vertex;
  const image = images.get(digest);
  if (image !== undefined) {
    const attributes = { 'oci.store': imageStore };
    const options = { attributes, platform, name };
    return { ...source(`oci-layout://targetry/root@${image}`, options).output!.vertex, target };
  }
  const local = nameOf(vertex, input);
  const attributes = input.kind === 'root' ? { 'local.sharedkeyhint': local } : attributesOf(input, sender);
  const files = source(`local://${local}`, { attributes, name: `send ${name}` });
  if (input.kind === 'folder' && !isBuiltOn) return { ...files.output!.vertex, target };
  const modified = input.kind === 'folder' ? new Date(sourceTime * 1000) : undefined;
  return {
    ...scratch().copy(files, '/', '/', { name, contentsOnly: true, modified }).output!.vertex,
    target,
  };
}

/** By which a daemon knows the files that it has of the folder already, and the build whose they are. */
function attributesOf({ folder, key }: FolderInput, sender: Sender | undefined): Record<string, string> {
  const from = sender === undefined ? key : sha256OfValue([sender.machine, folder]);
  return { 'local.sharedkeyhint': from.slice(0, 16), 'local.unique': sender?.build ?? key };
}

/**
 * What the graph makes without a time has the one of all sources, and so have the files of a folder: these are sent with
 * times that tell their contents.
 */
function timed(op: Op, from: readonly Output[], { inputs }: LowerOptions): Op {
  if (op.type !== 'file') return op;
  const isFolder = (index: number) => {
    const below = from[index]?.vertex.op;
    return below?.type === 'source' && inputs.get(below.identifier)?.kind === 'folder';
  };
  const actions = op.actions.map((action) =>
    action.type === 'rm' || (action.type === 'copy' && !isFolder(action.secondaryInput))
      ? action
      : { ...action, modified: action.modified ?? new Date(sourceTime * 1000) },
  );
  return { ...op, actions };
}

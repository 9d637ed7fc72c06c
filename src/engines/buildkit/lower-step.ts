/** What a step needs on a daemon besides what the graph says: a place for its log, caches that are its user's. */
import { vertexOf } from '../../graph/marshal.ts';
import type { BindMount, CacheMount, ExecOp, Mount, Output, Owner, Vertex } from '../../graph/graph.ts';
import { scratch } from '../../graph/sources.ts';
import { secretsOf } from '../asked-secrets.ts';
import {
  argumentsOnDaemon,
  hasShell,
  logFolder,
  longScript,
  scriptFolder,
  scriptName,
} from './step-shell.ts';

export interface LoweredStep {
  readonly op: ExecOp;
  readonly inputs: readonly Output[];
  /** Which output of the step is its whole log; undefined where it has none. */
  readonly log: number | undefined;
}

interface StepOptions {
  /** What caches are called on the daemon, for those that are called otherwise than in the graph. */
  readonly caches: ReadonlyMap<string, string>;
  /** In the lowered graph. */
  readonly of: (output: Output) => Output;
}

export function lowerStep(vertex: Vertex, op: ExecOp, { caches, of }: StepOptions): LoweredStep {
  const inputs = vertex.inputs.map(of);
  const owner = ownerOf(op.user);
  const added = (output: Output) => inputs.push(output) - 1;
  const cache = (mount: CacheMount): CacheMount => {
    const named = { ...mount, id: caches.get(mount.id) ?? mount.id };
    if (owner === undefined || mount.input !== -1) return named;
    return { ...named, input: added(folderOf(owner, () => of(rootOf(vertex)))), selector: ownFolder };
  };
  const mounts: Mount[] = op.mounts.map((mount) => (mount.type === 'cache' ? cache(mount) : mount));
  // What a step prints of a secret stays on no daemon.
  const log = hasShell(op) && secretsOf(op).length === 0 ? nextOutput(mounts) : undefined;
  if (log !== undefined) mounts.push(logMount(added(logBase), log));
  const script = longScript(op);
  if (script !== undefined) mounts.push(scriptMount(added(scriptState(script))));
  const args = argumentsOnDaemon(op, { tee: log !== undefined, hasFile: script !== undefined });
  return { op: { ...op, mounts, args }, inputs, log };
}

function nextOutput(mounts: readonly Mount[]): number {
  return Math.max(...mounts.map(({ output }) => output)) + 1;
}

/** In the states that are made here. */
export const ownFolder = '/own';

/** Whoever runs the step may write there. */
const logBase = scratch().mkdir(ownFolder, { mode: 0o777, modified: new Date(0) }).output!;

function logMount(input: number, output: number): BindMount {
  return { type: 'bind', input, output, selector: ownFolder, destination: logFolder, readonly: false };
}

/** Whoever runs the step may read it. */
function scriptState(script: string): Output {
  const path = `${ownFolder}/${scriptName}`;
  const modified = new Date(0);
  return scratch().mkdir(ownFolder, { modified }).mkfile(path, script, { modified }).output!;
}

function scriptMount(input: number): BindMount {
  return { type: 'bind', input, output: -1, selector: ownFolder, destination: scriptFolder, readonly: true };
}

/** What a cache of another user than root begins with: an empty folder of that user. */
function folderOf(owner: Owner, root: () => Output): Output {
  const make = { type: 'mkdir', path: ownFolder, mode: 0o755, makeParents: false, owner } as const;
  const label = { name: 'cache folder', target: undefined };
  const modified = new Date(0);
  if (typeof owner.user === 'number') return scratch().mkdir(ownFolder, { owner, modified }).output!;
  // A name is looked up in what the first of the actions works on, so one is done to the root, for nothing.
  const look = { ...make, owner: undefined, modified, input: 0, secondaryInput: -1, output: -1 };
  const actions = [look, { ...make, modified, input: -1, secondaryInput: -1, output: 0 }];
  return { vertex: vertexOf({ type: 'file', actions }, [root()], undefined, label), index: 0 };
}

/** `1000`, `1000:1000`, `builder`; undefined for root. */
function ownerOf(user: string | undefined): Owner | undefined {
  const [name = '', group] = (user ?? '').split(':');
  if (['', '0', 'root'].includes(name)) return undefined;
  return { user: idOf(name), ...(group !== undefined && { group: idOf(group) }) };
}

function idOf(word: string): number | string {
  return /^\d+$/.test(word) ? Number(word) : word;
}

/** What is below all steps: users are known there, and a cache doesn't begin anew because a file of the source changed. */
function rootOf(vertex: Vertex): Output {
  const { op, inputs } = vertex;
  const from =
    op.type === 'exec' ? op.mounts[0]!.input : op.type === 'file' ? op.actions[0]!.input : inputs.length - 1;
  const below = inputs[from];
  return below === undefined || below.vertex.op.type === 'source'
    ? (below ?? { vertex, index: 0 })
    : rootOf(below.vertex);
}

import type { CopyAction, ExecOp, FileOp, Vertex } from '../../graph/graph.ts';
import { Failure } from '../../report/failure.ts';
import { canBeEmulated, isForeign } from './foreign-cpus.ts';

/** The kernel's MAX_ARG_STRLEN, with room for quotes. */
const longestText = 120_000;

/** Says what this engine can't do, before it does anything. */
export function requireSupported(vertices: Iterable<Vertex>): void {
  for (const vertex of vertices) {
    const { op, name } = vertex;
    if (op.type === 'exec') requireSupportedStep(vertex, op);
    if (op.type === 'file') copyOf(op, name);
    if (op.type === 'merge' || op.type === 'diff') throw notYet(`the ${op.type} operation`, name);
  }
}

function requireSupportedStep({ platform, name }: Vertex, op: ExecOp): void {
  const cpu = platform?.architecture;
  if (cpu !== undefined && isForeign(cpu) && !canBeEmulated(cpu)) throw notYet(`a step on ${cpu}`, name);
  if ([...op.args, JSON.stringify(op.env)].some((text) => Buffer.byteLength(text) > longestText)) {
    throw notYet('a command of more than 128 kB', name);
  }
  if (op.secretEnv.length > 0) throw notYet('a secret', name);
  const [root, ...others] = op.mounts;
  const other = others[0];
  if (other !== undefined) throw notYet(`a ${other.type} mount`, name);
  if (root?.type !== 'bind' || root.destination !== '/' || root.selector !== undefined || root.input === -1) {
    throw notYet('a root that is not the whole of another state', name);
  }
}

/** The one action of a file operation that this engine knows: all of a folder input, onto a folder of the state. */
export function copyOf(op: FileOp, name: string): CopyAction {
  const [action, second] = op.actions;
  if (second !== undefined || action?.type !== 'copy') throw notYet('this file operation', name);
  const plain =
    action.source === '/' &&
    action.contentsOnly &&
    action.include.length + action.exclude.length === 0 &&
    action.owner === undefined &&
    action.mode === undefined &&
    action.modified === undefined;
  if (!plain || action.input < 0) throw notYet('a copy of less than a whole folder', name);
  return action;
}

function notYet(what: string, name: string): Failure {
  return new Failure('engine-operation-not-yet', `the embedded engine can't do ${what} yet`, {
    why: `${name} asks for it`,
  });
}

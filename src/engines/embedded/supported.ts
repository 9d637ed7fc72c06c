import type { CopyAction, ExecOp, FileOp, Vertex } from '../../graph/graph.ts';
import { Failure } from '../../report/failure.ts';

/** OCI's name of this machine's CPU, where it isn't Node's. */
const ociNames: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386' };

/** What a CPU runs besides its own programs, without emulation. */
const alsoRuns: Readonly<Record<string, readonly string[]>> = { amd64: ['386'] };

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
  const here = ociNames[process.arch] ?? process.arch;
  const wanted = platform?.architecture ?? here;
  if (wanted !== here && alsoRuns[here]?.includes(wanted) !== true) {
    throw new Failure('emulation-not-yet', `step ${name} needs a ${wanted} machine and this one is ${here}`);
  }
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

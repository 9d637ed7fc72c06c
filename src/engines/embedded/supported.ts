import type { ExecOp, FileOp, Vertex } from '../../graph/graph.ts';
import { Failure } from '../../report/failure.ts';
import { isTooLong } from '../too-long.ts';
import { canBeEmulated, isForeign } from './foreign-cpus.ts';

/** Says what this engine can't do, before it does anything. */
export function requireSupported(vertices: Iterable<Vertex>): void {
  for (const vertex of vertices) {
    const { op } = vertex;
    if (op.type === 'exec') requireSupportedStep(vertex, op);
    if (op.type === 'file') requireOneChain(vertex, op);
  }
}

function requireSupportedStep({ platform, name }: Vertex, op: ExecOp): void {
  const cpu = platform?.architecture;
  if (cpu !== undefined && isForeign(cpu) && !canBeEmulated(cpu)) throw notYet(`a step on ${cpu}`, name);
  if (isTooLong(op)) throw notYet('a command of more than 128 kB', name);
  const [root, ...others] = op.mounts;
  if (root?.type !== 'bind' || root.destination !== '/' || root.selector !== undefined) {
    throw notYet('a root that is not the whole of another state', name);
  }
  if (others.some(({ type }) => type === 'ssh')) throw notYet("a step with the user's ssh agent", name);
  if (others.some(({ destination }) => destination.includes('\n'))) {
    throw notYet('a mount at a path with a line break', name);
  }
}

/** Each action works on what the one before it left, and only the end is kept: what `state.file` makes. */
function requireOneChain({ name, inputs }: Vertex, { actions }: FileOp): void {
  const last = actions.length - 1;
  const chained = actions.every(
    ({ input, secondaryInput, output }, index) =>
      secondaryInput < inputs.length &&
      (index === 0 ? input < inputs.length : input === inputs.length + index - 1) &&
      output === (index === last ? 0 : -1),
  );
  if (!chained) throw notYet('changes of files that branch', name);
}

function notYet(what: string, name: string): Failure {
  return new Failure('engine-operation-not-yet', `the embedded engine can't do ${what} yet`, {
    why: `${name} asks for it`,
  });
}

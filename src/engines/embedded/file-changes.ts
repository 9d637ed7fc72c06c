import type { CopyAction, FileOp, Vertex } from '../../graph/graph.ts';
import { Failure } from '../../report/failure.ts';
import type { RequestedChange } from './protocol.ts';

/** The copy of a whole folder onto a folder, which needs no worker when the files are the project's; undefined for more. */
export function plainCopy({ actions }: FileOp): CopyAction | undefined {
  const [action, second] = actions;
  if (second !== undefined || action?.type !== 'copy') return undefined;
  const plain =
    action.source === '/' &&
    action.contentsOnly &&
    action.makeParents &&
    action.include.length + action.exclude.length === 0 &&
    action.owner === undefined &&
    action.mode === undefined &&
    action.modified === undefined &&
    action.input !== action.secondaryInput;
  return plain && action.secondaryInput >= 0 ? action : undefined;
}

/** The actions as the worker is asked for them; `stacks` are those of the vertex's inputs. */
export function requestedChanges(
  { actions }: FileOp,
  stacks: readonly (readonly string[])[],
): readonly RequestedChange[] {
  return actions.map((action) => {
    if (action.type === 'rm') return action;
    const modified = action.modified?.getTime();
    switch (action.type) {
      case 'copy':
        return { ...action, modified, layers: stacks[action.secondaryInput] ?? [] };
      case 'mkdir':
        return { ...action, modified };
      case 'mkfile':
        return { ...action, modified, data: Buffer.from(action.data).toString('base64') };
      default:
        return action satisfies never;
    }
  });
}

export function filesFailure({ name, target }: Vertex, problem: string): Failure {
  const what = `${name}${target === undefined ? '' : ` of ${target}`}`;
  return new Failure('file-change-failed', `${what} could not be done`, { why: problem });
}

import type { ExecOp } from '../graph/graph.ts';

/** The kernel's MAX_ARG_STRLEN, with room for quotes. */
const longestText = 120_000;

/** Whether a kernel would not start it. */
export function isTooLong({ args, env }: Pick<ExecOp, 'args' | 'env'>): boolean {
  return [...args, JSON.stringify(env)].some((text) => Buffer.byteLength(text) > longestText);
}

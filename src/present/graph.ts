import { relative } from 'node:path';
import type { GraphForBuildctl } from '../operations/graph-for-buildctl.ts';
import { bytes, counted } from '../base/units.ts';

/** Beside the bytes of a graph: what they are of no use without. */
export function renderGraphNeeds({ options }: GraphForBuildctl): string {
  return `\`buildctl build\` takes this graph with
${options.map((option) => `  ${option}\n`).join('')}\`-o FOLDER\` writes these with the graph, and a script that gives all of it to buildctl\n`;
}

export function renderWrittenGraph(
  { definition, targets, output }: GraphForBuildctl,
  { cwd }: { readonly cwd: string },
): string {
  const place = relative(cwd, output!) || '.';
  return `${counted(targets.length, 'target')}: graph of ${bytes(definition.length)} with all that it starts from, written to ${place}
  ${place}/build.sh builds it on the daemon of BUILDKIT_HOST, with \`buildctl\`\n`;
}

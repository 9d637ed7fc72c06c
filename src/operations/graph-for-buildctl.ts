import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { placeholdersOf, substitute } from '../config/placeholders.ts';
import { imageStore } from '../engines/buildkit/lower.ts';
import { portableGraph, writeImages, type PortableGraph } from '../engines/buildkit/portable-graph.ts';
import { copyFolder } from '../engines/embedded/copy-layer.ts';
import type { Context } from '../report/context.ts';
import { placeOutput } from '../roots/place-output.ts';
import { engineInputs } from './building/engine-inputs.ts';
import { withPlan, type GraphRequest } from './graph.ts';

export interface GraphForBuildctl {
  /** What `buildctl build` takes as its input. */
  readonly definition: Uint8Array;
  /** What it must be given besides. */
  readonly options: readonly string[];
  readonly targets: readonly string[];
  /** The folder in which all that is; undefined where none was asked for. */
  readonly output: string | undefined;
}

/**
 * What `build` would have a BuildKit daemon run, for the client that BuildKit has itself. With `output` all that the graph starts
 * from is written too, as the daemon must get it, so that there it builds without Targetry.
 */
export function graphForBuildctl(
  context: Context,
  request: GraphRequest & { readonly output: string | undefined },
): Promise<GraphForBuildctl> {
  return withPlan(context, request, async (planned) => {
    const { project, plan, store } = planned;
    const { inputs } = engineInputs(context, planned);
    const exports = plan.targets.flatMap(({ target, output, exports: rules }) =>
      rules.map(({ path, rule: { as } }) => ({
        from: output,
        path,
        as: as === undefined ? undefined : substitute(as, placeholdersOf({ project, target })),
      })),
    );
    const portable = await portableGraph(store, plan.graph, { inputs, exports });
    const { output } = request;
    if (output !== undefined) {
      await placeOutput(output, 'folder', (folder) => writeAll(portable, folder, context.signal));
    }
    const targets = planned.targets.map(({ name }) => name);
    return { definition: portable.definition, options: optionsFor(portable, 'FOLDER'), targets, output };
  });
}

/** Where the images are, in the folder. */
const imagesFolder = 'roots';

async function writeAll(portable: PortableGraph, folder: string, signal: AbortSignal): Promise<void> {
  await writeImages(portable.images, join(folder, imagesFolder));
  for (const [name, input] of portable.folders) {
    await copyFolder(input, { layer: join(folder, name), below: [], destination: '/' }, signal);
  }
  await writeFile(join(folder, 'graph.pb'), portable.definition);
  await writeFile(join(folder, 'build.sh'), scriptFor(portable), { mode: 0o755 });
}

/** For a shell, which may put something into `place`. */
function optionsFor({ images, folders, secrets }: PortableGraph, place: string): string[] {
  return [
    ...(images.size === 0 ? [] : [`--oci-layout "${imageStore}=${place}/${imagesFolder}"`]),
    ...[...folders.keys()].map((name) => `--local "${name}=${place}/${name}"`),
    ...secrets.map((id) => `--secret id=${id},env=${id}`),
  ];
}

function scriptFor(portable: PortableGraph): string {
  const options = optionsFor(portable, '$here').map((option) => `  ${option} \\\n`);
  return `#!/bin/sh
# build.sh [FOLDER [OPTION...]]: builds what graph.pb says, and leaves the artifacts in FOLDER, or in dist.
# The daemon is that of BUILDKIT_HOST; the options are those of \`buildctl build\`.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
out=\${1:-dist}
[ $# = 0 ] || shift
exec buildctl build \\
${options.join('')}  --output "type=local,dest=$out" "$@" <"$here/graph.pb"
`;
}

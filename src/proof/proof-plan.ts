/**
 * The runs as one graph: each starts from a root in which nothing was built, with the artifact alone beside it and without
 * network. A run that fails is a result like any other, so the step around it never does, and is cached by what it is of.
 */
import { defaultPath } from '../base/env.ts';
import { sha256OfValue } from '../base/sha256.ts';
import { graphOf } from '../graph/collect.ts';
import type { Graph, Output } from '../graph/graph.ts';
import { source } from '../graph/sources.ts';
import type { LockedEnvironment } from '../lock/lock.ts';
import { platformOf } from '../plan/plan.ts';
import type { Task } from '../report/event.ts';
import type { ProofCase } from './proof-case.ts';
import type { Provable } from './provable.ts';

/** Where a run leaves what became of it. */
export const resultFolder = '/proof/result';
const artifactFolder = '/proof/artifact';

export interface ProofPlan {
  readonly graph: Graph;
  readonly tasks: readonly Task[];
  /** In the order of the cases. */
  readonly runs: readonly { readonly id: string; readonly output: Output }[];
  /** By the identifier of the abstract source. */
  readonly roots: ReadonlyMap<string, LockedEnvironment>;
  readonly artifacts: ReadonlyMap<string, Provable>;
}

interface Located {
  readonly one: ProofCase;
  readonly locked: LockedEnvironment;
  readonly rootKey: string;
}

export function planProof(cases: readonly Located[]): ProofPlan {
  const roots = new Map<string, LockedEnvironment>();
  const artifacts = new Map<string, Provable>();
  const tasks = new Map<string, Task>();
  const states = cases.map(({ one, locked, rootKey }) => {
    const { artifact, place, command } = one;
    const platform = platformOf(artifact.arch);
    const root = `targetry.root://${rootKey}`;
    roots.set(root, locked);
    const files = `targetry.folder://artifact/${sha256OfValue([artifact.sha256, fileName(artifact)])}`;
    artifacts.set(files, artifact);
    const placed = source(root, { platform, name: `root ${place}` })
      .target(artifact.name)
      .copy(source(files, { name: artifact.name }), '/', artifactFolder, {
        name: `place in ${place}`,
        contentsOnly: true,
        makeParents: true,
      });
    const ran = placed.run({
      name: `run in ${place}`,
      args: ['/bin/sh', '-c', recorder, command.script],
      env: variables(artifact, locked),
      cwd: '/tmp',
      network: 'none',
    });
    for (const [verb, state] of [
      ['place', placed],
      ['run', ran.root()],
    ] as const) {
      const id = state.output!.vertex.digest;
      tasks.set(id, { id, name: `${verb} in ${place}`, target: artifact.name });
    }
    return ran.root();
  });
  const graph = graphOf(states);
  return {
    graph,
    tasks: [...tasks.values()],
    runs: states.map(({ output }, index) => ({ id: output!.vertex.digest, output: graph.outputs[index]! })),
    roots,
    artifacts,
  };
}

/** Its own, without folders: what a wheel is for stands in its name. */
export function fileName({ name }: Provable): string {
  return name.slice(name.lastIndexOf('/') + 1);
}

function variables(artifact: Provable, { image }: LockedEnvironment): Record<string, string> {
  const { target } = artifact;
  return {
    PATH: defaultPath,
    HOME: '/root',
    ...image?.env,
    // The loader's complaints are read.
    LC_ALL: 'C',
    ARTIFACT: `${artifactFolder}/${fileName(artifact)}`,
    ...(target && { TARGETRY_TARGET: target.name, TARGETRY_ARCH: target.arch, TARGETRY_LIBC: target.libc }),
  };
}

/** Keeps the exit code, the first of the output, and which system it was. */
const recorder = `
mkdir -p ${resultFolder}
cat /etc/os-release >${resultFolder}/system 2>/dev/null
{ /bin/sh -eu -c "$0"; echo $? >${resultFolder}/code; } 2>&1 | { head -c 65536 >${resultFolder}/output; cat >/dev/null; }
`.trim();

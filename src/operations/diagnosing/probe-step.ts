/** The doctor's program as a step of the engine that builds use, of which nothing is kept here. */
import { randomUUID } from 'node:crypto';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasProbe, probeProgram, readAnswers } from '../../doctor/probe-program.ts';
import type { ProbeRun } from '../../doctor/patient.ts';
import type { CpuWithCalls } from '../../doctor/system-calls.ts';
import { createBuildKitEngine, type BuildKitOptions } from '../../engines/buildkit/engine.ts';
import { createEmbeddedEngine } from '../../engines/embedded/engine.ts';
import type { SolveRequest } from '../../engines/engine.ts';
import { graphOf } from '../../graph/collect.ts';
import type { Graph } from '../../graph/graph.ts';
import { source } from '../../graph/sources.ts';
import type { Context } from '../../report/context.ts';
import { Failure } from '../../report/failure.ts';
import { Store } from '../../store/store.ts';

const identifier = 'targetry.root://doctor';

interface ProbeStep {
  readonly store: Store;
  /** A folder for the root. */
  readonly scratch: string;
  /** As OCI calls it. */
  readonly cpu: string;
  readonly emulators?: SolveRequest['emulators'];
}

/** Throws where no step can run. */
export async function probeInStep(
  { env, signal }: Pick<Context, 'env' | 'signal'>,
  { store, scratch, cpu, emulators }: ProbeStep,
): Promise<ProbeRun> {
  if (!hasProbe(cpu)) return {};
  const { graph, inputs } = probeGraph(scratch, cpu);
  const printed: Uint8Array[] = [];
  let code = -1;
  const visit: SolveRequest['visit'] = {
    steps: graph.vertices.filter(({ op }) => op.type === 'exec'),
    state: 'before',
    args: undefined,
    terminal: undefined,
    printed: (_, data) => printed.push(data),
    ended: (ended) => (code = ended),
  };
  const started = performance.now();
  const events = createEmbeddedEngine({ store, env }).solve(graph, {
    inputs,
    exports: [],
    emulators,
    visit,
    signal,
  });
  // What happens besides is of no interest.
  for await (const _ of events);
  return runOf(cpu, { printed, code, started });
}

/** On a daemon a step can't but leave a result; it is an empty one, and named by chance. */
export async function probeOnDaemon(
  { env, signal }: Pick<Context, 'env' | 'signal'>,
  { scratch, cpu }: ProbeStep,
  daemon: Pick<BuildKitOptions, 'address' | 'tls'>,
): Promise<ProbeRun> {
  if (!hasProbe(cpu)) return {};
  const { graph, inputs } = probeGraph(scratch, cpu);
  // What is noted of the step goes with it.
  const store = await Store.open(join(scratch, `store-${cpu}`));
  const printed: Uint8Array[] = [];
  const started = performance.now();
  try {
    const events = createBuildKitEngine({ ...daemon, store, env }).solve(graph, {
      inputs,
      exports: [],
      signal,
    });
    for await (const event of events) if (event.type === 'output') printed.push(event.data);
    return runOf(cpu, { printed, code: 0, started });
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'step-failed') throw error;
    // The program that it became ends with a number of its own.
    const code = Number(/exit code (\d+)/.exec(error.message)?.[1] ?? -1);
    return runOf(cpu, { printed, code, started });
  }
}

interface EndedProbe {
  readonly printed: readonly Uint8Array[];
  readonly code: number;
  readonly started: number;
}

function runOf(cpu: CpuWithCalls, { printed, code, started }: EndedProbe): ProbeRun {
  const milliseconds = performance.now() - started;
  const output = Buffer.concat(printed);
  const answers = readAnswers(cpu, { files: true, output, code });
  if (answers !== undefined) return { answers, milliseconds };
  const words = output
    .toString('latin1')
    .replaceAll(/[^ -~]+/g, ' ')
    .trim()
    .slice(0, 200);
  return { said: `it ended with exit code ${code}${words === '' ? '' : `: ${words}`}`, milliseconds };
}

function probeGraph(scratch: string, cpu: CpuWithCalls): { graph: Graph; inputs: SolveRequest['inputs'] } {
  const root = rootWith(join(scratch, `root-${cpu}`), probeProgram(cpu, { files: true }));
  const platform = { os: 'linux', architecture: cpu } as const;
  const state = source(identifier, { platform }).run({
    name: 'probe',
    args: ['/bin/sh'],
    cwd: '/',
    env: { PROBE: randomUUID() },
  });
  const open = () => Promise.resolve(root);
  const inputs = new Map([[identifier, { kind: 'root', key: `doctor ${cpu}`, open } as const]]);
  return { graph: graphOf([state.root()]), inputs };
}

/** A step is started by the shell of its root where nothing else starts it; so the program is that shell. */
function rootWith(folder: string, program: Buffer): string {
  for (const name of ['bin', 'tmp']) mkdirSync(join(folder, name), { recursive: true });
  chmodSync(join(folder, 'tmp'), 0o1777);
  writeFileSync(join(folder, 'bin/sh'), program, { mode: 0o755 });
  return folder;
}

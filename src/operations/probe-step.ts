/** The doctor's program as a step of the engine that builds use, of which nothing is kept. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasProbe, probeProgram, readAnswers } from '../doctor/probe-program.ts';
import type { ProbeRun } from '../doctor/patient.ts';
import { createEmbeddedEngine } from '../engines/embedded/engine.ts';
import type { SolveRequest } from '../engines/engine.ts';
import { graphOf } from '../graph/collect.ts';
import { source } from '../graph/sources.ts';
import type { Context } from '../report/context.ts';
import type { Store } from '../store/store.ts';

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
  const root = rootWith(join(scratch, `root-${cpu}`), probeProgram(cpu, { files: true }));
  const platform = { os: 'linux', architecture: cpu } as const;
  const state = source(identifier, { platform }).run({ name: 'probe', args: ['/bin/sh'], cwd: '/', env: {} });
  const graph = graphOf([state.root()]);
  const printed: Uint8Array[] = [];
  let code = -1;
  const request: SolveRequest = {
    inputs: new Map([
      [identifier, { kind: 'root', key: `doctor ${cpu}`, open: () => Promise.resolve(root) }],
    ]),
    exports: [],
    emulators,
    visit: {
      steps: graph.vertices.filter(({ op }) => op.type === 'exec'),
      state: 'before',
      args: undefined,
      terminal: undefined,
      printed: (_, data) => printed.push(data),
      ended: (ended) => (code = ended),
    },
    signal,
  };
  const started = performance.now();
  // What happens besides is of no interest.
  for await (const _ of createEmbeddedEngine({ store, env }).solve(graph, request));
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

/** A step is started by the shell of its root where nothing else starts it; so the program is that shell. */
function rootWith(folder: string, program: Buffer): string {
  for (const name of ['bin', 'tmp']) mkdirSync(join(folder, name), { recursive: true });
  chmodSync(join(folder, 'tmp'), 0o1777);
  writeFileSync(join(folder, 'bin/sh'), program, { mode: 0o755 });
  return folder;
}

/** A command of the user's own in the place of a step's: on the state before it, or on what it left when it failed. */
import type { Op, Vertex } from '../../graph/graph.ts';
import { Failure } from '../../report/failure.ts';
import type { SolveRequest, Visit } from '../engine.ts';
import { secretsOf } from '../asked-secrets.ts';
import { Redaction, textsToHide } from '../redact.ts';
import { BuildContainer, type ContainerMount } from './container.ts';
import { failedStateOf, isUntold, untoldState } from './failed-state.ts';
import { solveOutput } from './exports.ts';
import type { Gateway } from './gateway.ts';
import type { Lowered } from './lower.ts';
import { argumentsOnDaemon, logFolder } from './step-shell.ts';
import { openTerminal } from './terminal.ts';
import { GrpcError } from './wire/grpc-error.ts';

export interface VisitParts {
  readonly gateway: Gateway;
  readonly lowered: Lowered;
  readonly request: SolveRequest;
  /** The daemon, for people. */
  readonly where: string;
}

interface Place {
  readonly vertex: Vertex;
  readonly mounts: readonly ContainerMount[];
}

export async function visitStep(parts: VisitParts, visit: Visit): Promise<void> {
  const { gateway, request } = parts;
  const { vertex, mounts } = await (visit.state === 'before' ? placeBefore : placeOfFailure)(parts, visit);
  if (vertex.op.type !== 'exec') return;
  const { op, platform } = vertex;
  const container = await BuildContainer.open(gateway, { mounts, platform, network: op.network }).catch(
    noPlace,
  );
  const terminal = visit.terminal === undefined ? undefined : openTerminal(visit.terminal);
  const hide = textsToHide(secretsOf(op).flatMap(({ id }) => request.secrets?.get(id) ?? []));
  const streams = { stdout: new Redaction(hide), stderr: new Redaction(hide) };
  try {
    const args = argumentsOnDaemon({ ...op, args: visit.args ?? op.args }, { tee: false, hasFile: false });
    const printed = (stream: 'stdout' | 'stderr', data: Uint8Array) =>
      terminal === undefined
        ? visit.printed(stream, streams[stream].pass(Buffer.from(data)))
        : terminal.show(data);
    const code = await container.run({ ...op, args }, { terminal, printed }).catch(noPlace);
    for (const stream of ['stdout', 'stderr'] as const) visit.printed(stream, streams[stream].end());
    visit.ended(code);
  } finally {
    terminal?.close();
    await container.release().catch(() => {});
  }
}

/** The step that failed is told already; this is another trouble. */
function noPlace(error: unknown): never {
  if (!(error instanceof GrpcError)) throw error;
  throw new Failure('buildkit-failed', 'the daemon could not run the command', {
    why: error.message,
    cause: error,
  });
}

/** As the first step finds it. */
async function placeBefore({ gateway, lowered }: VisitParts, { steps }: Visit): Promise<Place> {
  const vertex = steps[0];
  if (vertex?.op.type !== 'exec') throw new Failure('step-not-failed', 'this target has no steps');
  const made = lowered.of({ vertex, index: 0 }).vertex;
  const inputs = await Promise.all(made.inputs.map((input) => solveOutput(gateway, input)));
  const mounts = visited(made.op).map((mount) => ({ mount, state: inputs[mount.input] }));
  return { vertex, mounts };
}

/** A daemon keeps nothing of a build that failed, so the steps run again until one fails. */
async function placeOfFailure({ gateway, lowered, where }: VisitParts, { steps }: Visit): Promise<Place> {
  try {
    for (const vertex of steps) await solveOutput(gateway, lowered.of({ vertex, index: 0 }));
  } catch (error) {
    const state = failedStateOf(error, lowered);
    if (state === undefined) throw isUntold(error) ? untoldState(where) : error;
    const mounts = visited(state.ran).map((mount, index) => ({ mount, state: state.after[index] }));
    return { vertex: state.vertex, mounts };
  }
  throw new Failure('step-not-failed', 'no step of this target has failed');
}

/** The log, which comes last, is no business of a visitor. */
function visited(op: Op) {
  return op.type === 'exec' ? op.mounts.filter(({ destination }) => destination !== logFolder) : [];
}

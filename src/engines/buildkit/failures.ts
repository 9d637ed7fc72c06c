/** What a daemon says of a failure, in our words: which step, which code, what helps. */
import type { Vertex } from '../../graph/graph.ts';
import type { Code } from '../../report/codes.ts';
import type { Location } from '../../report/diagnostic.ts';
import { Failure } from '../../report/failure.ts';
import type { SolveRequest } from '../engine.ts';
import { spoiledCaches } from '../spoiled-caches.ts';
import { nameOf, stepFailure } from '../step-failure.ts';
import { addressFlag, showAddress, type Address } from './address.ts';
import type { KeptStep } from './failed-state.ts';
import type { BuildProgress } from './progress.ts';
import { GrpcError, grpcCode } from './wire/grpc-error.ts';

interface FailureParts {
  readonly progress: BuildProgress;
  readonly request: SolveRequest;
  readonly address: Address;
  /** The step whose end the build was told, while what it left could be had. */
  readonly kept: KeptStep | undefined;
  /** Names of the roots that were sent as images, by the digest of the layer. */
  readonly roots: ReadonlyMap<string, string>;
}

export function explainFailure(error: unknown, parts: FailureParts): unknown {
  if (error instanceof Failure) return error;
  const { progress, request, address, kept, roots } = parts;
  const where = showAddress(address);
  const failed = progress.failed(kept?.vertex);
  const text = failed?.message ?? (error instanceof Error ? error.message : String(error));
  const code = exitCode(error, text);
  if (failed !== undefined && code !== undefined && failed.vertex.op.type === 'exec') {
    const { at } = request.steps?.get(failed.vertex.digest) ?? {};
    const log = progress.outputs.logOf(failed.vertex);
    if (isForeign(log.excerpt)) return foreignCpu(failed.vertex, { where, at, cause: error });
    return stepFailure(failed.vertex, {
      ...log,
      code,
      at,
      killed: false,
      givenUp: [...new Set(spoiledCaches(failed.vertex.op, request).values())],
      kept: kept?.kept,
      shell: kept && `targetry shell --failed ${addressFlag(address)}`,
    });
  }
  if (!(error instanceof GrpcError) && failed === undefined) {
    return error instanceof Error && !/session/.test(error.message) ? error : sessionLost(where, error);
  }
  if (error instanceof GrpcError && error.code === grpcCode.unavailable) return sessionLost(where, error);
  const damaged = roots.get(otherDigest.exec(text)?.[1] ?? '');
  if (damaged !== undefined) return rootDamaged(damaged, text, error);
  const known = knownTroubles.find(({ text: form }) => form.test(text));
  const what = failed === undefined ? 'the build' : failed.vertex.name;
  if (failed?.vertex.op.type === 'file') {
    return new Failure('file-change-failed', `${what} could not be done`, { why: text, cause: error });
  }
  return new Failure(known?.code ?? 'buildkit-failed', `${what} failed on the daemon`, {
    why: text,
    cause: error,
  });
}

/** All that is said where the kernel can't start the shell of the step's own root; newer daemons take it for the step's. */
function isForeign(said: readonly string[]): boolean {
  return said.length === 1 && /^exec \S+: exec format error$/.test(said[0]!);
}

function foreignCpu(
  vertex: Vertex,
  { where, ...more }: { readonly where: string; readonly at: Location | undefined; readonly cause: unknown },
): Failure {
  const cpu = vertex.platform!.architecture;
  return new Failure('buildkit-foreign-cpu', `${nameOf(vertex)} is for ${cpu}, which ${where} can't run`, {
    hint: "register QEMU on the daemon's machine (`apt-get install qemu-user-static`), compile across (`builder:`), or take this machine (`--engine embedded`), which needs nothing registered",
    ...more,
  });
}

/** Daemons have no codes for them. */
const knownTroubles: readonly { readonly text: RegExp; readonly code: Code }[] = [
  { text: /exec format error/, code: 'buildkit-foreign-cpu' },
  { text: /no space left on device|disk quota exceeded/, code: 'buildkit-disk-full' },
  { text: /toomanyrequests|429 Too Many Requests/i, code: 'registry-rate-limit' },
  { text: /larger than max|ResourceExhausted/, code: 'buildkit-graph-too-large' },
  { text: /no active session|session .*not found/i, code: 'buildkit-lost' },
];

/** What a daemon says of a blob whose bytes are not those of its digest. */
const otherDigest = /unexpected (?:commit )?digest \S+, expected (sha256:[0-9a-f]{64})/;

/** Its files have the sizes and times of before. */
function rootDamaged(name: string, why: string, cause: unknown): Failure {
  return new Failure('tree-damaged', `a file of ${name} was changed in the store`, {
    why,
    hint: 'run `targetry cache verify`, which removes what is damaged, and then the same command again',
    cause,
  });
}

function sessionLost(where: string, error: unknown): Failure {
  return new Failure('buildkit-lost', `the connection to ${where} broke in the middle of the build`, {
    why: (error as Error).message,
    cause: error,
  });
}

/** Newer daemons tell it as a value, all tell it in words. */
function exitCode(error: unknown, text: string): number | undefined {
  const told =
    error instanceof GrpcError
      ? (error.detail('ExitMessage+json') as { Code?: number } | undefined)
      : undefined;
  const words = /exit code: (\d+)\s*$/.exec(text)?.[1];
  return told?.Code ?? (words === undefined ? undefined : Number(words));
}

import type { ExecOp, Vertex } from '../graph/graph.ts';
import { Failure } from '../report/failure.ts';
import type { SolveRequest } from './engine.ts';

interface AskedSecret {
  readonly id: string;
  readonly optional: boolean;
}

/** The secrets that a step asks for, as files and as variables, each once. */
export function secretsOf(op: ExecOp): readonly AskedSecret[] {
  const asked = new Map<string, AskedSecret>();
  const files = op.mounts.filter((mount) => mount.type === 'secret');
  for (const { id, optional } of [...files, ...op.secretEnv]) {
    asked.set(id, { id, optional: optional && (asked.get(id)?.optional ?? true) });
  }
  return [...asked.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Says which secret is missing, before anything runs. */
export function requireSecrets(vertices: Iterable<Vertex>, { secrets, steps }: SolveRequest): void {
  for (const { op, name, digest } of vertices) {
    if (op.type !== 'exec') continue;
    for (const { id, optional } of secretsOf(op)) {
      if (optional || secrets?.has(id) === true) continue;
      const at = steps?.get(digest)?.at;
      throw new Failure('secret-missing', `step ${name} needs the secret ${id}, which was not given`, { at });
    }
    for (const { id, name: variable } of op.secretEnv) {
      const why = unfitFor(variable, secrets?.get(id));
      if (why === undefined) continue;
      const at = steps?.get(digest)?.at;
      throw new Failure('secret-not-text', `step ${name} can't get the secret ${id} as a variable`, {
        why,
        at,
      });
    }
  }
}

/** Linux starts no program with a longer one: the name, `=`, the value and a zero byte. */
const longestVariable = 32 * 4096;

function unfitFor(variable: string, value: Uint8Array | undefined): string | undefined {
  if (value?.includes(0) === true) return 'its value holds a zero byte, which no variable can';
  const size = variable.length + 2 + (value?.length ?? 0);
  return size > longestVariable ? `no variable can hold its ${value!.length} bytes` : undefined;
}

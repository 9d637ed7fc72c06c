import { posix } from 'node:path';
import type { Step } from '../config/project.ts';
import type { MountOptions } from '../graph/state.ts';

interface StepSecrets {
  /** By destination. */
  readonly mounts: Readonly<Record<string, MountOptions>>;
  /** The secret of each variable. */
  readonly variables: Readonly<Record<string, string>>;
}

/** Where a step finds its secrets: only names are in the graph. */
export function stepSecrets({ secrets, user }: Pick<Step, 'secrets' | 'user'>, folder: string): StepSecrets {
  const files = secrets.flatMap(({ name, path }) =>
    path === undefined
      ? []
      : [[posix.resolve(folder, path), { secret: name, ...readableBy(user?.name) }] as const],
  );
  const variables = secrets.flatMap(({ name, variable }) =>
    variable === undefined ? [] : [[variable, name] as const],
  );
  return { mounts: Object.fromEntries(files), variables: Object.fromEntries(variables) };
}

/** The number of a named user is in the root alone; nobody but the step's own processes sees the file. */
function readableBy(user: string | undefined): { uid?: number; mode: number } {
  if (user === undefined) return { mode: 0o400 };
  return /^\d+$/.test(user) ? { uid: Number(user), mode: 0o400 } : { mode: 0o444 };
}

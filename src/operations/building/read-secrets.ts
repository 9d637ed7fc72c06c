import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { variableForm } from '../../base/env.ts';
import type { Project, SecretRule, Target } from '../../config/project.ts';
import { stepsFor } from '../../config/select.ts';
import type { Context } from '../../report/context.ts';
import { Failure } from '../../report/failure.ts';

/** Where the user says that a secret is; without it, in the variable that has its name. */
export interface SecretPlace {
  readonly id: string;
  readonly from: { readonly file: string } | { readonly variable: string };
}

/** The values of all secrets that the steps of these targets ask for. */
export function readSecrets(
  { cwd, env }: Pick<Context, 'cwd' | 'env'>,
  project: Project,
  targets: readonly Target[],
  places: readonly SecretPlace[],
): ReadonlyMap<string, Uint8Array> {
  const values = new Map<string, Uint8Array>();
  for (const step of targets.flatMap((target) => stepsFor(project, target))) {
    for (const rule of step.secrets) {
      if (values.has(rule.name)) continue;
      const { from } = places.findLast(({ id }) => id === rule.name) ?? { from: { variable: rule.name } };
      const value = 'file' in from ? readFile(resolve(cwd, from.file), rule) : env[from.variable];
      // A variable that is set to nothing is as good as unset: so CI gives secrets to those who may not have them.
      if (value === undefined || value.length === 0) throw missing(rule, step.name, from);
      values.set(rule.name, Buffer.from(value));
    }
  }
  return values;
}

function readFile(path: string, { name, at }: SecretRule): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    const why = (error as Error).message;
    const hint = `correct the path in \`--secret id=${name},src=…\``;
    throw new Failure('secret-missing', `the file of the secret ${name} can't be read`, { why, hint, at });
  }
}

function missing({ name, at }: SecretRule, step: string, from: SecretPlace['from']): Failure {
  const variable = variableForm.test(name);
  const why =
    'file' in from
      ? `${from.file} is empty`
      : `there is no variable ${from.variable} in the environment of this command, or it is empty`;
  const file = `give \`--secret id=${name},src=FILE\``;
  const hint = variable ? `set ${name}, or ${file}` : `${file} or \`--secret id=${name},env=VARIABLE\``;
  return new Failure('secret-missing', `step ${step} needs the secret ${name}`, { why, hint, at });
}

import { cpuOf, type Arch } from '../abi/cpu.ts';
import type { Libc } from '../abi/libc.ts';
import type { Environment, Project, Step, Target } from './project.ts';

/** What `{…}` stands for in `path`, `as` and `env`. */
export type Placeholders = Readonly<Record<string, string>>;

/** All that have a value for every target. */
export const knownPlaceholders = [
  'target',
  'arch',
  'libc',
  'environment',
  'name',
  'version',
  'node.platform',
  'node.arch',
];

export interface PlaceholderSource {
  readonly project: { readonly name: string; readonly version: string | undefined };
  readonly target: {
    readonly name: string;
    readonly arch: Arch;
    readonly libc: Libc;
    readonly environment: Pick<Environment, 'name'>;
  };
}

export function placeholdersOf({ project, target }: PlaceholderSource): Placeholders {
  return {
    target: target.name,
    arch: target.arch,
    libc: target.libc,
    environment: target.environment.name,
    name: project.name,
    ...(project.version === undefined ? {} : { version: project.version }),
    'node.platform': 'linux',
    'node.arch': cpuOf(target.arch).node,
  };
}

/** Words in small letters and dots only, so that JSON, `${VARIABLE}` and globs such as `{a,b}` are left alone. */
const placeholderForm = /\{([a-z]+(?:\.[a-z][a-z0-9_]*)*)\}/g;

/** The names in braces, in order. */
export function placeholdersIn(template: string): string[] {
  return [...template.matchAll(placeholderForm)].map((match) => match[1]!);
}

export function substitute(template: string, values: Placeholders): string {
  return template.replace(placeholderForm, (whole, name: string) => values[name] ?? whole);
}

/** The variables that the file sets for a step: its own win over those of `each`, the target's, the environment's. */
export function variablesOf(project: Project, target: Target, step: Step): Record<string, string> {
  const each = Object.entries(step.each);
  const values = {
    ...placeholdersOf({ project, target }),
    ...Object.fromEntries(each.map(([key, value]) => [`each.${key}`, value])),
  };
  const chosen = Object.fromEntries(each.map(([key, value]) => [key.toUpperCase(), value]));
  const merged = { ...target.environment.env, ...target.env, ...chosen, ...step.env };
  return Object.fromEntries(Object.entries(merged).map(([name, value]) => [name, substitute(value, values)]));
}

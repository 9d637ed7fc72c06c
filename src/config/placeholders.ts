import type { Arch } from '../abi/cpu.ts';
import type { Environment, Libc, Project, Step, Target } from './project.ts';

/** What `{…}` stands for in `path`, `as` and `env`. */
export type Placeholders = Readonly<Record<string, string>>;

/** Node's own names, where they differ from ours. */
const nodeArch: Partial<Record<Arch, string>> = { x86: 'ia32', ppc64le: 'ppc64' };

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
    'node.arch': nodeArch[target.arch] ?? target.arch,
  };
}

/** Lower-case words and dots only, so that JSON, `${VARIABLE}` and globs such as `{a,b}` are left alone. */
const placeholderForm = /\{([a-z]+(?:\.[a-z]+)*)\}/g;

/** The names in braces, in order. */
export function placeholdersIn(template: string): string[] {
  return [...template.matchAll(placeholderForm)].map((match) => match[1]!);
}

export function substitute(template: string, values: Placeholders): string {
  return template.replace(placeholderForm, (whole, name: string) => values[name] ?? whole);
}

/** The variables that the file sets for a step: the step's own win over the target's, those over the environment's. */
export function variablesOf(project: Project, target: Target, step: Step): Record<string, string> {
  const values = placeholdersOf({ project, target });
  const merged = { ...target.environment.env, ...target.env, ...step.env };
  return Object.fromEntries(Object.entries(merged).map(([name, value]) => [name, substitute(value, values)]));
}

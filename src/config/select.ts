import { globToRegExp } from '../base/glob.ts';
import { Failure } from '../report/failure.ts';
import { suggest } from '../report/suggest.ts';
import type { Environment, Project, Selection, Step, Target } from './project.ts';

/** The targets that any of the patterns names, in the order of the file; all of them where there is no pattern. */
export function selectTargets(project: Project, patterns: readonly string[]): readonly Target[] {
  return selectNamed(
    project.targets,
    patterns,
    (pattern, names) =>
      new Failure('target-unknown', `no target of ${project.file} is named \`${pattern}\``, {
        hint: suggest(pattern, names, 'the targets are'),
      }),
  );
}

/** The environments that any of the patterns names; all of them where there is no pattern. */
export function selectEnvironments(project: Project, patterns: readonly string[]): readonly Environment[] {
  return selectNamed([...project.environments.values()], patterns, (pattern) =>
    unknownEnvironment(project, pattern),
  );
}

export function selectEnvironment(project: Project, name: string): Environment {
  const environment = project.environments.get(name);
  if (environment === undefined) throw unknownEnvironment(project, name);
  return environment;
}

function unknownEnvironment(project: Project, name: string): Failure {
  return new Failure('environment-unknown', `no environment of ${project.file} is named \`${name}\``, {
    hint: suggest(name, [...project.environments.keys()], 'the environments are'),
  });
}

function selectNamed<Item extends { readonly name: string }>(
  items: readonly Item[],
  patterns: readonly string[],
  unknown: (pattern: string, names: readonly string[]) => Failure,
): readonly Item[] {
  if (patterns.length === 0) return items;
  const chosen = new Set<Item>();
  for (const pattern of patterns) {
    const form = globToRegExp(pattern);
    const matching = items.filter(({ name }) => form.test(name));
    if (matching.length === 0)
      throw unknown(
        pattern,
        items.map(({ name }) => name),
      );
    for (const item of matching) chosen.add(item);
  }
  return items.filter((item) => chosen.has(item));
}

/** The steps that run for a target, in order. */
export function stepsFor(project: Pick<Project, 'steps'>, target: Target): readonly Step[] {
  return project.steps.filter((step) => isFor(step, target));
}

/** Whether `only` and `except` let a rule be for a target. */
export function isFor({ only, except }: Pick<Step, 'only' | 'except'>, target: Target): boolean {
  return (!only || selects(only, target)) && !(except && selects(except, target));
}

export function selects(
  selection: Selection,
  target: Pick<Target, 'name' | 'arch' | 'libc'> & { readonly environment: Pick<Environment, 'name'> },
): boolean {
  const { name, arch, libc, environment } = target;
  const properties = { target: name, arch, libc, environment: environment.name };
  return Object.entries(properties).every(
    ([property, value]) => selection[property as keyof Selection]?.includes(value) ?? true,
  );
}

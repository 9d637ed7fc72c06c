import { Failure } from '../report/failure.ts';
import type { Environment, Project, Selection, Step, Target } from './project.ts';
import { suggest } from './suggest.ts';

/** The targets that any of the patterns names, in the order of the file; all of them where there is no pattern. */
export function selectTargets(project: Project, patterns: readonly string[]): readonly Target[] {
  if (patterns.length === 0) return project.targets;
  const chosen = new Set<Target>();
  for (const pattern of patterns) {
    const form = globForm(pattern);
    const matching = project.targets.filter((target) => form.test(target.name));
    if (matching.length === 0) throw unknownTarget(project, pattern);
    for (const target of matching) chosen.add(target);
  }
  return project.targets.filter((target) => chosen.has(target));
}

export function selectEnvironment(project: Project, name: string): Environment {
  const environment = project.environments.get(name);
  if (environment !== undefined) return environment;
  throw new Failure('environment-unknown', `no environment of ${project.file} is named \`${name}\``, {
    hint: suggest(name, [...project.environments.keys()], 'the environments are'),
  });
}

/** The steps that run for a target, in order. */
export function stepsFor(project: Pick<Project, 'steps'>, target: Target): readonly Step[] {
  return project.steps.filter(
    (step) => (!step.only || selects(step.only, target)) && !(step.except && selects(step.except, target)),
  );
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

function unknownTarget(project: Project, pattern: string): Failure {
  const names = project.targets.map((target) => target.name);
  return new Failure('target-unknown', `no target of ${project.file} is named \`${pattern}\``, {
    hint: suggest(pattern, names, 'the targets are'),
  });
}

/** `*` is any run of characters, `?` any one. */
function globForm(pattern: string): RegExp {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`);
}

/** Which images there will be: targets for which a name comes out alike are one image, each for its CPU. */
import { placeholdersOf, substitute } from './placeholders.ts';
import type { ImageRule, Project, Target } from './project.ts';
import { isFor } from './select.ts';

export interface ImageGroup {
  readonly rule: ImageRule;
  readonly name: string;
  /** One for each CPU, in the order of the CPUs' names. */
  readonly targets: readonly Target[];
}

/** Which images there will be. */
export function imageGroups(project: Project, targets: readonly Target[]): readonly ImageGroup[] {
  return project.images.flatMap((rule) => {
    const names = new Map<string, Map<string, Target>>();
    for (const target of targets.filter((one) => isFor(rule, one))) {
      const name = imageName(rule, project, target);
      const byArch = names.get(name) ?? new Map<string, Target>();
      if (!byArch.has(imageArch(rule, target))) byArch.set(imageArch(rule, target), target);
      names.set(name, byArch);
    }
    return [...names].map(([name, byArch]) => ({
      rule,
      name,
      targets: [...byArch.keys()].sort().map((arch) => byArch.get(arch)!),
    }));
  });
}

/** The name of an image for a target, with what stands in braces filled in. */
export function imageName(
  rule: ImageRule,
  project: Pick<Project, 'name' | 'version'>,
  target: Target,
): string {
  const name = substitute(rule.name, placeholdersOf({ project, target }));
  return /:[^/]*$/.test(name) ? name : `${name}:latest`;
}

/** What compiles runs on the CPU of the builder; what was compiled on its own. */
export function imageArch({ kind }: Pick<ImageRule, 'kind'>, { arch, builder }: Target): Target['arch'] {
  return kind === 'build' ? builder : arch;
}

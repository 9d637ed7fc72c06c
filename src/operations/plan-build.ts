/** `targetry build --plan`: how and where each target would be built, and why so. It asks no server and no daemon, and runs nothing. */
import { archHere } from '../abi/cpu.ts';
import { refuseNothingToBuild } from '../config/buildable.ts';
import { imageGroups, type ImageGroup } from '../config/image-groups.ts';
import { placeholdersOf, substitute } from '../config/placeholders.ts';
import type { ImageKind, Project, Target } from '../config/project.ts';
import { selectTargets, stepsFor } from '../config/select.ts';
import type { Context } from '../report/context.ts';
import type { BuildRequest } from './build.ts';
import { imageFile } from './building/collect-artifacts.ts';
import { readLastRecord } from './building/last-record.ts';
import { machinesOf, placeHere, placeOf, type BuilderPlace } from './building/planned-builders.ts';
import { projectHere } from './project-here.ts';

/** Compiled on a CPU for the same, for another one, or by a program that plays the other CPU; `open`: a daemon knows. */
export type Way = 'native' | 'cross' | 'emulated' | 'open';

export interface TargetPlan {
  readonly target: string;
  readonly way: Way;
  readonly why: string;
  /** How it could be quicker. */
  readonly hint: string | undefined;
  /** The builders of which one will have it; none where this machine builds all. */
  readonly on: readonly string[];
  readonly steps: readonly StepPlan[];
}

interface StepPlan {
  readonly name: string;
  /** What it took when it last ran for a build of this project that ended well. */
  readonly seconds: number | undefined;
}

export interface PlannedImage extends Pick<ImageGroup, 'name'> {
  readonly kind: ImageKind;
  /** Its name under `dist/`. */
  readonly as: string;
  readonly targets: readonly string[];
}

export interface BuildOutline {
  readonly targets: readonly TargetPlan[];
  readonly images: readonly PlannedImage[];
}

export function outlineBuild(
  context: Context,
  { targets: patterns, set, engine }: Pick<BuildRequest, 'targets' | 'set' | 'engine'>,
): BuildOutline {
  const project = projectHere(context, set);
  refuseNothingToBuild(project);
  const took = lastTimes(project);
  const machines = machinesOf(context, engine, project);
  const selected = selectTargets(project, patterns);
  const images = imageGroups(project, selected).map(({ rule: { kind }, name, targets }) => {
    return { kind, name, as: imageFile(name), targets: targets.map((one) => one.name) };
  });
  const targets = selected.map((target) => ({
    target: target.name,
    ...wayOf(target, machines === undefined ? placeHere(target) : placeOf(target, machines)),
    steps: stepsFor(project, target).map((step) => {
      const name = substitute(step.name, placeholdersOf({ project, target }));
      return { name, seconds: took.get(`${target.name} ${name}`) };
    }),
  }));
  return { targets, images };
}

function wayOf(target: Target, { has, on }: BuilderPlace): Pick<TargetPlan, 'way' | 'why' | 'hint' | 'on'> {
  const { arch, builder } = target;
  const here = archHere();
  if (has === 'foreign') {
    const whose = on.length === 0 ? `this machine of ${here}` : 'no builder is';
    const why = `its root is of ${builder} and ${whose}: QEMU runs every step`;
    const hint = `\`builder: ${here}\` and a \`sysroot\` for ${arch} would compile at this machine's speed`;
    return { way: 'emulated', why, hint: arch === builder && on.length === 0 ? hint : undefined, on };
  }
  const across = arch === builder ? '' : `, and compiles for ${arch} by ${crossCompilerOf(target)}`;
  if (has === 'unknown') {
    const why = `its root is of ${builder}${across}; whether the builder is too, it says when the build begins`;
    return { way: 'open', why, hint: undefined, on };
  }
  const whose = on.length === 0 ? 'this machine is' : 'the builder is';
  return arch === builder
    ? { way: 'native', why: `its root is of ${builder}, as ${whose}`, hint: undefined, on }
    : { way: 'cross', why: `its root is of ${builder}${across}`, hint: undefined, on };
}

function crossCompilerOf({ environment }: Target): string {
  return environment.sysroot === undefined ? "the distro's own cross compiler" : 'its sysroot';
}

function lastTimes(project: Project): ReadonlyMap<string, number> {
  const { times } = readLastRecord(project);
  const ran = times.steps.filter(({ outcome }) => outcome === 'done');
  return new Map(ran.map(({ target, name, seconds }) => [`${target} ${name}`, seconds]));
}

/** `targetry build --plan`: how each target would be built on this machine, and why so. It asks no server and runs nothing. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { archHere, cpuOf } from '../abi/cpu.ts';
import { refuseNothingToBuild } from '../config/buildable.ts';
import { imageGroups, type ImageGroup } from '../config/image-groups.ts';
import { placeholdersOf, substitute } from '../config/placeholders.ts';
import type { ImageKind, Project, Target } from '../config/project.ts';
import { findProject, readProject } from '../config/read.ts';
import { selectTargets, stepsFor } from '../config/select.ts';
import { isForeign } from '../engines/embedded/foreign-cpus.ts';
import type { Context } from '../report/context.ts';
import type { BuildRequest } from './build.ts';
import { imageFile, recordName } from './collect-artifacts.ts';

/** Compiled on a CPU for the same, for another one, or by a program that plays the other CPU. */
export type Way = 'native' | 'cross' | 'emulated';

export interface TargetPlan {
  readonly target: string;
  readonly way: Way;
  readonly why: string;
  /** How it could be quicker. */
  readonly hint: string | undefined;
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
  { targets: patterns, set }: Pick<BuildRequest, 'targets' | 'set'>,
): BuildOutline {
  const { project } = readProject(findProject(context.cwd), context.cwd, set);
  refuseNothingToBuild(project);
  const took = lastTimes(project);
  const selected = selectTargets(project, patterns);
  const images = imageGroups(project, selected).map(({ rule: { kind }, name, targets }) => {
    return { kind, name, as: imageFile(name), targets: targets.map((one) => one.name) };
  });
  const targets = selected.map((target) => ({
    target: target.name,
    ...wayOf(target),
    steps: stepsFor(project, target).map((step) => {
      const name = substitute(step.name, placeholdersOf({ project, target }));
      return { name, seconds: took.get(`${target.name} ${name}`) };
    }),
  }));
  return { targets, images };
}

function wayOf({ arch, builder, environment }: Target): Pick<TargetPlan, 'way' | 'why' | 'hint'> {
  const here = archHere();
  const foreign = isForeign(cpuOf(builder).oci.split('/')[0]!);
  if (foreign) {
    const why = `its root is of ${builder} and this machine of ${here}: QEMU runs every step`;
    const hint = `\`builder: ${here}\` and a \`sysroot\` for ${arch} would compile at this machine's speed`;
    return { way: 'emulated', why, hint: arch === builder ? hint : undefined };
  }
  if (arch === builder)
    return { way: 'native', why: `its root is of ${builder}, as this machine is`, hint: undefined };
  const by = environment.sysroot === undefined ? "the distro's own cross compiler" : 'its sysroot';
  return {
    way: 'cross',
    why: `its root is of ${builder}, and compiles for ${arch} by ${by}`,
    hint: undefined,
  };
}

interface LastRecord {
  readonly times?: {
    readonly steps?: readonly {
      readonly target: string;
      readonly name: string;
      readonly outcome: string;
      readonly seconds: number;
    }[];
  };
}

function lastTimes(project: Project): ReadonlyMap<string, number> {
  try {
    const text = readFileSync(join(project.folder, 'dist', recordName), 'utf8');
    const { times } = JSON.parse(text) as LastRecord;
    const ran = (times?.steps ?? []).filter(({ outcome }) => outcome === 'done');
    return new Map(ran.map(({ target, name, seconds }) => [`${target} ${name}`, seconds]));
  } catch {
    // Nothing was built yet, or it isn't there any more: then nothing is known of times.
    return new Map();
  }
}

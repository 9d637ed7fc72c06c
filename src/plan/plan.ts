import { posix } from 'node:path';
import { ociPlatform, type Arch } from '../abi/cpu.ts';
import { archOf } from '../abi/root-kind.ts';
import { placeholdersOf, substitute } from '../config/placeholders.ts';
import type { ArtifactRule, Project, Target } from '../config/project.ts';
import { graphOf } from '../graph/collect.ts';
import type { Graph, Output, Platform } from '../graph/graph.ts';
import type { Lock, LockedEnvironment } from '../lock/lock.ts';
import { sectionOf } from '../lock/section.ts';
import type { Task } from '../report/event.ts';
import type { SourcePart } from './source-part.ts';
import type { PlannedCache } from './step-caches.ts';
import { stepChecks } from './step-checks.ts';
import { stepSysroot, type StepSysroot } from './step-sysroot.ts';
import { sourceFolder, targetState, type PlannedStep } from './target-state.ts';

/** What shall be built, as one graph; the engine is told what each abstract source stands for. */
export interface BuildPlan {
  readonly graph: Graph;
  readonly targets: readonly PlannedTarget[];
  /** Those of all targets, each once. */
  readonly tasks: readonly Task[];
  /** Sysroots too, by the identifier of the abstract source. */
  readonly roots: ReadonlyMap<string, LockedEnvironment>;
  /** Parts of the project's files, by the identifier of the abstract source. */
  readonly sources: ReadonlyMap<string, SourcePart>;
  /** By the digest of the vertex. */
  readonly steps: ReadonlyMap<string, PlannedStep>;
  /** What the caches are, by id. */
  readonly caches: ReadonlyMap<string, PlannedCache>;
}

interface PlannedTarget {
  readonly target: Target;
  /** In order; a task that several targets share is the same in each. */
  readonly tasks: readonly Task[];
  /** The file system after the last step. */
  readonly output: Output;
  readonly exports: readonly PlannedExport[];
}

interface PlannedExport {
  readonly rule: ArtifactRule;
  /** The rule's path, absolute in the file system of the steps; a glob as the user wrote it. */
  readonly path: string;
}

export interface PlanRequest {
  readonly project: Project;
  readonly targets: readonly Target[];
  readonly lock: Lock;
  /** The content key of the root that is made from a section of the lock. */
  readonly rootKeyOf: (locked: LockedEnvironment) => string;
}

/**
 * One graph for all targets: equal work is one vertex and runs once, so targets with the same root share it with the
 * source in place. From there on each has its own steps, as the script sees the target's name.
 *
 * Nothing of this machine is in the graph: no clock, host, path or number of CPUs. (`JOBS` is the engine's to set, beside
 * the key of a step.) What the sources hold is named by content keys that the engine gets with the graph.
 */
export function planBuild({ project, targets, lock, rootKeyOf }: PlanRequest): BuildPlan {
  const roots = new Map<string, LockedEnvironment>();
  const states = targets.map((target) => {
    const locked = lockedFor(target, lock);
    const identifier = `targetry.root://${rootKeyOf(locked)}`;
    roots.set(identifier, locked);
    const platform = platformOf(target.builder);
    const sysroot = sysrootOf(target, { root: locked, lock, platform, rootKeyOf });
    if (sysroot !== undefined) roots.set(sysroot.identifier, sysroot.locked);
    const checks = stepChecks({ project, target, root: locked, sysroot: sysroot?.locked, platform });
    return targetState({ project, target, locked, root: identifier, platform, sysroot, checks });
  });
  const graph = graphOf(states.map(({ end }) => end));
  const names = new Map(graph.vertices.map(({ digest, target }) => [digest, target]));
  const tasks = new Map<string, Task>();
  const planned = targets.map((target, index): PlannedTarget => {
    const { work } = states[index]!;
    for (const { id, name } of work) tasks.set(id, tasks.get(id) ?? { id, name, target: names.get(id) });
    return {
      target,
      tasks: work.map(({ id }) => tasks.get(id)!),
      output: graph.outputs[index]!,
      exports: exportsOf(project, target),
    };
  });
  return {
    graph,
    targets: planned,
    tasks: [...tasks.values()],
    roots,
    sources: new Map(states.flatMap(({ sources }) => [...sources])),
    caches: new Map(states.flatMap(({ caches }) => [...caches])),
    steps: new Map(
      states.flatMap(({ work }) => work.flatMap(({ id, detail }) => (detail ? [[id, detail]] : []))),
    ),
  };
}

function exportsOf(project: Project, target: Target): PlannedExport[] {
  const values = placeholdersOf({ project, target });
  return project.artifacts.map((rule) => ({
    rule,
    path: posix.join(sourceFolder, substitute(rule.path, values)),
  }));
}

function lockedFor({ environment, builder }: Target, lock: Lock): LockedEnvironment {
  const arch = archOf(environment.base, builder);
  const found = sectionOf(lock, { name: environment.name, role: 'environment', arch });
  if (found === undefined) throw new Error(`planned before it was locked: ${environment.name} ${arch}`);
  return found;
}

interface SysrootPlace extends Pick<PlanRequest, 'lock' | 'rootKeyOf'> {
  readonly root: LockedEnvironment;
  readonly platform: Platform;
}

function sysrootOf(
  target: Target,
  { root, lock, platform, rootKeyOf }: SysrootPlace,
): StepSysroot | undefined {
  const { sysroot, name } = target.environment;
  if (sysroot === undefined) return undefined;
  const arch = archOf(sysroot.base, target.arch);
  const locked = sectionOf(lock, { name, role: 'sysroot', arch });
  if (locked === undefined) throw new Error(`planned before its sysroot was locked: ${name} ${arch}`);
  const identifier = `targetry.root://${rootKeyOf(locked)}`;
  return stepSysroot({ target, root, locked, identifier, platform });
}

/** As a graph names a CPU. */
export function platformOf(arch: Arch): Platform {
  return { os: 'linux', ...ociPlatform(arch) };
}

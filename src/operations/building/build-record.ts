/**
 * `dist/targetry.json`, the record of a build, and `dist/logs/`, all that its steps printed. What is in the record is
 * decided by what was built; only `times` differs when the same is built again, here or elsewhere, `emulator` where a machine
 * has one of its own, and `earlier` where other targets have files in `dist/`.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Placement } from '../../artifacts/place.ts';
import { jsonText } from '../../base/json-text.ts';
import { sha256 } from '../../base/sha256.ts';
import type { Project } from '../../config/project.ts';
import type { Engine, SolveRequest } from '../../engines/engine.ts';
import { marshalDefinition } from '../../graph/definition.ts';
import { lockName } from '../../lock/lock-name.ts';
import type { BuildPlan } from '../../plan/plan.ts';
import type { Emit, Event, Outcome } from '../../report/event.ts';
import { targetryVersion } from '../../report/version.ts';
import { fileOfStep } from '../diagnosing/ask-file.ts';
import { logsFolder, recordName } from './collect-artifacts.ts';
import type { StepThatFailed } from '../explain.ts';
import type { BuiltArtifact } from './audit-built.ts';
import type { BuiltImage } from './images.ts';
import type { EarlierFile } from './last-record.ts';
import { outdatedFiles, type Outdated } from './outdated.ts';

interface Ran {
  readonly outcome: Outcome;
  readonly seconds: number;
  readonly log: string | undefined;
  readonly emulator: string | undefined;
  readonly builder: string | undefined;
}

/** What became of each task, from the events of a build. */
export class Trace {
  readonly #began = new Date();
  readonly #from = performance.now();
  readonly #started = new Map<string, number>();
  readonly #ran = new Map<string, Ran>();
  /** Builders that began a task, by the task. */
  readonly #beganOn = new Map<string, readonly string[]>();

  /** Of each event, before others hear of it. */
  async followAll(events: AsyncIterable<Event>, emit: Emit): Promise<void> {
    for await (const event of events) {
      this.#follow(event);
      emit(event);
    }
  }

  #follow(event: Event): void {
    if (event.type === 'started') {
      this.#started.set(event.task, event.at);
      this.#beganOn.set(event.task, [...this.beganOn(event.task), event.builder ?? []].flat());
    }
    if (event.type !== 'finished') return;
    const seconds = toSeconds(event.at - (this.#started.get(event.task) ?? event.at));
    const { outcome, log, emulator, builder } = event;
    this.#ran.set(event.task, { outcome, seconds, log, emulator, builder });
  }

  /** Several where it was begun again because one was lost. */
  beganOn(task: string): readonly string[] {
    return this.#beganOn.get(task) ?? [];
  }

  of(task: string): Ran | undefined {
    return this.#ran.get(task);
  }

  /** The task that failed first. */
  get failed(): string | undefined {
    return [...this.#ran].find(([, { outcome }]) => outcome === 'failed')?.[0];
  }

  get times() {
    return { started: this.#began.toISOString(), seconds: toSeconds(performance.now() - this.#from) };
  }
}

export interface StepCount {
  readonly run: number;
  readonly cached: number;
}

export function countSteps({ tasks, steps }: BuildPlan, trace: Trace): StepCount {
  const asked = tasks.filter(({ id }) => steps.get(id)?.asked === true);
  const cached = asked.filter(({ id }) => trace.of(id)?.outcome === 'cached').length;
  return { run: asked.length - cached, cached };
}

/** What one of several builders did. */
export interface BuilderShare {
  readonly name: string;
  /** Targets that it finished. */
  readonly targets: number;
  /** Targets that it began, and others finished as it was lost. */
  readonly lost: number;
}

/** None where there was but one. */
export function sharesOf({ targets }: BuildPlan, trace: Trace): readonly BuilderShare[] {
  const shares = new Map<string, { targets: number; lost: number }>();
  const shareOf = (name: string) => {
    const share = shares.get(name) ?? { targets: 0, lost: 0 };
    shares.set(name, share);
    return share;
  };
  for (const { tasks } of targets) {
    // What several targets share may be told of another builder.
    const own = tasks.filter((task) => task.target !== undefined).map(({ id }) => id);
    const last = own.flatMap((id) => trace.of(id)?.builder ?? []).at(-1);
    if (last === undefined) continue;
    shareOf(last).targets++;
    const before = new Set(own.flatMap((id) => trace.beganOn(id)));
    before.delete(last);
    for (const name of before) shareOf(name).lost++;
  }
  return [...shares].map(([name, share]) => ({ name, ...share }));
}

interface Recorded {
  readonly project: Project;
  readonly plan: BuildPlan;
  readonly built: readonly BuiltArtifact[];
  readonly images: readonly BuiltImage[];
  readonly trace: Trace;
}

/** Writes the record into `staged`, and tells what shall be placed in `dist/` besides the artifacts, and what shall go. */
export async function recordBuild(
  recorded: Recorded,
  staged: string,
): Promise<{ readonly record: readonly Placement[]; readonly outdated: Outdated }> {
  const logs = logPlacements(recorded);
  const lock = sha256(await readFile(join(recorded.project.folder, lockName)));
  const from = join(staged, recordName);
  const { project, plan, built, images } = recorded;
  const made = new Set([...built, ...images].map(({ as }) => as));
  const { outdated, kept } = outdatedFiles(project, plan, made);
  await writeFile(from, jsonText(recordOf(recorded, { lock, kept })));
  // The record comes last: where it is, all that it names is.
  return { record: [...logs, { from, as: recordName, executable: false }], outdated };
}

function recordOf(
  { project, plan, built, images, trace }: Recorded,
  { lock, kept }: { readonly lock: string; readonly kept: readonly EarlierFile[] },
): object {
  return {
    schema: 'targetry.build/1',
    targetry: targetryVersion(),
    project: { name: project.name, version: project.version ?? null },
    lock,
    graph: sha256(marshalDefinition(plan.graph)),
    targets: plan.targets.map(({ target, tasks }) => ({
      name: target.name,
      environment: target.environment.name,
      arch: target.arch,
      builder: target.builder,
      libc: target.libc,
      steps: tasks.map(({ id, name }, index) => ({
        name,
        digest: id,
        log: trace.of(id)?.log === undefined ? null : logName(target.name, name, index),
        emulator: trace.of(id)?.emulator ?? null,
      })),
    })),
    artifacts: built.map(({ as, target, rule, size, sha256, promises, elf, runsOn }) => ({
      path: as,
      target: target.name,
      kind: rule.kind,
      size,
      sha256,
      promises: promises.map(({ word }) => word),
      elf: elf ?? null,
      runsOn,
    })),
    ...(images.length > 0 && {
      images: images.map(({ as, kind, name, digest, size, sha256, platforms, targets }) => ({
        path: as,
        kind,
        name,
        digest,
        size,
        sha256,
        platforms,
        targets,
      })),
    }),
    ...(kept.length > 0 && { earlier: kept }),
    times: {
      ...trace.times,
      steps: plan.targets.flatMap(({ target, tasks }) =>
        tasks.map(({ id, name }) => {
          const { outcome, seconds, builder } = trace.of(id) ?? { outcome: 'cached', seconds: 0 };
          return { target: target.name, name, outcome, seconds, builder };
        }),
      ),
    },
  };
}

interface FailedBuild {
  readonly plan: BuildPlan;
  readonly trace: Trace;
  readonly engine: Engine;
  readonly work: SolveRequest;
}

/** The step of a build that failed, where one did and left a log. */
export function failedStep({ plan, trace, engine, work }: FailedBuild): StepThatFailed | undefined {
  const { targets, graph } = plan;
  const failed = trace.failed;
  const log = failed === undefined ? undefined : trace.of(failed)?.log;
  for (const { target, tasks } of targets) {
    const task = tasks.find(({ id }) => id === failed);
    if (task === undefined || log === undefined) continue;
    const files = fileOfStep(task.id, target.builder, { engine, plan, work });
    const { distro } = target.environment.base;
    const op = graph.vertices.find(({ digest }) => digest === failed)?.op;
    const mounts = op?.type === 'exec' ? op.mounts : [];
    const caches = mounts.flatMap((mount) => (mount.type === 'cache' ? [mount.id] : []));
    return { log, name: `${task.name} of ${target.name}`, distro, caches, files };
  }
  return undefined;
}

function logPlacements({ plan, trace }: Recorded): Placement[] {
  return plan.targets.flatMap(({ target, tasks }) =>
    tasks.flatMap(({ id, name }, index) => {
      const from = trace.of(id)?.log;
      return from === undefined ? [] : [{ from, as: logName(target.name, name, index), executable: false }];
    }),
  );
}

/** Numbered, so that a folder lists them in the order of the steps; a step's name may be any text. */
function logName(target: string, step: string, index: number): string {
  const number = String(index + 1).padStart(2, '0');
  const word = step.replaceAll(/[^A-Za-z0-9._+-]+/g, '-').slice(0, 100);
  return `${logsFolder}/${target}/${number}-${word}.log`;
}

function toSeconds(milliseconds: number): number {
  return Math.round(milliseconds) / 1000;
}

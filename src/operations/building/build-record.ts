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
import { marshalDefinition } from '../../graph/definition.ts';
import { lockName } from '../../lock/lock-name.ts';
import type { BuildPlan } from '../../plan/plan.ts';
import { targetryVersion } from '../../report/version.ts';
import { logsFolder, recordName } from './collect-artifacts.ts';
import type { BuiltArtifact } from './audit-built.ts';
import type { BuiltImage } from './images.ts';
import type { EarlierFile } from './last-record.ts';
import { outdatedFiles, type Outdated } from './outdated.ts';
import type { Trace } from './trace.ts';

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

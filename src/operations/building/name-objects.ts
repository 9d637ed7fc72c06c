/**
 * Which objects ask for the symbols that break a promise. Steps leave them behind, so what a target's steps left is asked for
 * object files and static libraries, once something is broken; a build that keeps its promises never does.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { auditElfFile } from '../../audit/audit-file.ts';
import { isRead } from '../../audit/verdict.ts';
import type { Engine, SolveRequest } from '../../engines/engine.ts';
import type { BuildPlan } from '../../plan/plan.ts';
import { sourceFolder } from '../../plan/target-state.ts';
import { Failure } from '../../report/failure.ts';
import { judgeElf, type BuiltArtifact } from './audit-built.ts';

interface Left {
  readonly engine: Pick<Engine, 'solve'>;
  readonly plan: BuildPlan;
  readonly work: SolveRequest;
  /** A folder of this build's own. */
  readonly staged: string;
}

/** The same artifacts; what is said of broken promises names objects where they can be found. */
export async function withObjectsNamed(
  built: readonly BuiltArtifact[],
  left: Left,
): Promise<readonly BuiltArtifact[]> {
  const named: BuiltArtifact[] = [];
  for (const artifact of built) named.push(await nameObjects(artifact, left));
  return named;
}

async function nameObjects(artifact: BuiltArtifact, left: Left): Promise<BuiltArtifact> {
  const { elf, from, as, brokenPromises } = artifact;
  if (elf === undefined || brokenPromises.length === 0) return artifact;
  const { findObjects, forcingSymbolsOf, withObjects } = await import('../../audit/find-objects.ts');
  const wanted = forcingSymbolsOf([elf]);
  const folder = wanted.size === 0 ? undefined : await objectsOf(artifact, left);
  const reading = auditElfFile(from, as);
  if (folder === undefined || !isRead(reading)) return artifact;
  const audit = withObjects(reading.audit, await findObjects(folder, wanted));
  return { ...artifact, ...judgeElf({ ...reading, audit }, artifact) };
}

/** Undefined where the steps left none. */
async function objectsOf({ target }: BuiltArtifact, left: Left): Promise<string | undefined> {
  const { engine, plan, work, staged } = left;
  const { output } = plan.targets.find((one) => one.target === target)!;
  const into = join(staged, 'objects', target.name);
  const paths = [`${sourceFolder}/**/*.[ao]`];
  await mkdir(into, { recursive: true });
  const exports = [{ task: 'objects', from: output, paths, into }];
  try {
    for await (const _ of engine.solve(plan.graph, { ...work, exports })) continue;
    return join(into, sourceFolder);
  } catch (error) {
    if (error instanceof Failure && error.code === 'artifact-missing') return undefined;
    throw error;
  }
}

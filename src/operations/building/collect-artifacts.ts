import { lstatSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { placeholdersOf, substitute } from '../../config/placeholders.ts';
import type { ArtifactRule, Project, Target } from '../../config/project.ts';
import type { Export } from '../../engines/engine.ts';
import type { BuildPlan } from '../../plan/plan.ts';
import type { Task } from '../../report/event.ts';
import { Failure } from '../../report/failure.ts';

/** Names in `dist/` that the build itself takes. */
export const recordName = 'targetry.json';
export const logsFolder = 'logs';
const imagesFolder = 'images';
const proofNames = ['proof.json', 'proof.md', 'proof.html'];

/** A file that came out of a target's steps, not yet in `dist/`. */
export interface StagedArtifact {
  readonly target: Target;
  readonly rule: ArtifactRule;
  /** The file: a copy that is this build's alone. */
  readonly from: string;
  readonly moved: true;
  /** Its name under `dist/`. */
  readonly as: string;
  readonly executable: boolean;
}

/** Of its name what file systems take. */
export function imageFile(name: string): string {
  return `${imagesFolder}/${name.replaceAll(/[/:]/g, '-')}.tar`;
}

/** One export for each target, each rule's files in a folder of their own, so that it is known which rule brought them. */
export function exportsInto(
  staged: string,
  plan: BuildPlan,
): { tasks: readonly Task[]; list: readonly Export[] } {
  const list = plan.targets.flatMap(({ target, output, exports }) =>
    exports.map(({ path, rule }, index) => ({
      task: `export ${target.name}`,
      from: output,
      paths: [path],
      into: ruleFolder(staged, target, index),
      at: rule.at,
    })),
  );
  const tasks = plan.targets
    .filter(({ exports }) => exports.length > 0)
    .map(({ target }) => ({ id: `export ${target.name}`, name: 'export', target: target.name }));
  return { tasks, list };
}

/** What the exports left in `staged`, under the names that the rules give. */
export function collectArtifacts(staged: string, project: Project, plan: BuildPlan): StagedArtifact[] {
  const all = plan.targets.flatMap(({ target, exports }) =>
    exports.flatMap(({ rule }, index) =>
      filesBelow(ruleFolder(staged, target, index)).map((from) => ({
        target,
        rule,
        from,
        moved: true as const,
        as: rule.as === undefined ? basename(from) : substitute(rule.as, placeholdersOf({ project, target })),
        executable: (lstatSync(from).mode & 0o111) !== 0,
      })),
    ),
  );
  const names = new Map<string, StagedArtifact>();
  for (const artifact of all) {
    if (isOwnName(artifact.as)) throw ownName(artifact);
    const other = names.get(artifact.as);
    if (other !== undefined) throw sameName(artifact, other);
    names.set(artifact.as, artifact);
  }
  return all;
}

/** Of what every build writes to `dist/` itself. */
function isOwnName(name: string): boolean {
  const [top = ''] = name.split('/');
  return [recordName, ...proofNames].includes(name) || [logsFolder, imagesFolder].includes(top);
}

function ownName({ as, rule }: StagedArtifact): Failure {
  return new Failure('artifact-clash', `an artifact would be dist/${as}, which Targetry writes itself`, {
    why: `dist/${recordName} is the record of the build, and dist/${logsFolder}/ holds what its steps printed; dist/${imagesFolder}/ is for images, and ${proofNames.join(', ')} are of \`targetry prove\``,
    hint: 'give the artifact another name with `as:`',
    at: rule.at,
  });
}

function sameName(one: StagedArtifact, other: StagedArtifact): Failure {
  return new Failure('artifact-clash', `two files would be dist/${one.as}`, {
    why: `${basename(other.from)} of ${other.target.name} and ${basename(one.from)} of ${one.target.name} get the same name`,
    at: one.rule.at,
  });
}

/** One folder and no more: to make and remove them is a tenth of a build that has nothing to do. */
function ruleFolder(staged: string, target: Target, index: number): string {
  return join(staged, `${index}-${target.name}`);
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** `artifacts:` of the file: what the steps leave, and under which names it goes to `dist/`. */
import type { Findings } from './findings.ts';
import { placeholdersOf, substitute } from './placeholders.ts';
import type { ArtifactRule, Target } from './project.ts';
import type { FileContent } from './schema.ts';

type WrittenArtifact = NonNullable<FileContent['artifacts']>[number];

export function resolveArtifacts(
  content: FileContent,
  targets: readonly Target[],
  findings: Findings,
): readonly ArtifactRule[] {
  const written = content.artifacts ?? [];
  const artifacts = written.map((one, index) => resolveArtifact(one, index, findings));
  tellApart(artifacts, { content, targets, findings });
  return artifacts;
}

function resolveArtifact(written: WrittenArtifact, index: number, findings: Findings): ArtifactRule {
  for (const key of ['path', 'as'] as const) {
    const path = written[key];
    if (path === undefined || (!path.startsWith('/') && !path.split('/').includes('..'))) continue;
    const [folder, hint] =
      key === 'path'
        ? ['the source folder', 'have a step copy it there, or install it there by `DESTDIR="$PWD/out"`']
        : ['dist/', 'write a path relative to dist/'];
    const at = findings.document.at(['artifacts', index, key]);
    findings.error('config-path', `\`${path}\` leads outside of ${folder}`, at, hint);
  }
  if (written.as !== undefined && /(^|\/)\.?$/.test(written.as)) {
    findings.error(
      'config-path',
      `\`${written.as}\` is a folder, and an artifact is a file`,
      findings.document.at(['artifacts', index, 'as']),
      'end it with the name of the file',
    );
  }
  return {
    path: written.path,
    as: written.as,
    kind: written.kind,
    at: findings.document.at(['artifacts', index, 'path']),
  };
}

interface Apart {
  readonly content: Pick<FileContent, 'name' | 'version'>;
  readonly targets: readonly Target[];
  readonly findings: Findings;
}

interface Owner {
  readonly rule: ArtifactRule;
  readonly target: Target;
}

/** Where the file alone tells it: what a glob finds is known only after the build. */
function tellApart(artifacts: readonly ArtifactRule[], { content, targets, findings }: Apart): void {
  const owners = new Map<string, Owner>();
  const told = new Set<ArtifactRule>();
  const project = { name: content.name, version: content.version };
  for (const [index, rule] of artifacts.entries()) {
    const own = /[*?[{]/.test(rule.path.replace(/\{[a-z.]+\}/g, ''))
      ? undefined
      : rule.path.split('/').at(-1);
    const template = rule.as ?? own;
    if (template === undefined) continue;
    for (const target of targets) {
      const name = substitute(template, placeholdersOf({ project, target }));
      const other = owners.get(name);
      if (!other) owners.set(name, { rule, target });
      else if (!told.has(rule)) {
        told.add(rule);
        const at = findings.document.at(['artifacts', index, rule.as === undefined ? 'path' : 'as']);
        const { message, hint } = clash(name, target, other);
        findings.error('artifact-clash', message, at, hint);
      }
    }
  }
}

function clash(name: string, target: Target, other: Owner): { message: string; hint: string } {
  if (other.target === target) {
    return {
      message: `this and the artifact of line ${other.rule.at.line} would both write dist/${name}`,
      hint: 'give one of the two another name with `as:`',
    };
  }
  return {
    message: `the targets \`${other.target.name}\` and \`${target.name}\` would both write dist/${name}`,
    hint: `tell them apart, such as \`as: "${name}-{target}"\``,
  };
}

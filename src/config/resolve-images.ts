/** `images:` of the file: which targets are in which image, for which CPU. */
import type { Path } from './document.ts';
import type { Findings } from './findings.ts';
import { imageArch, imageName } from './image-groups.ts';
import type { ImagesContent } from './image-schema.ts';
import type { Environment, ImageKind, ImageRule, Project, Target } from './project.ts';
import { resolveSelection, type Selectable } from './resolve-selection.ts';
import type { FileContent } from './schema.ts';
import { isFor } from './select.ts';

const kinds: readonly ImageKind[] = ['build', 'test', 'run'];

interface Known {
  readonly environments: ReadonlyMap<string, Environment>;
  readonly findings: Findings;
}

export function resolveImages(
  { name, version, images = {} }: Pick<FileContent, 'name' | 'version' | 'images'>,
  names: Selectable,
  known: Known,
): readonly ImageRule[] {
  return kinds.flatMap((kind) => {
    const written = images[kind];
    return written === undefined ? [] : [resolveImage({ ...written, kind }, { name, version }, names, known)];
  });
}

type WrittenImage = NonNullable<ImagesContent[ImageKind]> & {
  readonly kind: ImageKind;
  readonly environment?: string;
  readonly with?: readonly string[];
};

function resolveImage(
  written: WrittenImage,
  project: Pick<Project, 'name' | 'version'>,
  names: Selectable,
  { environments, findings }: Known,
): ImageRule {
  const { kind, name, environment, entrypoint, cmd, user, workdir, env = {}, labels = {} } = written;
  const path: Path = ['images', kind];
  const selection = (key: 'only' | 'except') =>
    written[key] && resolveSelection(written[key], [...path, key], names, findings);
  if (environment !== undefined && !names.environments.includes(environment))
    findings.unknown('config-name-unknown', 'environment', environment, names.environments, [
      ...path,
      'environment',
    ]);
  return {
    kind,
    name: name ?? usualName(project, kind),
    environment: environments.get(environment ?? ''),
    entrypoint,
    cmd,
    user,
    workdir,
    env,
    labels,
    with: written.with ?? [],
    only: selection('only'),
    except: selection('except'),
    at: name === undefined ? findings.document.atKey(path) : findings.document.at([...path, 'name']),
  };
}

/** As registries have names: small letters, and no plus. */
function usualName({ name, version }: Pick<Project, 'name' | 'version'>, kind: ImageKind): string {
  const plain = name.toLowerCase().replaceAll(/[^a-z0-9._-]+/g, '-');
  const tag = (version ?? 'latest').replaceAll(/[^\w.-]+/g, '-');
  return `${plain}:${tag}${kind === 'run' ? '' : `-${kind}`}`;
}

const nameForm = /^(?:[\w.-]+:\d+\/)?[a-z0-9]+(?:(?:[._]|__|-+|\/)[a-z0-9]+)*(?::\w[\w.-]{0,127})?$/;

/** Held against the targets: an image has one file system for each CPU, and a name that registries take. */
export function checkImages(project: Project, findings: Findings): void {
  const seen: Seen = { owners: new Map(), kinds: new Map(), findings };
  for (const rule of project.images) {
    const runs = project.artifacts.some(({ kind }) => kind === 'executable' || kind === 'library');
    if (rule.kind === 'run' && !runs) {
      const hint = 'add an artifact of the kind `executable`, or leave it out';
      findings.error('config-value', '`images.run` would have nothing to run', rule.at, hint);
    }
    for (const target of project.targets.filter((one) => isFor(rule, one))) {
      const name = imageName(rule, project, target);
      checkName(rule, name, seen);
      checkTarget(rule, target, name, seen);
    }
  }
}

interface Seen {
  readonly owners: Map<string, Target>;
  readonly kinds: Map<string, ImageKind>;
  readonly findings: Findings;
}

function checkName({ kind, at }: ImageRule, name: string, { kinds: known, findings }: Seen): void {
  // What is left of a placeholder is told where those are looked at.
  if (!nameForm.test(name) && !name.includes('{')) {
    const hint = 'write small letters, digits, `.`, `_`, `-` and `/`, and a tag after `:`';
    findings.error('config-value', `\`${name}\` is no name of an image`, at, hint);
  }
  const other = known.get(name) ?? kind;
  known.set(name, kind);
  if (other === kind) return;
  const message = `\`images.${other}\` and \`images.${kind}\` are both called ${name}`;
  findings.error('image-clash', message, at, 'give one of them another `name:`');
}

function checkTarget(rule: ImageRule, target: Target, name: string, { owners, findings }: Seen): void {
  const { kind, environment, at } = rule;
  const arch = imageArch(rule, target);
  const key = `${kind} ${name} ${arch}`;
  const other = owners.get(key);
  owners.set(key, target);
  if (other !== undefined && !sameImage(rule, other, target)) {
    const message = `the targets \`${other.name}\` and \`${target.name}\` are both ${arch}, and ${name} has one file system for each CPU`;
    const hint = 'choose one of them with `only:`, or tell them apart in `name:`, such as `{name}:{libc}`';
    findings.error('image-clash', message, at, hint);
  }
  if (kind === 'test' && environment === undefined && target.arch !== target.builder) {
    const message = `the environment of \`${target.name}\` is of ${target.builder}, and its artifacts are of ${target.arch}`;
    const hint = 'name an `environment:` to test in, or leave the target out with `except:`';
    findings.error('image-clash', message, at, hint);
  }
}

/** Targets that are compiled in the same place have one image to compile in. */
function sameImage({ kind }: ImageRule, one: Target, other: Target): boolean {
  if (kind !== 'build' || one.environment !== other.environment) return false;
  return one.environment.sysroot === undefined || (one.arch === other.arch && one.libc === other.libc);
}

/*
 * From what the file says to what it means: names become what they name, words become values, defaults are filled in,
 * and the parts are held against each other. Every problem is collected; the project is of use only without any.
 */
import { archHere, parseArch } from '../abi/cpu.ts';
import type { Libc } from '../abi/libc.ts';
import { libcOfPromise, parsePromise, promiseForms, type AbiPromise } from '../abi/promise.ts';
import { libcOf } from '../abi/root-kind.ts';
import type { Diagnostic, Location } from '../report/diagnostic.ts';
import { suggest } from '../report/suggest.ts';
import type { Document, Path } from './document.ts';
import { knownPlaceholders, placeholdersIn, placeholdersOf, substitute } from './placeholders.ts';
import { Findings } from './findings.ts';
import type { ArtifactRule, Environment, Project, Target } from './project.ts';
import { refuseOwnMachine, resolveBuilders } from './resolve-builders.ts';
import { resolveEnvironment } from './resolve-environment.ts';
import { checkImages, resolveImages } from './resolve-images.ts';
import { writtenTargets, type WrittenTarget } from './matrix.ts';
import { resolveProof } from './resolve-proof.ts';
import { resolveResults } from './resolve-results.ts';
import { resolveSteps, warnOfLateInputs } from './resolve-steps.ts';
import type { FileContent } from './schema.ts';

export interface Resolved {
  readonly project: Project;
  /** Errors and warnings. */
  readonly diagnostics: readonly Diagnostic[];
}

export function resolveProject(
  document: Document,
  content: FileContent,
  place: { readonly folder: string; readonly file: string },
): Resolved {
  return new Resolver(document, content).resolve(place);
}

class Resolver {
  readonly #findings: Findings;
  readonly #document: Document;
  readonly #content: FileContent;
  readonly #environments = new Map<string, Environment>();
  readonly #targets: Target[] = [];

  constructor(document: Document, content: FileContent) {
    this.#findings = new Findings(document);
    this.#document = document;
    this.#content = content;
  }

  resolve({ folder, file }: { readonly folder: string; readonly file: string }): Resolved {
    const { name, version, source, proof, cache } = this.#content;
    for (const [name, written] of Object.entries(this.#content.environments)) {
      const environment = resolveEnvironment(name, written, { folder, findings: this.#findings });
      if (environment !== undefined) this.#environments.set(name, environment);
    }
    const targets = writtenTargets(this.#content, this.#findings, (environment) => this.#libcOf(environment));
    for (const target of targets) this.#target(target);
    if (
      Object.keys(this.#content.targets ?? {}).length === 0 &&
      this.#content.artifacts !== undefined &&
      this.#content.matrix === undefined
    ) {
      this.#findings.error(
        'config-value',
        '`targets` is empty: nothing would be built',
        this.#document.at(['targets']),
      );
    }
    const names = {
      targets: targets.map((target) => target.name),
      environments: Object.keys(this.#content.environments),
    };
    const steps = resolveSteps(this.#content.steps ?? [], names, this.#findings);
    warnOfLateInputs(steps, this.#targets, this.#findings);
    const artifacts = (this.#content.artifacts ?? []).map((artifact, index) =>
      this.#artifact(artifact, index),
    );
    this.#tellArtifactsApart(artifacts);
    this.#checkPlaceholders();
    const builders = resolveBuilders(this.#content.builders, this.#findings);
    refuseOwnMachine(builders, this.#findings);
    const project: Project = {
      folder,
      file,
      name,
      version,
      source: { ignore: source?.ignore ?? [] },
      environments: this.#environments,
      targets: this.#targets,
      steps,
      artifacts,
      proof: resolveProof(proof ?? [], names, this.#findings),
      builders,
      images: resolveImages(this.#content, names, {
        environments: this.#environments,
        findings: this.#findings,
      }),
      results: resolveResults(cache, { folder, findings: this.#findings }),
    };
    checkImages(project, this.#findings);
    return { project, diagnostics: this.#findings.all };
  }

  /** Where only a look inside would tell, as of an image, most are of glibc. */
  #libcOf(name: string): Libc {
    const environment = this.#environments.get(name);
    return (environment && libcOf((environment.sysroot ?? environment).base)) ?? 'glibc';
  }

  #target({ name, content: written, at: place }: WrittenTarget): void {
    const environment = this.#environments.get(written.environment);
    if (!environment && !Object.hasOwn(this.#content.environments, written.environment)) {
      this.#unknownEnvironment(written.environment, place.environment);
    }
    // What is built against another libc than the environment's own says so.
    const libc = written.libc ?? this.#libcOf(written.environment);
    const promises = (written.promise ?? []).flatMap((word, index) => {
      const at = this.#document.at([...place.promise, index]);
      const promise = this.#promise(word, libc, at);
      return promise ? [{ promise, at }] : [];
    });
    if (!environment) return;
    this.#targets.push({
      name,
      environment,
      arch: parseArch(written.arch)!,
      builder: parseArch(written.builder ?? (environment.sysroot ? archHere() : written.arch))!,
      libc,
      libcGuessed: written.libc === undefined && libcOf(environment.base) === undefined,
      promises,
      env: written.env ?? {},
      at: this.#document.atKey(place.key),
    });
  }

  #promise(word: string, libc: Libc, at: Location): AbiPromise | undefined {
    const promise = parsePromise(word);
    if (!promise) {
      const meant = word.replace(/[\s=>@_-]+/, ':');
      const hint = parsePromise(meant)
        ? `did you mean \`${meant}\`?`
        : suggest(word, promiseForms, 'promises look like these');
      this.#findings.error('config-promise', `\`${word}\` is not a promise`, at, hint);
      return undefined;
    }
    const about = libcOfPromise(promise);
    if (about && about !== libc) {
      const hint = `promise something of ${libc}, or give the target \`libc: ${about}\``;
      this.#findings.error(
        'config-promise',
        `\`${word}\` is about ${about}, and this target's libc is ${libc}`,
        at,
        hint,
      );
      return undefined;
    }
    return promise;
  }

  #artifact(written: NonNullable<FileContent['artifacts']>[number], index: number): ArtifactRule {
    for (const key of ['path', 'as'] as const) {
      const path = written[key];
      if (path === undefined || (!path.startsWith('/') && !path.split('/').includes('..'))) continue;
      const [folder, hint] =
        key === 'path'
          ? ['the source folder', 'have a step copy it there, or install it there by `DESTDIR="$PWD/out"`']
          : ['dist/', 'write a path relative to dist/'];
      const at = this.#document.at(['artifacts', index, key]);
      this.#findings.error('config-path', `\`${path}\` leads outside of ${folder}`, at, hint);
    }
    if (written.as !== undefined && /(^|\/)\.?$/.test(written.as)) {
      this.#findings.error(
        'config-path',
        `\`${written.as}\` is a folder, and an artifact is a file`,
        this.#document.at(['artifacts', index, 'as']),
        'end it with the name of the file',
      );
    }
    return {
      path: written.path,
      as: written.as,
      kind: written.kind,
      at: this.#document.at(['artifacts', index, 'path']),
    };
  }

  /** Where the file alone tells it: what a glob finds is known only after the build. */
  #tellArtifactsApart(artifacts: readonly ArtifactRule[]): void {
    const owners = new Map<string, { rule: ArtifactRule; target: Target }>();
    const told = new Set<ArtifactRule>();
    for (const [index, rule] of artifacts.entries()) {
      const own = /[*?[{]/.test(rule.path.replace(/\{[a-z.]+\}/g, ''))
        ? undefined
        : rule.path.split('/').at(-1);
      const template = rule.as ?? own;
      if (template === undefined) continue;
      for (const target of this.#targets) {
        const name = substitute(template, placeholdersOf({ project: this.#project(), target }));
        const other = owners.get(name);
        if (!other) owners.set(name, { rule, target });
        else if (!told.has(rule)) {
          told.add(rule);
          this.#artifactClash(name, target, other, index);
        }
      }
    }
  }

  #artifactClash(
    name: string,
    target: Target,
    other: { readonly rule: ArtifactRule; readonly target: Target },
    index: number,
  ): void {
    const key = this.#content.artifacts![index]!.as === undefined ? 'path' : 'as';
    const at = this.#document.at(['artifacts', index, key]);
    const both =
      other.target === target
        ? `this and the artifact of line ${other.rule.at.line}`
        : `the targets \`${other.target.name}\` and \`${target.name}\``;
    const hint =
      other.target === target
        ? 'give one of the two another name with `as:`'
        : `tell them apart, such as \`as: "${name}-{target}"\``;
    this.#findings.error('artifact-clash', `${both} would both write dist/${name}`, at, hint);
  }

  #checkPlaceholders(): void {
    const { environments, targets = {}, matrix, steps = [], artifacts = [], images = {} } = this.#content;
    const withEnv: [Path, { readonly env?: Readonly<Record<string, string>> }][] = [
      ...Object.entries(environments).map(([name, it]): [Path, typeof it] => [['environments', name], it]),
      ...Object.entries(targets).map(([name, it]): [Path, typeof it] => [['targets', name], it]),
      ...(matrix === undefined ? [] : ([[['matrix'], matrix]] satisfies [Path, object][])),
      ...steps.map((it, index): [Path, typeof it] => [['steps', index], it]),
    ];
    for (const [kind, { name = '', labels = {}, ...image }] of Object.entries(images)) {
      withEnv.push([['images', kind], image]);
      this.#checkTemplate(name, ['images', kind, 'name']);
      for (const [label, value] of Object.entries(labels))
        this.#checkTemplate(value, ['images', kind, 'labels', label]);
    }
    for (const [path, { env = {} }] of withEnv) {
      for (const [name, value] of Object.entries(env)) this.#checkTemplate(value, [...path, 'env', name]);
    }
    for (const [index, { name }] of steps.entries()) this.#checkTemplate(name, ['steps', index, 'name']);
    for (const [index, { path, as = '' }] of artifacts.entries()) {
      this.#checkTemplate(path, ['artifacts', index, 'path']);
      this.#checkTemplate(as, ['artifacts', index, 'as']);
    }
  }

  #checkTemplate(template: string, path: Path): void {
    const each = path[0] === 'steps' ? (this.#content.steps![path[1] as number]!.each ?? {}) : {};
    const known = [...knownPlaceholders, ...Object.keys(each).map((key) => `each.${key}`)];
    for (const name of placeholdersIn(template)) {
      const at = this.#document.at(path);
      if (name === 'version' && this.#content.version === undefined) {
        const message = '`{version}` is used, and targetry.yaml has no `version`';
        this.#findings.error('config-placeholder', message, at, 'add `version:` at the top of the file');
      } else if (!known.includes(name)) {
        const hint = name.startsWith('each.')
          ? `\`{each.…}\` has a value in the \`name\` and \`env\` of a step whose \`each\` names it`
          : suggest(name, known, 'the placeholders are');
        this.#findings.error('config-placeholder', `\`{${name}}\` stands for nothing`, at, hint);
      }
    }
  }

  #project(): { readonly name: string; readonly version: string | undefined } {
    return { name: this.#content.name, version: this.#content.version };
  }

  #unknownEnvironment(word: string, path: Path): void {
    this.#findings.unknown(
      'config-name-unknown',
      'environment',
      word,
      Object.keys(this.#content.environments),
      path,
    );
  }
}

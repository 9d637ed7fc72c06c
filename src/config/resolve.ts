/*
 * From what the file says to what it means: names become what they name, words become values, defaults are filled in,
 * and the parts are held against each other. Every problem is collected; the project is of use only without any.
 */
import { cpus, parseArch } from '../abi/cpu.ts';
import { parsePromise, promiseForms, type AbiPromise } from '../abi/promise.ts';
import type { Code } from '../report/codes.ts';
import type { Diagnostic, Location } from '../report/diagnostic.ts';
import { debianRelease } from './debian.ts';
import type { Document, Path } from './document.ts';
import { placeholdersIn, placeholdersOf, substitute } from './placeholders.ts';
import type { ArtifactRule, Environment, Libc, Project, Selection, Step, Target } from './project.ts';
import type { FileContent, SelectionContent } from './schema.ts';
import { suggest } from './suggest.ts';

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

const libcs: readonly Libc[] = ['glibc', 'musl'];

class Resolver {
  readonly #document: Document;
  readonly #content: FileContent;
  readonly #diagnostics: Diagnostic[] = [];
  readonly #environments = new Map<string, Environment>();
  readonly #targets: Target[] = [];

  constructor(document: Document, content: FileContent) {
    this.#document = document;
    this.#content = content;
  }

  resolve({ folder, file }: { readonly folder: string; readonly file: string }): Resolved {
    const { name, version, source, proof } = this.#content;
    for (const [name, written] of Object.entries(this.#content.environments))
      this.#environment(name, written);
    for (const [name, written] of Object.entries(this.#content.targets)) this.#target(name, written);
    if (Object.keys(this.#content.targets).length === 0) {
      this.#error(
        'config-value',
        '`targets` is empty: nothing would be built',
        this.#document.at(['targets']),
      );
    }
    const steps = (this.#content.steps ?? []).map((step, index) => this.#step(step, index));
    this.#tellStepsApart(steps);
    const artifacts = this.#content.artifacts.map((artifact, index) => this.#artifact(artifact, index));
    this.#tellArtifactsApart(artifacts);
    this.#checkPlaceholders();
    if (proof) {
      this.#diagnostics.push({
        code: 'proof-not-run',
        severity: 'warning',
        message: '`proof` is read, but nothing of it is run yet',
        hint: 'the audit of `promise:` is made in any case',
        at: this.#document.atKey(['proof']),
      });
    }
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
    };
    return { project, diagnostics: this.#diagnostics };
  }

  #environment(name: string, written: FileContent['environments'][string]): void {
    const path = ['environments', name];
    this.#environments.set(name, {
      name,
      distro: 'debian',
      release: debianRelease(written.debian),
      packages: (written.packages ?? []).map((name, index) => ({
        name,
        at: this.#document.at([...path, 'packages', index]),
      })),
      recommends: written.recommends === 'true',
      env: written.env ?? {},
      at: this.#document.atKey(path),
    });
  }

  #target(name: string, written: FileContent['targets'][string]): void {
    const path = ['targets', name];
    const environment = this.#environments.get(written.environment);
    if (!environment) this.#unknownEnvironment(written.environment, [...path, 'environment']);
    // Debian's own libc; what is built against musl there says so.
    const libc = written.libc ?? 'glibc';
    const promises = (written.promise ?? []).flatMap((word, index) => {
      const at = this.#document.at([...path, 'promise', index]);
      const promise = this.#promise(word, libc, at);
      return promise ? [{ promise, at }] : [];
    });
    if (!environment) return;
    this.#targets.push({
      name,
      environment,
      arch: parseArch(written.arch)!,
      builder: parseArch(written.builder ?? written.arch)!,
      libc,
      promises,
      env: written.env ?? {},
      at: this.#document.atKey(path),
    });
  }

  #promise(word: string, libc: Libc, at: Location): AbiPromise | undefined {
    const promise = parsePromise(word);
    if (!promise) {
      const meant = word.replace(/[\s=>@_-]+/, ':');
      const hint = parsePromise(meant)
        ? `did you mean \`${meant}\`?`
        : suggest(word, promiseForms, 'promises look like these');
      this.#error('config-promise', `\`${word}\` is not a promise`, at, hint);
      return undefined;
    }
    const about = libcOfPromise[promise.kind];
    if (about && about !== libc) {
      const hint = `promise something of ${libc}, or give the target \`libc: ${about}\``;
      this.#error(
        'config-promise',
        `\`${word}\` is about ${about}, and this target's libc is ${libc}`,
        at,
        hint,
      );
      return undefined;
    }
    return promise;
  }

  #step(written: NonNullable<FileContent['steps']>[number], index: number): Step {
    const path = ['steps', index];
    return {
      name: written.name,
      run: written.run,
      env: written.env ?? {},
      network: written.network === 'true',
      only: this.#selection(written.only, [...path, 'only']),
      except: this.#selection(written.except, [...path, 'except']),
      at: this.#document.at([...path, 'name']),
    };
  }

  #selection(written: SelectionContent | undefined, path: Path): Selection | undefined {
    if (!written) return undefined;
    const each = (property: keyof Selection, check: (word: string, at: Path) => string) => {
      const words = written[property];
      if (words === undefined) return {};
      if (typeof words === 'string') return { [property]: [check(words, [...path, property])] };
      return { [property]: words.map((word, index) => check(word, [...path, property, index])) };
    };
    return {
      ...each('target', (word, at) => {
        const names = Object.keys(this.#content.targets);
        if (!names.includes(word)) this.#unknown('config-name-unknown', 'target', word, names, at);
        return word;
      }),
      ...each('environment', (word, at) => {
        if (!this.#environments.has(word)) this.#unknownEnvironment(word, at);
        return word;
      }),
      ...each('arch', (word, at) => {
        const arch = parseArch(word);
        if (!arch)
          this.#unknown(
            'config-value',
            'CPU',
            word,
            cpus.map((cpu) => cpu.arch),
            at,
          );
        return arch ?? word;
      }),
      ...each('libc', (word, at) => {
        if (!libcs.includes(word as Libc)) this.#unknown('config-value', 'libc', word, libcs, at);
        return word;
      }),
    };
  }

  #artifact(written: FileContent['artifacts'][number], index: number): ArtifactRule {
    for (const key of ['path', 'as'] as const) {
      const path = written[key];
      if (path === undefined || (!path.startsWith('/') && !path.split('/').includes('..'))) continue;
      const folder = key === 'path' ? 'the source folder' : 'dist/';
      const at = this.#document.at(['artifacts', index, key]);
      this.#error(
        'config-path',
        `\`${path}\` leads outside of ${folder}`,
        at,
        `write a path relative to ${folder}`,
      );
    }
    return {
      path: written.path,
      as: written.as,
      kind: written.kind,
      at: this.#document.at(['artifacts', index, 'path']),
    };
  }

  #tellStepsApart(steps: readonly Step[]): void {
    const first = new Map<string, Step>();
    for (const step of steps) {
      const other = first.get(step.name);
      if (other) {
        const hint = `rename it: the first is in line ${other.at.line}`;
        this.#error('config-name-twice', `two steps are named \`${step.name}\``, step.at, hint);
      } else first.set(step.name, step);
    }
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
    const key = this.#content.artifacts[index]!.as === undefined ? 'path' : 'as';
    const at = this.#document.at(['artifacts', index, key]);
    const both =
      other.target === target
        ? `this and the artifact of line ${other.rule.at.line}`
        : `the targets \`${other.target.name}\` and \`${target.name}\``;
    const hint =
      other.target === target
        ? 'give one of the two another name with `as:`'
        : `tell them apart, such as \`as: "${name}-{target}"\``;
    this.#error('artifact-clash', `${both} would both write dist/${name}`, at, hint);
  }

  #checkPlaceholders(): void {
    const { environments, targets, steps = [], artifacts } = this.#content;
    const withEnv: [Path, { readonly env?: Readonly<Record<string, string>> }][] = [
      ...Object.entries(environments).map(([name, it]): [Path, typeof it] => [['environments', name], it]),
      ...Object.entries(targets).map(([name, it]): [Path, typeof it] => [['targets', name], it]),
      ...steps.map((it, index): [Path, typeof it] => [['steps', index], it]),
    ];
    for (const [path, { env = {} }] of withEnv) {
      for (const [name, value] of Object.entries(env)) this.#checkTemplate(value, [...path, 'env', name]);
    }
    for (const [index, { path, as = '' }] of artifacts.entries()) {
      this.#checkTemplate(path, ['artifacts', index, 'path']);
      this.#checkTemplate(as, ['artifacts', index, 'as']);
    }
  }

  #checkTemplate(template: string, path: Path): void {
    for (const name of placeholdersIn(template)) {
      if (knownPlaceholders.includes(name)) {
        if (name !== 'version' || this.#content.version !== undefined) continue;
        this.#error(
          'config-placeholder',
          '`{version}` is used, and targetry.yaml has no `version`',
          this.#document.at(path),
          'add `version:` at the top of the file',
        );
      } else if (name.startsWith('each.')) {
        this.#error(
          'not-yet',
          "`each` can't be served yet",
          this.#document.at(path),
          'write one step for each value until then',
        );
      } else {
        const hint = suggest(name, knownPlaceholders, 'the placeholders are');
        this.#error('config-placeholder', `\`{${name}}\` stands for nothing`, this.#document.at(path), hint);
      }
    }
  }

  #project(): { readonly name: string; readonly version: string | undefined } {
    return { name: this.#content.name, version: this.#content.version };
  }

  #unknownEnvironment(word: string, path: Path): void {
    this.#unknown('config-name-unknown', 'environment', word, [...this.#environments.keys()], path);
  }

  #unknown(code: Code, what: string, word: string, names: readonly string[], path: Path): void {
    const hint = suggest(word, names, `${what}s that there are`);
    this.#error(code, `there is no ${what} \`${word}\``, this.#document.at(path), hint);
  }

  #error(code: Code, message: string, at: Location, hint?: string): void {
    this.#diagnostics.push({ code, severity: 'error', message, hint, at });
  }
}

const knownPlaceholders = [
  'target',
  'arch',
  'libc',
  'environment',
  'name',
  'version',
  'node.platform',
  'node.arch',
];

/** The libc that a promise is about, where it can't be kept with another one. */
const libcOfPromise: Partial<Record<AbiPromise['kind'], Libc>> = {
  glibc: 'glibc',
  manylinux: 'glibc',
  musl: 'musl',
  musllinux: 'musl',
};

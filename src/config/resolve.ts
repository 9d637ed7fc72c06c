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
import { checkPlaceholders } from './check-placeholders.ts';
import { Findings } from './findings.ts';
import type { Environment, Project, Target } from './project.ts';
import { refuseOwnMachine, resolveBuilders } from './resolve-builders.ts';
import { resolveArtifacts } from './resolve-artifacts.ts';
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
    this.#refuseNoTargets();
    const names = {
      targets: targets.map((target) => target.name),
      environments: Object.keys(this.#content.environments),
    };
    const steps = resolveSteps(this.#content.steps ?? [], names, this.#findings);
    warnOfLateInputs(steps, this.#targets, this.#findings);
    const artifacts = resolveArtifacts(this.#content, this.#targets, this.#findings);
    checkPlaceholders(this.#content, this.#findings);
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

  #refuseNoTargets(): void {
    const { targets = {}, matrix, artifacts } = this.#content;
    if (Object.keys(targets).length > 0 || matrix !== undefined || artifacts === undefined) return;
    this.#findings.error(
      'config-value',
      '`targets` is empty: nothing would be built',
      this.#document.at(['targets']),
    );
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

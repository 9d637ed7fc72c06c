import { apkDependencyText, parseApkDependency } from '../../formats/apk-dependency.ts';
import { compareApkVersions } from '../../formats/apk-version.ts';
import type { Diagnostic } from '../../report/diagnostic.ts';
import { Failure } from '../../report/failure.ts';
import { didYouMean } from '../../report/suggest.ts';
import type { PackageSpec } from '../solve/request.ts';
import { Chooser } from './choose.ts';
import { explainApkFailure } from './explain.ts';
import {
  fulfils,
  Names,
  type ApkIndex,
  type ApkWish,
  type Candidate,
  type Link,
  type Name,
} from './names.ts';
import type { ApkPackage } from './package.ts';
import { rulesOfApk, type ApkRules } from './rules.ts';

export interface ApkRequest {
  /** As the user wrote them: `gcc`, `openssl=~3.1`, `!bash`, `rust@edge`. */
  readonly packages: readonly PackageSpec[];
  /** What the indexes are called in messages: `alpine 3.20`. */
  readonly where: string;
}

/** Why a package is there. */
export type ApkReason =
  | { readonly kind: 'asked'; readonly spec: string }
  | { readonly kind: 'needed'; readonly by: string; readonly dependency: string }
  /** It comes by itself where all of these are. */
  | { readonly kind: 'invited'; readonly with: readonly string[] };

export interface ApkChoice {
  readonly package: ApkPackage;
  /** The first of the repositories that has it; one with a tag only where no other has it, as apk counts it. */
  readonly repository: string;
}

export interface ApkSolution {
  /** In the order in which apk installs them. */
  readonly chosen: readonly ApkChoice[];
  /** By package name. */
  readonly reasons: ReadonlyMap<string, ApkReason>;
  /** The wishes as apk's `world` file has them, sorted. */
  readonly world: readonly string[];
  /** The version of apk whose choice this is; undefined where the indexes have none. */
  readonly apk: string | undefined;
}

/** What `apk add` would install into an empty root. Pure: the same in, the same out. */
export function solveApk(indexes: readonly ApkIndex[], request: ApkRequest): ApkSolution {
  const names = new Names(indexes);
  const apk = newestApk(names);
  const rules = rulesOfApk(apk ?? '3');
  const wishes = readWishes(names, request);
  const chooser = new Chooser(names, rules);
  chooser.run(wishes.map(({ dependency }) => dependency));
  const installer = new Installer(chooser, rules);
  for (const wish of wishes) installer.follow(wish);
  if (chooser.errors > 0) throw refusal(explainApkFailure(wishes, request.where), request.where);
  const chosen = installer.installed.map((candidate) => {
    const all = indexes.filter((_, number) => (candidate.repositories >>> number) % 2 === 1);
    const first = all.find(({ tag }) => tag === undefined) ?? all[0]!;
    return { package: candidate.package, repository: first.repository };
  });
  return {
    chosen,
    reasons: installer.reasons,
    world: wishes.map(({ dependency }) => apkDependencyText(dependency)),
    apk,
  };
}

function newestApk(names: Names): string | undefined {
  const versions = names.find('apk-tools')?.providers.map(({ candidate }) => candidate.package.version) ?? [];
  return versions.sort(compareApkVersions).at(-1);
}

/** Sorted as apk sorts them. A name that is written twice counts as written last. */
function readWishes(names: Names, { packages, where }: ApkRequest): ApkWish[] {
  const wishes = new Map<string, ApkWish>();
  const problems: Diagnostic[] = [];
  for (const spec of packages) {
    const problem = (code: Diagnostic['code'], message: string, hint: string | undefined) => {
      problems.push({ code, severity: 'error', message, hint, at: spec.at });
    };
    // `-name` is how the other distros say it.
    const dependency = parseApkDependency(spec.spec.replace(/^-/, '!'));
    if (dependency === undefined) {
      problem('package-spec-invalid', `"${spec.spec}" is not a package`, FORMS);
      continue;
    }
    const { name, tag } = dependency;
    const found = names.find(name);
    if (found === undefined || found.providers.length === 0) {
      if (dependency.isConflict) continue;
      const message = `${where} has no package ${name}, among ${names.packages} that were read`;
      problem('package-unknown', message, didYouMean(name, realNames(names)));
    } else if (tag !== undefined && !names.isTagKnown(tag)) {
      const hint = `give a repository of this environment \`tag: ${tag}\`, or remove \`@${tag}\``;
      problem('package-spec-invalid', `"${spec.spec}" names a tag that no repository has`, hint);
    } else {
      wishes.set(name, { dependency, to: found, spec });
    }
  }
  if (problems.length > 0) throw refusal(problems, where);
  return [...wishes.values()].sort((a, b) => compareNames(a.dependency.name, b.dependency.name));
}

const FORMS =
  'write `name`, `name=1.2-r3`, `name~1.2`, `name<2`, `name@tag` or, to keep a package out, `!name`';

function compareNames(a: string, b: string): number {
  const [x, y] = [a.toLowerCase(), b.toLowerCase()];
  if (x !== y) return x < y ? -1 : 1;
  return a < b ? -1 : 1;
}

function* realNames(names: Names): Iterable<string> {
  for (const { name, distance, providers } of names.all()) {
    if (distance < 2 && providers.length > 0) yield name;
  }
}

/** Goes from the wishes to all that was chosen for them; what was chosen and isn't reached is not installed. */
class Installer {
  readonly installed: Candidate[] = [];
  readonly reasons = new Map<string, ApkReason>();
  readonly #chooser: Chooser;
  readonly #rules: ApkRules;

  constructor(chooser: Chooser, rules: ApkRules) {
    this.#chooser = chooser;
    this.#rules = rules;
  }

  follow({ dependency, to, spec }: ApkWish): void {
    if (!dependency.isConflict) this.#because(to, { kind: 'asked', spec: spec.spec });
    this.#require(undefined, { dependency, to });
  }

  #require(by: Candidate | undefined, { dependency, to }: Link): void {
    if (!fulfils(to.chosen, dependency, this.#rules.isApk3 ? by : undefined)) this.#fail(by);
    this.#install(to);
    if (to.chosen?.candidate.isBroken === true) this.#fail(by);
  }

  #fail(by: Candidate | undefined): void {
    if (by === undefined) this.#chooser.errors++;
    else this.#chooser.markBroken(by);
  }

  #install(name: Name): void {
    if (name.inResult) return;
    name.inResult = true;
    const candidate = name.chosen?.candidate;
    if (candidate === undefined || candidate.inResult) return;
    candidate.inResult = true;
    for (const answer of [candidate.name, ...candidate.provides.map(({ to }) => to)]) answer.inResult = true;
    for (const link of candidate.depends) {
      if (!link.dependency.isConflict) {
        const dependency = apkDependencyText(link.dependency);
        this.#because(link.to, { kind: 'needed', by: candidate.package.name, dependency });
      }
      this.#require(candidate, link);
    }
    this.installed.push(candidate);
    const answers = this.#rules.providedNamesInvite
      ? [candidate.name, ...candidate.provides.map(({ to }) => to)]
      : [candidate.name];
    for (const companion of answers.flatMap(({ companions }) => companions)) this.#invite(companion);
  }

  #invite(name: Name): void {
    const candidate = name.chosen?.candidate;
    if (candidate === undefined || !name.seen || name.inResult) return;
    const { installIf } = candidate;
    const isThere = ({ dependency, to }: Link) =>
      (to.inResult || (this.#rules.isApk3 && dependency.isConflict)) && fulfils(to.chosen, dependency);
    if (!installIf.every(isThere)) return;
    this.#because(name, {
      kind: 'invited',
      with: installIf.map(({ dependency }) => apkDependencyText(dependency)),
    });
    this.#install(name);
  }

  /** The first reason stays, but for the user's own wish. */
  #because(name: Name, reason: ApkReason): void {
    const found = name.chosen?.candidate.package.name;
    if (found !== undefined && (reason.kind === 'asked' || !this.reasons.has(found)))
      this.reasons.set(found, reason);
  }
}

/** One finding is a failure of its own; of several all are shown. */
function refusal(problems: readonly Diagnostic[], where: string): Failure {
  const [first, ...others] = problems;
  if (first === undefined)
    return new Failure('packages-conflict', `the packages of ${where} don't go together`);
  if (others.length === 0) return new Failure(first.code, first.message, { hint: first.hint, at: first.at });
  return new Failure(first.code, `${problems.length} packages can't be had from ${where}`, {
    diagnostics: problems,
  });
}

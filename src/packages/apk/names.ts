/**
 * What there is to choose from, as a net of names. A package answers to its own name and to those it provides, and asks
 * for names; so all that is decided is decided about names.
 *
 * The order in which a name's dependents are told of a change decides between equals, and for apk it is the order of
 * its hash table. `hashOrder` has that order.
 */
import { isApkVersionAsked, type ApkDependency } from '../../formats/apk-dependency.ts';
import type { PackageSpec } from '../solve/request.ts';
import type { ApkPackage } from './package.ts';

/** One repository's index, in the order in which the repositories are named. */
export interface ApkIndex {
  /** `alpine 3.20 main` */
  readonly repository: string;
  /** Packages of a tagged repository are taken only where `name@tag` permits it. */
  readonly tag?: string | undefined;
  readonly packages: readonly ApkPackage[];
}

/** A package that answers to a name; without a version where it provides only the name itself. */
export interface Provider {
  readonly candidate: Candidate;
  readonly version: string | undefined;
}

export interface Link {
  readonly dependency: ApkDependency;
  readonly to: Name;
}

/** What was asked for, and how. */
export interface ApkWish extends Link {
  readonly spec: PackageSpec;
}

export class Name {
  readonly name: string;
  readonly providers: Provider[] = [];
  /** Names whose providers depend on this one, and whose providers come by themselves where this one is there. */
  dependents: Name[] = [];
  companions: Name[] = [];
  /** 0 where all providers have this name, 1 where some, 2 where none has. */
  distance = 0;
  readonly order: number;

  seen = false;
  requirers = 0;
  /** The longest chain of dependencies below. */
  depth = 0;
  isLocked = false;
  chosen: Provider | undefined;
  hasOptions = false;
  dependentsDone = false;
  recheckDepends = false;
  recheckCompany = false;
  /** A provider comes by itself; none ever will. */
  isInvited = false;
  neverInvited = false;
  isDirty = false;
  inResult = false;
  /** The user named it. */
  isAsked = false;
  /** A number that grows as names are found. */
  found = 0;
  /** One of what it may be is not ruled out by lack of a version or priority. */
  isChoosable = false;
  /** A package that may come by itself waits for it to be decided that this one is not there. */
  decidesCompany = false;

  constructor(name: string, order: number) {
    this.name = name;
    this.order = order;
  }
}

export class Candidate {
  readonly package: ApkPackage;
  readonly name: Name;
  /** One bit for each repository that has it. */
  repositories = 0;
  readonly #names: Names;
  #depends: readonly Link[] | undefined;
  #provides: readonly Link[] | undefined;
  #installIf: readonly Link[] | undefined;

  seen = false;
  depth = 0;
  isSelectable = true;
  /** How often a constraint ruled it out. */
  conflicts = 0;
  isTagAllowed = false;
  isTagPreferred = false;
  /** One bit for each tag. */
  tags = 1;
  isInvited = false;
  isNotInvited = false;
  isMerged = false;
  isUsed = false;
  isBroken = false;
  inResult = false;

  constructor(names: Names, one: ApkPackage) {
    this.#names = names;
    this.package = one;
    this.name = names.get(one.name);
  }

  get depends(): readonly Link[] {
    return (this.#depends ??= this.#links(this.package.depends));
  }

  get provides(): readonly Link[] {
    return (this.#provides ??= this.#links(this.package.provides));
  }

  get installIf(): readonly Link[] {
    return (this.#installIf ??= this.#links(this.package.installIf));
  }

  #links(dependencies: readonly ApkDependency[]): readonly Link[] {
    return dependencies.map((dependency) => ({ dependency, to: this.#names.get(dependency.name) }));
  }
}

export class Names {
  /** How many packages there are. */
  readonly packages: number;
  readonly #names = new Map<string, Name>();
  /** For each tag the repositories it permits, by bits; the first is of those without one. */
  readonly #tags: { readonly tag: string | undefined; repositories: number }[] = [
    { tag: undefined, repositories: 0 },
  ];

  constructor(indexes: readonly ApkIndex[]) {
    const byChecksum = new Map<string, Candidate>();
    for (const [number, { tag, packages }] of indexes.entries()) {
      this.#tags[this.tagNumber(tag)]!.repositories |= 1 << number;
      for (const one of packages) {
        let candidate = byChecksum.get(one.checksum);
        if (candidate === undefined) {
          candidate = new Candidate(this, one);
          byChecksum.set(one.checksum, candidate);
          candidate.name.providers.push({ candidate, version: one.version });
          for (const { dependency, to } of candidate.provides)
            to.providers.push({ candidate, version: dependency.version });
        }
        candidate.repositories |= 1 << number;
      }
    }
    this.packages = byChecksum.size;
    this.#findCompanions(byChecksum.values());
    for (const name of this.#names.values()) {
      const strangers = name.providers.filter(({ candidate }) => candidate.name !== name).length;
      if (strangers > 0) name.distance = strangers === name.providers.length ? 2 : 1;
    }
  }

  get(text: string): Name {
    let name = this.#names.get(text);
    if (name === undefined) {
      name = new Name(text, hashOrder(text) - this.#names.size / 2 ** 32);
      this.#names.set(text, name);
    }
    return name;
  }

  find(text: string): Name | undefined {
    return this.#names.get(text);
  }

  all(): Iterable<Name> {
    return this.#names.values();
  }

  tagNumber(tag: string | undefined): number {
    const found = this.#tags.findIndex((one) => one.tag === tag);
    return found >= 0 ? found : this.#tags.push({ tag, repositories: 0 }) - 1;
  }

  isTagKnown(tag: string): boolean {
    return this.#tags.some((one) => one.tag === tag && one.repositories !== 0);
  }

  /** The repositories that a set of tags permits. */
  permitted(tags: number): number {
    return this.#tags.reduce(
      (bits, { repositories }, number) => ((tags & (1 << number)) === 0 ? bits : bits | repositories),
      0,
    );
  }

  #findCompanions(candidates: Iterable<Candidate>): void {
    const found = new Map<Name, Set<Name>>();
    for (const candidate of candidates) {
      if (candidate.installIf.length === 0) continue;
      const answers = [candidate.name, ...candidate.provides.map(({ to }) => to)];
      for (const { to } of candidate.installIf) {
        const set = found.get(to) ?? new Set();
        for (const name of answers) set.add(name);
        found.set(to, set);
      }
    }
    for (const [name, set] of found) name.companions = [...set].sort((a, b) => a.order - b.order);
  }
}

/** For the names that matter to one question, which is far cheaper than for all. */
export function findDependents(seen: readonly Name[]): void {
  for (const name of [...seen].sort((a, b) => a.order - b.order)) {
    const told = new Set<Name>();
    for (const { candidate } of name.providers) {
      for (const { to } of candidate.depends) {
        if (told.has(to)) continue;
        told.add(to);
        to.dependents.push(name);
      }
    }
  }
}

/**
 * Whether what is chosen (or could be) for a name is what a dependency on that name wants. With `by`, the package that has
 * the dependency, nothing conflicts with itself.
 */
export function fulfils(provider: Provider | undefined, dependency: ApkDependency, by?: Candidate): boolean {
  if (provider === undefined) return dependency.isConflict;
  if (dependency.isConflict && provider.candidate === by) return true;
  const { candidate, version } = provider;
  const isAsked = isApkVersionAsked(dependency, version, candidate.package.checksum);
  return isAsked !== dependency.isConflict;
}

const BUCKETS = 20_000;

/** The number of a name's bucket in apk's table: MurmurHash3 with apk's seed. */
function hashOrder(text: string): number {
  const key = Buffer.from(text);
  let hash = 5381;
  const whole = key.length & ~3;
  for (let at = 0; at < whole; at += 4) {
    hash ^= mix(key.readInt32LE(at));
    hash = (Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64) | 0;
  }
  if (key.length > whole) hash ^= mix(key.readUIntLE(whole, key.length - whole));
  hash ^= key.length;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) % BUCKETS;
}

function mix(block: number): number {
  const k = Math.imul(block, 0xcc9e2d51);
  return Math.imul((k << 15) | (k >>> 17), 0x1b873593);
}

import { compareDebVersions } from '../../formats/deb-version.ts';
import type { Universe } from '../solve/universe.ts';
import type { PackageIndex } from './package-index.ts';
import type { DebPackage } from './package.ts';

/** An index, and what its packages count beside those of others. */
export interface DebSource {
  readonly index: PackageIndex;
  /** A pin of apt: 500 is usual, below 0 is never. */
  readonly priority: number;
  /** What its suite is called: `bookworm-backports`, `stable`. */
  readonly releases?: readonly string[];
}

/**
 * Several indexes as one set of packages. Where two have the same version, that of the higher priority is taken, else the
 * first one's.
 */
export class DebUniverse implements Universe<DebPackage> {
  readonly #sources: readonly DebSource[];
  readonly #arches: readonly string[] | undefined;
  /** By repository. */
  readonly #priorities: ReadonlyMap<string, number>;
  readonly #versions = new Map<string, readonly DebPackage[]>();
  readonly #candidates = new Map<string, DebPackage | undefined>();
  readonly #providers = new Map<string, readonly DebPackage[]>();
  readonly #ranks = new Map<string, number>();

  /** Packages of other CPUs than `arches` are as if they weren't there: repositories without suites have all in one index. */
  constructor(sources: readonly DebSource[], arches?: readonly string[]) {
    this.#sources = sources;
    this.#arches = arches;
    this.#priorities = new Map(sources.map(({ index, priority }) => [index.repository, priority]));
  }

  versions(name: string): readonly DebPackage[] {
    return remember(this.#versions, name, () => {
      const all = this.#sources.flatMap(({ index }) => this.#own(index.versions(name)));
      if (all.length < 2) return all;
      const sorted = all.sort(
        (a, b) => compareDebVersions(b.version, a.version) || this.#priority(b) - this.#priority(a),
      );
      return sorted.filter((one, index) => index === 0 || one.version !== sorted[index - 1]!.version);
    });
  }

  candidate(name: string): DebPackage | undefined {
    return remember(this.#candidates, name, () => {
      let best: DebPackage | undefined;
      for (const one of this.versions(name)) {
        const priority = this.#priority(one);
        if (priority > 0 && (best === undefined || priority > this.#priority(best))) best = one;
      }
      return best;
    });
  }

  versionIn(name: string, release: string): DebPackage | undefined {
    const sources = this.#sources.filter(({ releases }) => releases?.includes(release) === true);
    const there = new Set(
      sources.flatMap(({ index }) => this.#own(index.versions(name)).map((one) => one.version)),
    );
    return this.versions(name).find((one) => there.has(one.version));
  }

  providers(name: string): readonly DebPackage[] {
    return remember(this.#providers, name, () => {
      const all = this.#sources.flatMap(({ index }) => this.#own(index.providers(name)));
      // Of the same version in two indexes only the one counts that `versions` counts.
      return all.filter((one) => this.versions(one.name).includes(one));
    });
  }

  essential(): readonly DebPackage[] {
    const names = new Set(
      this.#sources.flatMap(({ index }) => this.#own(index.essential()).map((one) => one.name)),
    );
    return [...names].sort().flatMap((name) => this.candidate(name) ?? []);
  }

  *names(): Iterable<string> {
    for (const { index } of this.#sources) yield* index.names();
  }

  rank(name: string): number {
    return remember(this.#ranks, name, () => {
      for (const [number, { index }] of this.#sources.entries()) {
        const place = index.firstMention(name);
        // No index is as long as this, so every place in an earlier one comes first.
        if (place !== Infinity) return number * 2 ** 32 + place;
      }
      return Infinity;
    });
  }

  #own(packages: DebPackage[]): DebPackage[] {
    const arches = this.#arches;
    return arches === undefined ? packages : packages.filter(({ arch }) => arches.includes(arch));
  }

  #priority(one: DebPackage): number {
    return this.#priorities.get(one.repository)!;
  }
}

function remember<Value>(known: Map<string, Value>, name: string, make: () => Value): Value {
  if (!known.has(name)) known.set(name, make());
  return known.get(name)!;
}

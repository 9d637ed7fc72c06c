import { compareDebVersions } from '../../formats/deb-version.ts';
import type { Universe } from '../solve/universe.ts';
import type { PackageIndex } from './index-text.ts';
import type { DebPackage } from './package.ts';

/** Several indexes as one set of packages. Where two have the same version, the first one's is taken. */
export class DebUniverse implements Universe<DebPackage> {
  readonly #indexes: readonly PackageIndex[];
  readonly #versions = new Map<string, readonly DebPackage[]>();
  readonly #providers = new Map<string, readonly DebPackage[]>();
  readonly #ranks = new Map<string, number>();

  constructor(indexes: readonly PackageIndex[]) {
    this.#indexes = indexes;
  }

  versions(name: string): readonly DebPackage[] {
    let found = this.#versions.get(name);
    if (found === undefined) {
      found = highestFirst(this.#indexes.flatMap((index) => index.versions(name)));
      this.#versions.set(name, found);
    }
    return found;
  }

  providers(name: string): readonly DebPackage[] {
    let found = this.#providers.get(name);
    if (found === undefined) {
      const all = this.#indexes.flatMap((index) => index.providers(name));
      // Of the same version in two indexes only the one counts that `versions` counts.
      found = all.filter((one) => this.versions(one.name).includes(one));
      this.#providers.set(name, found);
    }
    return found;
  }

  essential(): readonly DebPackage[] {
    const names = new Set(this.#indexes.flatMap((index) => index.essential().map((one) => one.name)));
    return [...names].sort().map((name) => this.versions(name)[0]!);
  }

  *names(): Iterable<string> {
    for (const index of this.#indexes) yield* index.names();
  }

  rank(name: string): number {
    let rank = this.#ranks.get(name);
    if (rank === undefined) {
      rank = this.#firstMention(name);
      this.#ranks.set(name, rank);
    }
    return rank;
  }

  #firstMention(name: string): number {
    for (const [number, index] of this.#indexes.entries()) {
      const place = index.firstMention(name);
      // No index is as long as this, so every place in an earlier one comes first.
      if (place !== Infinity) return number * 2 ** 32 + place;
    }
    return Infinity;
  }
}

function highestFirst(packages: readonly DebPackage[]): readonly DebPackage[] {
  if (packages.length < 2) return packages;
  const sorted = [...packages].sort((a, b) => compareDebVersions(b.version, a.version));
  return sorted.filter((one, index) => index === 0 || one.version !== sorted[index - 1]!.version);
}

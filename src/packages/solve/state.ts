import { satisfies, type Relation } from '../../formats/deb-relation.ts';
import type { Choice, Conflict, Universe } from './universe.ts';

/** What is decided about one package name. */
export interface Mark<C extends Choice> {
  readonly name: string;
  /** The version that would be installed; undefined once it is ruled out. */
  candidate: C | undefined;
  /** The version that will be. */
  install: C | undefined;
  /** Not to be changed any more: the user asked for it, or against it, or something the user asked for needs it so. */
  fixed: boolean;
  /** The user asked for it not to be there. */
  excluded: boolean;
  /** Needed by another, not asked for. */
  auto: boolean;
}

/** All marks, and what they mean for relations. Everything starts from an empty root: nothing is installed yet. */
export class Marks<C extends Choice> {
  readonly universe: Universe<C>;
  readonly arch: string;
  readonly recommends: boolean;
  readonly #marks = new Map<string, Mark<C>>();

  constructor(universe: Universe<C>, arch: string, recommends: boolean) {
    this.universe = universe;
    this.arch = arch;
    this.recommends = recommends;
  }

  of(name: string): Mark<C> {
    let mark = this.#marks.get(name);
    if (mark === undefined) {
      const candidate = this.universe.candidate(name);
      mark = { name, candidate, install: undefined, fixed: false, excluded: false, auto: false };
      this.#marks.set(name, mark);
    }
    return mark;
  }

  /** Every name that was looked at. */
  all(): Mark<C>[] {
    return [...this.#marks.values()];
  }

  installed(): Mark<C>[] {
    return this.all().filter((mark) => mark.install !== undefined);
  }

  /** The versions now chosen (`install`), or that could be (`candidate`), which are what a relation asks for. */
  matches(relation: Relation, by: 'install' | 'candidate'): C[] {
    const found: C[] = [];
    const real = this.of(relation.name)[by];
    if (real !== undefined && this.#isReal(relation, real)) found.push(real);
    for (const provider of this.universe.providers(relation.name)) {
      if (
        this.of(provider.name)[by] === provider &&
        !found.includes(provider) &&
        provides(provider, relation)
      ) {
        found.push(provider);
      }
    }
    return found;
  }

  isSatisfied(group: readonly Relation[], by: 'install' | 'candidate'): boolean {
    return group.some((relation) => this.#isMatched(relation, by));
  }

  /** What a package may not stand beside. */
  conflicting(choice: C, relation: Conflict, by: 'install' | 'candidate'): C[] {
    return this.matches(relation, by).filter((other) => isMeant(choice, relation, other));
  }

  /** Whether what is chosen for this package lacks something, or conflicts with something chosen. */
  isBroken(choice: C): boolean {
    return (
      choice.depends.some((group) => !this.isSatisfied(group, 'install')) ||
      choice.conflicts.some((relation) => this.conflicting(choice, relation, 'install').length > 0)
    );
  }

  #isMatched(relation: Relation, by: 'install' | 'candidate'): boolean {
    const real = this.of(relation.name)[by];
    if (real !== undefined && this.#isReal(relation, real)) return true;
    return this.universe
      .providers(relation.name)
      .some((provider) => this.of(provider.name)[by] === provider && provides(provider, relation));
  }

  #isReal(relation: Relation, choice: C): boolean {
    if (relation.arch === 'any' && choice.multiArch !== 'allowed') return false;
    if (relation.arch !== undefined && !['any', 'native', this.arch].includes(relation.arch)) return false;
    return satisfies(relation, choice.version);
  }
}

/**
 * Whether a conflict is with this package, of those that have the name. A package never conflicts with itself, nor with
 * what it provides, for whichever CPU.
 */
export function isMeant(choice: Choice, relation: Conflict, other: Choice): boolean {
  if (relation.ofOtherCpu === true) return other.name === relation.name;
  return bareName(other.name) !== bareName(choice.name);
}

/** Without the CPU. */
export function bareName(name: string): string {
  const colon = name.indexOf(':');
  return colon < 0 ? name : name.slice(0, colon);
}

/** A provided name without a version satisfies no versioned relation. */
function provides(choice: Choice, relation: Relation): boolean {
  if (relation.arch === 'any' && choice.multiArch !== 'allowed') return false;
  return choice.provides.some(
    (one) =>
      one.name === relation.name &&
      (one.arch !== 'any' || relation.arch === 'any') &&
      satisfies(relation, one.operator === undefined ? undefined : one.version),
  );
}

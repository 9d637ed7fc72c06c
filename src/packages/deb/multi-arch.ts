/**
 * Packages of several CPUs in one root, as after `dpkg --add-architecture`: to compile for another CPU with the native
 * compiler takes that CPU's libraries.
 *
 * For the solver, as for apt, a package of another CPU is another package, `libc6:arm64`. What ties it to the rest is
 * written out here, so that the solver itself knows nothing of CPUs: what a package needs it needs of its own CPU, unless
 * the other one is `Multi-Arch: foreign`, which answers for all; a conflict is with every CPU's package of that name; and
 * packages of the same name stand beside each other only with `Multi-Arch: same` and the same version.
 */
import type { Relation } from '../../formats/deb-relation.ts';
import type { Choice, Conflict, Universe } from '../solve/universe.ts';
import type { DebPackage } from './package.ts';
import { DebUniverse, type DebSource } from './universe.ts';

/** The indexes of each CPU, the root's own first. */
type SourcesByArch = ReadonlyMap<string, readonly DebSource[]>;

export class MultiArchUniverse implements Universe<MultiArchChoice> {
  readonly #arches: Arches;
  readonly #universes: ReadonlyMap<string, DebUniverse>;
  readonly #choices = new Map<DebPackage, MultiArchChoice>();

  constructor(sources: SourcesByArch) {
    const [native, ...foreign] = sources.keys();
    this.#arches = new Arches(native!, foreign);
    // Packages for all CPUs are in every index, and belong to the root's own.
    this.#universes = new Map(
      [...sources].map(([arch, own]) => [
        arch,
        new DebUniverse(own, arch === native ? [arch, 'all'] : [arch]),
      ]),
    );
  }

  versions(key: string): readonly MultiArchChoice[] {
    const [name, arch] = this.#arches.parse(key);
    return this.#wrapAll(this.#universes.get(arch)?.versions(name) ?? []);
  }

  candidate(key: string): MultiArchChoice | undefined {
    const [name, arch] = this.#arches.parse(key);
    const found = this.#universes.get(arch)?.candidate(name);
    return found && this.#wrap(found);
  }

  versionIn(key: string, release: string): MultiArchChoice | undefined {
    const [name, arch] = this.#arches.parse(key);
    const found = this.#universes.get(arch)?.versionIn(name, release);
    return found && this.#wrap(found);
  }

  providers(key: string): readonly MultiArchChoice[] {
    const [name, arch] = this.#arches.parse(key);
    const found: DebPackage[] = [];
    for (const [own, universe] of this.#universes) {
      const others = universe.providers(name);
      if (own === arch) found.push(...others);
      else {
        found.push(...[...universe.versions(name), ...others].filter(answersOthers));
      }
    }
    return this.#wrapAll([...new Set(found)]);
  }

  essential(): readonly MultiArchChoice[] {
    return this.#wrapAll(this.#universes.get(this.#arches.native)!.essential());
  }

  *names(): Iterable<string> {
    for (const [arch, universe] of this.#universes)
      for (const name of universe.names()) yield this.#arches.key(name, arch);
  }

  rank(key: string): number {
    const [name, arch] = this.#arches.parse(key);
    return this.#universes.get(arch)?.rank(name) ?? Infinity;
  }

  #wrapAll(packages: readonly DebPackage[]): readonly MultiArchChoice[] {
    return packages.map((one) => this.#wrap(one));
  }

  #wrap(one: DebPackage): MultiArchChoice {
    let choice = this.#choices.get(one);
    if (choice === undefined) this.#choices.set(one, (choice = new MultiArchChoice(one, this.#arches)));
    return choice;
  }
}

/** Whether it may satisfy what a package of another CPU needs. */
function answersOthers({ multiArch }: DebPackage): boolean {
  return multiArch === 'foreign' || multiArch === 'allowed';
}

/** How names are written where there are several CPUs. */
class Arches {
  readonly native: string;
  readonly all: readonly string[];

  constructor(native: string, foreign: readonly string[]) {
    this.native = native;
    this.all = [native, ...foreign];
  }

  key(name: string, arch: string): string {
    return arch === this.native || arch === 'all' ? name : `${name}:${arch}`;
  }

  parse(key: string): [name: string, arch: string] {
    const colon = key.indexOf(':');
    return colon < 0 ? [key, this.native] : [key.slice(0, colon), key.slice(colon + 1)];
  }
}

/** A package, with its relations written out for all CPUs. */
export class MultiArchChoice implements Choice {
  readonly package: DebPackage;
  readonly name: string;
  readonly depends: Choice['depends'];
  readonly recommends: Choice['recommends'];
  readonly suggests: Choice['suggests'];
  readonly conflicts: readonly Conflict[];
  readonly provides: readonly Relation[];

  constructor(one: DebPackage, arches: Arches) {
    const own = one.arch === 'all' ? arches.native : one.arch;
    this.package = one;
    this.name = arches.key(one.name, own);
    const needed = (relation: Relation): Relation => {
      const { name, arch } = relation;
      if (arch === 'any') return relation;
      const wanted = arch === undefined ? own : arch === 'native' ? arches.native : arch;
      return { ...relation, name: arches.key(name, wanted), arch: undefined };
    };
    const groups = (all: Choice['depends']) => all.map((group) => group.map(needed));
    this.depends = groups(one.depends);
    this.recommends = groups(one.recommends);
    this.suggests = groups(one.suggests);
    this.conflicts = conflictsOf(one, own, arches, needed);
    this.provides = providesOf(one, own, arches);
  }

  get version(): string {
    return this.package.version;
  }

  get arch(): string {
    return this.package.arch;
  }

  get multiArch(): Choice['multiArch'] {
    return this.package.multiArch;
  }

  get essential(): boolean {
    return this.package.essential;
  }

  get important(): boolean {
    return this.package.important;
  }

  get priority(): number {
    return this.package.priority;
  }
}

function conflictsOf(
  { name, version, multiArch, conflicts }: DebPackage,
  own: string,
  arches: Arches,
  needed: (relation: Relation) => Relation,
): Conflict[] {
  const others = arches.all.filter((arch) => arch !== own).map((arch) => arches.key(name, arch));
  return [
    ...conflicts.flatMap((relation) =>
      relation.arch === undefined
        ? arches.all.map((arch) => ({ ...relation, name: arches.key(relation.name, arch) }))
        : [needed(relation)],
    ),
    ...others.flatMap((other): Conflict[] => {
      const relation = { name: other, arch: undefined, version, ofOtherCpu: true } as const;
      if (multiArch !== 'same') return [{ ...relation, operator: undefined }];
      return [
        { ...relation, operator: '<<' },
        { ...relation, operator: '>>' },
      ];
    }),
  ];
}

function providesOf(
  { name, version, multiArch, provides }: DebPackage,
  own: string,
  arches: Arches,
): Relation[] {
  const others = arches.all.filter((arch) => arch !== own);
  const itself: Relation = { name, arch: undefined, operator: '=', version };
  if (multiArch === 'foreign') {
    const everywhere = provides.flatMap((one) =>
      arches.all.map((arch) => ({ ...one, name: arches.key(one.name, arch) })),
    );
    return [...everywhere, ...others.map((arch) => ({ ...itself, name: arches.key(name, arch) }))];
  }
  const here = provides.map((one) => ({ ...one, name: arches.key(one.name, own) }));
  if (multiArch !== 'allowed' || own === arches.native) return here;
  // Only those who ask for `name:any` mean this one too.
  return [...here, ...[itself, ...provides].map((one) => ({ ...one, arch: 'any' }))];
}

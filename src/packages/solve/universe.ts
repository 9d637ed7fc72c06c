import type { Relation } from '../../formats/deb-relation.ts';

export interface Conflict extends Relation {
  /** With the package of the same name for another CPU, and nothing else. */
  readonly ofOtherCpu?: true;
}

/** One version of a package, as much of it as deciding takes. */
export interface Choice {
  /** Of a package for another CPU than the root's with that CPU, `libc6:arm64`: it is another package. */
  readonly name: string;
  readonly version: string;
  /** `amd64` or `all`. */
  readonly arch: string;
  readonly multiArch: 'no' | 'same' | 'foreign' | 'allowed';
  readonly essential: boolean;
  /** Nearly essential: `Important: yes` or `Protected: yes`. */
  readonly important: boolean;
  /** 1 is required, 5 is extra: of two providers the smaller is taken. */
  readonly priority: number;
  /** Pre-Depends, then Depends: every group must be satisfied by one of its members. */
  readonly depends: readonly (readonly Relation[])[];
  readonly recommends: readonly (readonly Relation[])[];
  readonly suggests: readonly (readonly Relation[])[];
  /** Conflicts, then Breaks. */
  readonly conflicts: readonly Conflict[];
  /** Names that it answers to besides its own; `operator` is `=` or absent. */
  readonly provides: readonly Relation[];
}

/** All packages that there are to choose from, for one CPU or several. */
export interface Universe<C extends Choice> {
  /** Highest first. */
  versions(name: string): readonly C[];
  /** The version that is taken where nothing asks for another; undefined where none may be taken. */
  candidate(name: string): C | undefined;
  /** The highest version that a suite has, by any of the suite's names. */
  versionIn(name: string, release: string): C | undefined;
  /** Every version of any package that provides the name. */
  providers(name: string): readonly C[];
  essential(): readonly C[];
  names(): Iterable<string>;
  /** Where the name is first mentioned in the indexes: apt's last resort among equals. Later ones win. */
  rank(name: string): number;
}

import type { ArtifactKind, Problem } from '../report.ts';
import type { ReadElf } from '../verdict.ts';

/** One ELF file inside an artifact, with what only its place tells. */
export interface FoundElf extends ReadElf {
  /** Permission bits; undefined where the archive keeps none. */
  readonly mode: number | undefined;
  /** The names of Python's C API that it asks for; empty outside of wheels. */
  readonly pythonSymbols: readonly string[];
}

/** What the package of a distro says of itself. */
export interface PackageFacts {
  readonly name: string;
  readonly version: string;
  /** In the words of the distro. */
  readonly arch: string;
  readonly depends: readonly string[];
  /** What it only recommends or suggests, where its format has that. */
  readonly recommends: readonly string[];
  readonly provides: readonly string[];
}

/** What one artifact holds, before it is judged. Plain values: they cross threads. */
export interface Contents {
  kind: ArtifactKind;
  readonly elfs: FoundElf[];
  /** Small files that say what the artifact claims to be, by their path. */
  readonly texts: Map<string, string>;
  package: PackageFacts | undefined;
  readonly problems: Problem[];
  /** The paths that an image's upper layers may hide or put in the place of others. */
  readonly layered: Set<string>;
  /** Of an image: `linux/arm64`. */
  readonly platforms: string[];
}

export function emptyContents(kind: ArtifactKind): Contents {
  return {
    kind,
    elfs: [],
    texts: new Map(),
    package: undefined,
    problems: [],
    layered: new Set(),
    platforms: [],
  };
}

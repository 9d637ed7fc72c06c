/**
 * What an audit says, in the shape that `--format json` prints (`targetry.audit/1`). Plain values: they cross threads and
 * are written as they are.
 */
import type { VersionFamily } from '../abi/distros.ts';
import type { Code } from '../report/codes.ts';

export type ArtifactKind =
  | 'elf'
  | 'folder'
  | 'npm'
  | 'wheel'
  | 'deb'
  | 'apk'
  | 'rpm'
  | 'tar'
  | 'zip'
  | 'oci'
  | 'ar';

export interface ArtifactAudit {
  readonly path: string;
  readonly kind: ArtifactKind;
  /** Null for a folder. */
  readonly sha256: string | null;
  /** What the artifact says of itself: wheel tags, npm's os, cpu and libc, a package's architecture. */
  readonly claims: Readonly<Record<string, unknown>>;
  /** The manylinux and musllinux tags that a wheel of these files may carry, the widest first. */
  readonly tags: readonly string[];
  readonly runsOn: readonly Verdict[];
  readonly problems: readonly Problem[];
  readonly elfs: readonly ElfAudit[];
}

export interface Problem {
  readonly code: Code;
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly hint?: string | undefined;
  /** Inside the artifact; null where the problem is the artifact's own. */
  readonly path: string | null;
  /** In bytes from the start of the file at `path`. */
  readonly offset?: number | undefined;
}

export type Runs = 'yes' | 'no' | 'unknown';

export interface Verdict {
  /** As the distro table names it: `debian-12`. */
  readonly distro: string;
  readonly runs: Runs;
  /** Why not, why it can't be told, or under which condition it does; empty for a plain yes. */
  readonly because: readonly string[];
}

export type LibcKind = 'glibc' | 'musl' | 'static' | 'bionic' | 'none' | 'unknown';

export type ElfType = 'shared' | 'pie' | 'exec' | 'static-pie' | 'static-exec' | 'rel';

/** The version families that distros and wheel policies count. */
export type Family = VersionFamily;

export interface ElfAudit {
  /** Inside the artifact. */
  readonly path: string;
  readonly machine: string;
  readonly class: 32 | 64;
  readonly type: ElfType;
  readonly libc: LibcKind;
  readonly interpreter: string | null;
  readonly soname: string | null;
  readonly needed: readonly string[];
  readonly rpath: string | null;
  readonly runpath: string | null;
  /** The least version of each family that loads this file. */
  readonly floor: Readonly<Partial<Record<Family, string>>>;
  readonly forcedBy: Readonly<Partial<Record<Family, readonly Forcing[]>>>;
  /** The floor that would be left without what forces this one; null where nothing of the family would be. */
  readonly nextLower: Readonly<Partial<Record<Family, string | null>>>;
  /** The least musl, by its symbols; null where any will do or the file isn't for musl. */
  readonly musl: { readonly floor: string; readonly forcedBy: readonly Forcing[] } | null;
  readonly relr: boolean;
  readonly execStack: boolean;
  readonly relro: 'none' | 'partial' | 'full';
  readonly bindNow: boolean;
  readonly pie: boolean;
  readonly textrel: boolean;
  readonly staticTls: boolean;
  /** `x86-64-v2` to `-v4`, where the file asks the loader for it. */
  readonly isa: string | null;
  /** The oldest Linux that the ABI note asks for. */
  readonly kernel: string | null;
  readonly buildId: string | null;
  /** The language of the tool that linked it, where it can be seen. */
  readonly origin: 'go' | 'rust' | 'zig' | null;
}

export interface Forcing {
  /** Null where the version itself is asked for and no symbol carries it, as with DT_RELR. */
  readonly symbol: string | null;
  readonly library: string;
  readonly version: string;
  /** The object file or static library that brought the symbol in, where it is known. */
  readonly object: string | null;
}

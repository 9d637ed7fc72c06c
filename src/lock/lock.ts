import type { RootKind } from '../abi/root-kind.ts';
/** `targetry.lock`: what was decided. Readable, sorted, friendly to merges; no host names, no paths, no time of writing. */
export interface Lock {
  /** The folder of the project in which every package is kept by its hash. */
  readonly kept?: string | undefined;
  readonly environments: readonly LockedEnvironment[];
}

/** What a root is for: steps, what they compile against, a run of what was built, or a program of Targetry's own. */
export const lockedRoles = ['environment', 'sysroot', 'proof', 'tool'] as const;

/** One environment for one CPU. */
export interface LockedEnvironment {
  readonly name: string;
  readonly role: (typeof lockedRoles)[number];
  readonly distro: RootKind;
  /** `bullseye`, `3.20`; `-` where there are no releases. */
  readonly release: string;
  /** As the distro writes it: `amd64`, `x86_64`. */
  readonly arch: string;
  /** A digest of the configuration that was solved; where it differs from today's, the section is out of date. */
  readonly inputs: string;
  /** The wishes that apk keeps in a root: what its `world` file holds. */
  readonly asked: readonly string[];
  /** Accounts besides those of the packages. */
  readonly users: readonly string[];
  readonly repositories: readonly LockedRepository[];
  /** Sorted by name. */
  readonly packages: readonly LockedPackage[];
  /** Of an image or a root filesystem, the lowest first. */
  readonly layers: readonly LockedLayer[];
  readonly image?: LockedImage | undefined;
  readonly tools: readonly LockedTool[];
}

/** Of the image for the CPU. */
export interface LockedImage {
  /** Of its manifest: `sha256:…`. */
  readonly digest: string;
  /** Variables that steps have in it. */
  readonly env: Readonly<Record<string, string>>;
}

/** A tar that is laid over those before it. */
export interface LockedLayer {
  /** `image`, or `rootfs` for a file of the user. */
  readonly source: 'image' | 'rootfs';
  readonly size: number;
  readonly sha256: string;
}

/** A program that came as a package of a language. */
export interface LockedTool {
  readonly source: 'npm' | 'pypi';
  readonly name: string;
  readonly version: string;
  /** The tool that it is a part of; undefined for one that was asked for. */
  readonly of?: string | undefined;
  /** The name of the file in the registry. */
  readonly file: string;
  readonly size: number;
  readonly sha256: string;
}

export interface LockedRepository {
  /** `debian bullseye`, `debian bullseye-security`: distro and suite. */
  readonly name: string;
  /** Date of the release file, ISO 8601. */
  readonly date: string;
  /** sha256 of the release file as it was served. */
  readonly release: string;
  /** Fingerprint of the primary key whose signature was accepted. */
  readonly key: string;
  /** Of a repository of apk from which only `name@tag` takes. */
  readonly tag?: string | undefined;
  /** True where metadata past its Valid-Until was let through on purpose. */
  readonly expiredAllowed?: boolean | undefined;
}

export interface LockedPackage {
  readonly name: string;
  readonly version: string;
  /** `amd64` or `all`. */
  readonly arch: string;
  /** Repository name and component: `debian bullseye main`. */
  readonly repository: string;
  /** Relative to the archive's base: `pool/main/g/gcc-defaults/gcc_10.2.1-1_amd64.deb`. */
  readonly path: string;
  readonly size: number;
  readonly sha256: string;
}

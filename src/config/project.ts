import type { Arch } from '../abi/cpu.ts';
import type { AbiPromise } from '../abi/promise.ts';
import type { Location } from '../report/diagnostic.ts';

/** `targetry.yaml`, read and checked: every name resolves, every default is filled in. */
export interface Project {
  /** The folder of `targetry.yaml`; the source and `dist/` are in it. */
  readonly folder: string;
  /** As messages name it, relative to where the user works. */
  readonly file: string;
  readonly name: string;
  readonly version: string | undefined;
  readonly source: { readonly ignore: readonly string[] };
  readonly environments: ReadonlyMap<string, Environment>;
  readonly targets: readonly Target[];
  readonly steps: readonly Step[];
  readonly artifacts: readonly ArtifactRule[];
}

export interface Environment {
  readonly name: string;
  readonly distro: 'debian';
  /** The code name: `bullseye`, also where the user wrote `11`. */
  readonly release: string;
  /** As written, and where: a package that doesn't exist is answered with its line. */
  readonly packages: readonly { readonly name: string; readonly at: Location }[];
  readonly recommends: boolean;
  readonly env: Readonly<Record<string, string>>;
  readonly at: Location;
}

export type Libc = 'glibc' | 'musl';

export interface Target {
  readonly name: string;
  readonly environment: Environment;
  /** The CPU of the result. */
  readonly arch: Arch;
  /** The CPU of the root, on which the steps run; where it isn't `arch`, they compile across. */
  readonly builder: Arch;
  readonly libc: Libc;
  readonly promises: readonly { readonly promise: AbiPromise; readonly at: Location }[];
  readonly env: Readonly<Record<string, string>>;
  readonly at: Location;
}

/** `only` and `except`: a target matches where each property named has one of the values named. */
export type Selection = Readonly<
  Partial<Record<'target' | 'arch' | 'libc' | 'environment', readonly string[]>>
>;

export interface Step {
  readonly name: string;
  readonly run: string;
  readonly env: Readonly<Record<string, string>>;
  readonly network: boolean;
  /** An account of the root; undefined for root. */
  readonly user: { readonly name: string; readonly at: Location } | undefined;
  /** Milliseconds; undefined for no limit. */
  readonly timeout: number | undefined;
  /** Globs of the files of the source that the step sees; undefined for all. */
  readonly inputs: readonly { readonly pattern: string; readonly at: Location }[] | undefined;
  /** Which of the values of `each` this step is for. */
  readonly each: Readonly<Record<string, string>>;
  readonly only: Selection | undefined;
  readonly except: Selection | undefined;
  readonly at: Location;
}

export type OutputKind = 'executable' | 'library' | 'wheel' | 'node-addon' | 'archive' | 'file';

export interface ArtifactRule {
  /** A glob relative to the source folder. */
  readonly path: string;
  /** The name under `dist/`, with `{target}` and the like; the file's own name where it isn't given. */
  readonly as: string | undefined;
  readonly kind: OutputKind;
  readonly at: Location;
}

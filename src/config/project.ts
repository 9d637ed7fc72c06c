import type { Arch } from '../abi/cpu.ts';
import type { Libc } from '../abi/libc.ts';
import type { AbiPromise } from '../abi/promise.ts';
import type { Location } from '../report/diagnostic.ts';
import type { CachePreset } from './cache-presets.ts';

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
  readonly proof: readonly ProofRule[];
  readonly images: readonly ImageRule[];
  /** Daemons that share the targets; without any, this machine builds. */
  readonly builders: readonly BuilderRule[];
  /** Where daemons take results from, and where they leave them for others. */
  readonly results: { readonly from: readonly ResultPlaceRule[]; readonly to: readonly ResultPlaceRule[] };
}

export type ResultPlaceRule =
  /** `registry.example:5000/tools/cache`, and what the names of all tags begin with. */
  | { readonly kind: 'registry'; readonly repository: string; readonly tag: string | undefined }
  /** Absolute. */
  | { readonly kind: 'folder'; readonly folder: string }
  | { readonly kind: 'github' };

export interface BuilderRule {
  /** The one that it has, as OCI calls it; undefined where it shall be asked. */
  readonly cpu: string | undefined;
  readonly address: string;
  readonly at: Location;
}

/** What a root is made from: a distro, only the repositories that are named (`deb`, `apk`), an image or files. */
export type RootBase =
  | { readonly distro: 'debian' | 'ubuntu' | 'alpine'; readonly release: string }
  | { readonly distro: 'wolfi' | 'deb' | 'apk' }
  /** The reference of an image, as it was written. */
  | { readonly distro: 'image'; readonly from: string }
  /** A folder or tar: as it was written, and where it is on this machine. */
  | { readonly distro: 'rootfs'; readonly from: string; readonly path: string };

export interface Environment {
  readonly name: string;
  readonly base: RootBase;
  /** As written, and where: a package that doesn't exist is answered with its line. */
  readonly packages: readonly Written[];
  readonly recommends: boolean;
  readonly repositories: readonly RepositoryRule[];
  readonly users: readonly Written[];
  readonly tools: { readonly npm: readonly Written[]; readonly pypi: readonly Written[] };
  readonly env: Readonly<Record<string, string>>;
  readonly sysroot: Sysroot | undefined;
  readonly at: Location;
}

/** What is compiled and linked against where that isn't the root itself: packages for the CPU of the target. */
export type Sysroot = Pick<Environment, 'base' | 'packages' | 'recommends' | 'repositories' | 'at'>;

/** A word of the file that is understood later, and where it stands. */
export interface Written {
  readonly name: string;
  readonly at: Location;
}

export interface RepositoryRule {
  /** What the lock calls it, as it has no host names. */
  readonly name: string;
  /** `file:` ones are absolute. */
  readonly url: string;
  /** Of a deb repository; undefined for one of apk. */
  readonly suite: string | undefined;
  readonly components: readonly string[];
  /** The absolute path of the key's file; undefined for the keys of the distro. */
  readonly key: string | undefined;
  readonly priority: number | undefined;
  readonly tag: string | undefined;
  readonly at: Location;
}

export interface Target {
  readonly name: string;
  readonly environment: Environment;
  /** The CPU of the result. */
  readonly arch: Arch;
  /** The CPU of the root, on which the steps run; where it isn't `arch`, they compile across. */
  readonly builder: Arch;
  readonly libc: Libc;
  /** The file doesn't say it, and only a look into the root would tell. */
  readonly libcGuessed: boolean;
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
  /** Undefined for those of the tools that the environment has. */
  readonly caches: readonly CacheRule[] | undefined;
  readonly secrets: readonly SecretRule[];
  /** Globs of the files of the source that the step sees; undefined for all. */
  readonly inputs: readonly { readonly pattern: string; readonly at: Location }[] | undefined;
  /** Which of the values of `each` this step is for. */
  readonly each: Readonly<Record<string, string>>;
  readonly only: Selection | undefined;
  readonly except: Selection | undefined;
  readonly at: Location;
}

/** A folder that stays between builds: that of a known tool, or one with a path of its own. */
export interface CacheRule {
  readonly name: string;
  readonly preset: CachePreset | undefined;
  /** Relative to the source, or absolute; undefined with a preset. */
  readonly path: string | undefined;
  /** The variable that gets the folder. */
  readonly variable: string | undefined;
  readonly share: 'step' | 'target' | 'environment' | 'project' | undefined;
  readonly at: Location;
}

export interface SecretRule {
  readonly name: string;
  /** Where it is as a file, where it is one. */
  readonly path: string | undefined;
  readonly variable: string | undefined;
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

/** Where the artifacts of some targets must be seen to do what the audit computed. */
export interface ProofRule {
  readonly only: Selection | undefined;
  readonly except: Selection | undefined;
  /** Environments of the file, and releases such as `debian-12`. */
  readonly in: readonly Written[];
  /** Undefined for what fits the artifact's kind. */
  readonly run: string | undefined;
  readonly at: Location;
}

/** To compile in, to test in, and of what runs. */
export type ImageKind = 'build' | 'test' | 'run';

export interface ImageRule {
  readonly kind: ImageKind;
  /** With placeholders; targets for which it comes out alike are one image. */
  readonly name: string;
  /** To test in; undefined for that of the target. */
  readonly environment: Environment | undefined;
  readonly entrypoint: readonly string[] | undefined;
  readonly cmd: readonly string[] | undefined;
  readonly user: string | undefined;
  readonly workdir: string | undefined;
  readonly env: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  /** Libraries that are opened by name at run time. */
  readonly with: readonly string[];
  readonly only: Selection | undefined;
  readonly except: Selection | undefined;
  readonly at: Location;
}

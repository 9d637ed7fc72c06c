import type { ExecOp, Graph, Output, Platform, Vertex } from '../graph/graph.ts';
import type { Location } from '../report/diagnostic.ts';
import type { Event } from '../report/event.ts';

/** What runs a graph: this machine (`embedded`), or any BuildKit. */
export interface Engine {
  readonly name: string;
  /** Runs what isn't finished yet, in parallel where the graph allows. Throws `Failure`. */
  solve(graph: Graph, request: SolveRequest): AsyncIterable<Event>;
}

export interface SolveRequest {
  /** By the identifier of an abstract source in the graph. */
  readonly inputs: ReadonlyMap<string, Input>;
  readonly exports: readonly Export[];
  /** What runs steps of other CPUs, by OCI's name of the CPU; without one, what the machine has registered must do. */
  readonly emulators?: ReadonlyMap<string, Emulator> | undefined;
  /** What is known of steps besides the graph, by the digest of the vertex. */
  readonly steps?: ReadonlyMap<string, StepDetail> | undefined;
  /** Values by the ids that the graph asks for. They are in no key, log, layer or record. */
  readonly secrets?: ReadonlyMap<string, Uint8Array> | undefined;
  /** Sockets of ssh agents by the ids that the graph asks for. What steps may ask them is up to the engine. */
  readonly agents?: ReadonlyMap<string, string> | undefined;
  /** What is known of cache mounts besides their ids, by id. */
  readonly caches?: ReadonlyMap<string, CacheDetail> | undefined;
  /** Where results come from besides this machine, and where they are left for others. Daemons alone know such places. */
  readonly results?: ResultPlaces | undefined;
  /** Instead of solving the whole graph: a command of the user's own in the place of a step's. */
  readonly visit?: Visit | undefined;
  /**
   * Told of a step that failed while what it left behind can be had. Tells where it was kept, where it was; the next step
   * that fails meanwhile waits for that too.
   */
  readonly onFailed?: ((failed: FailedStep) => Promise<string | undefined>) | undefined;
  /** Names the build that this is a part of, where it is: parts of one build have the same files. */
  readonly build?: string | undefined;
  readonly signal: AbortSignal;
}

export interface ResultPlaces {
  readonly from: readonly ResultPlace[];
  readonly to: readonly ResultPlace[];
}

/** Each target and CPU has a part of its own there, so that builds of some targets leave those of others as they are. */
export type ResultPlace =
  /** `registry.example:5000/tools/cache`; all its tags begin with `tag` where there is one. */
  | { readonly kind: 'registry'; readonly repository: string; readonly tag?: string | undefined }
  /** On this machine, wherever the daemon is. */
  | { readonly kind: 'folder'; readonly folder: string }
  /** Of the repository whose workflow this is. */
  | { readonly kind: 'github' };

export interface FailedStep {
  readonly op: ExecOp;
  readonly platform: Platform | undefined;
  /** Writes the root as the step left it to a tar, which isn't there yet. Tells what kept it from that. */
  archive(file: string): Promise<string | undefined>;
}

/** What the step starts from is made where it isn't there; nothing is kept of what the command does. */
export interface Visit {
  /** Steps of the graph. As it found it: the first of them; as it left it when it failed: the first that did. */
  readonly steps: readonly Vertex[];
  readonly state: 'before' | 'failed';
  /** The step's own command where there is none. */
  readonly args: readonly string[] | undefined;
  /** The path of the person's terminal; without one, what is printed is told. */
  readonly terminal: string | undefined;
  readonly printed: (stream: 'stdout' | 'stderr', data: Uint8Array) => void;
  /** Told once: the exit code. */
  readonly ended: (code: number) => void;
}

/** None of it decides what a step makes, so none of it is in a key. */
export interface StepDetail {
  /** Milliseconds after which the step is killed. */
  readonly timeout?: number | undefined;
  /** Where a person asked for the step. */
  readonly at?: Location | undefined;
}

export interface CacheDetail {
  /** Every entry is named by all that it was made of, so what a failed step left in it is right too. */
  readonly keysItself: boolean;
  /** For people: what the cache is of, by words such as `environment`. */
  readonly about: Readonly<Record<string, string>>;
}

/** What an abstract source stands for. `key` names its content; equal keys, equal bytes. */
export type Input =
  | {
      readonly kind: 'root';
      readonly key: string;
      /** Makes the root if it isn't there and tells its folder. Called only when a step really runs. */
      open(): Promise<string>;
      /**
       * What the opened root holds, exactly, where its folder may not tell: owners, devices and attributes need a privileged
       * user. The files of one inode of the folder are one.
       */
      entries?(): Promise<readonly RootEntry[]>;
    }
  | FolderInput;

export interface FolderInput {
  readonly kind: 'folder';
  readonly key: string;
  readonly folder: string;
  readonly entries: readonly FolderEntry[];
}

interface RootEntryFacts {
  /** Relative, without `.` or `..`. */
  readonly path: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Seconds. */
  readonly mtime: number;
  /** Base64 by name. */
  readonly xattrs?: Readonly<Record<string, string>> | undefined;
}

export type RootEntry = RootEntryFacts &
  (
    | { readonly type: 'folder' | 'fifo' }
    | { readonly type: 'file'; readonly size: number }
    | { readonly type: 'hardlink' | 'symlink'; readonly target: string }
    | { readonly type: 'character-device' | 'block-device'; readonly major: number; readonly minor: number }
  );

/** A program that runs those of another CPU. It decides nothing of what a step makes, so it is in no key. */
export interface Emulator {
  /** Called only when a step really runs. The program is static and executable. */
  open(): Promise<{ readonly path: string; readonly sha256: string }>;
}

/** Relative, `/`-separated path; parents before children. */
export type FolderEntry =
  | { readonly type: 'folder'; readonly path: string }
  | { readonly type: 'file'; readonly path: string; readonly executable: boolean; readonly sha256: string }
  | { readonly type: 'link'; readonly path: string; readonly target: string };

/** Files to bring out of a state. */
export interface Export {
  readonly task: string;
  readonly from: Output;
  /** Absolute globs inside the state; each must match something. */
  readonly paths: readonly string[];
  /** An existing folder on the host; a match `/src/out/hello` arrives as `INTO/src/out/hello`. */
  readonly into: string;
  /** Where the user asked for them: what is missing is answered with this line. */
  readonly at?: Location | undefined;
}

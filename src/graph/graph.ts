/** A build as immutable vertices. `definition.ts` turns it into BuildKit's bytes; an engine runs it. */
export interface Graph {
  /** Inputs before those who use them; equal operations on equal inputs are one vertex. */
  readonly vertices: readonly Vertex[];
  /** What was asked for, in the order it was asked for. */
  readonly outputs: readonly Output[];
}

export interface Vertex {
  /** sha256 of `bytes`. */
  readonly digest: string;
  readonly op: Op;
  readonly inputs: readonly Output[];
  /** Where the operation depends on it: every `exec`, and sources that were given one. */
  readonly platform: Platform | undefined;
  /** The operation as BuildKit's `pb.Op`. */
  readonly bytes: Uint8Array;
  /** For people; part of no digest. */
  readonly name: string;
  /** For people; undefined also where several targets share the vertex. */
  readonly target: string | undefined;
}

/** One result of a vertex. */
export interface Output {
  readonly vertex: Vertex;
  readonly index: number;
}

export interface Platform {
  readonly os: 'linux';
  /** As OCI says it: `amd64`, `arm64`, `arm` with the variant `v7`. */
  readonly architecture: string;
  readonly variant?: string | undefined;
}

export type Op = SourceOp | ExecOp | FileOp | MergeOp | DiffOp;

export interface SourceOp {
  readonly type: 'source';
  /** `targetry.root://KEY`, `targetry.folder://NAME`, `local://NAME`, `docker-image://…` */
  readonly identifier: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface ExecOp {
  readonly type: 'exec';
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly user: string | undefined;
  readonly network: 'none' | 'sandbox';
  /** By destination, so the first is the root, at `/`; the secrets come after all folders, and the agents at the end. */
  readonly mounts: readonly Mount[];
  /** Secrets that come as variables, by the variable's name. */
  readonly secretEnv: readonly SecretVariable[];
}

export type Mount = BindMount | CacheMount | TmpfsMount | SecretMount | AgentMount;

interface MountPoint {
  readonly destination: string;
  /** Index into the vertex's inputs; -1 for none. */
  readonly input: number;
  /** Index of the output it becomes; -1 for none. */
  readonly output: number;
  readonly readonly: boolean;
}

export interface BindMount extends MountPoint {
  readonly type: 'bind';
  /** A path inside the input; undefined for all of it. */
  readonly selector: string | undefined;
}

export interface CacheMount extends MountPoint {
  readonly type: 'cache';
  /** A path inside what it begins with; undefined for all of it. */
  readonly selector?: string | undefined;
  readonly id: string;
  readonly sharing: CacheSharing;
}

/** When two steps want the same cache: both use it, the second gets an empty one, or the second waits. */
export type CacheSharing = 'shared' | 'private' | 'locked';

export interface TmpfsMount extends MountPoint {
  readonly type: 'tmpfs';
  /** Bytes; undefined for no limit of its own. */
  readonly size: number | undefined;
}

export interface SecretMount extends MountPoint, OwnFile {
  readonly type: 'secret';
}

/** The socket of an ssh agent. */
export interface AgentMount extends MountPoint, OwnFile {
  readonly type: 'ssh';
}

/** What the one who builds has for a step, by the name that the step asks for. */
interface OwnFile {
  readonly id: string;
  readonly uid: number;
  readonly gid: number;
  readonly mode: number;
  readonly optional: boolean;
}

export interface SecretVariable {
  readonly name: string;
  readonly id: string;
  readonly optional: boolean;
}

/** Actions run in order, each on what the one before it left. */
export interface FileOp {
  readonly type: 'file';
  readonly actions: readonly FileAction[];
}

export type FileAction = CopyAction | MkdirAction | MkfileAction | RmAction;

interface ActionPlace {
  /** What it works on: an index into the vertex's inputs, past their end the result of an earlier action, -1 for nothing. */
  readonly input: number;
  /** What it copies from, counted alike; -1 for nothing. */
  readonly secondaryInput: number;
  /** Index of the output it becomes; -1 for none. */
  readonly output: number;
}

/** Copies what `source` of the second input holds to `destination` of the first. */
export interface CopyAction extends ActionPlace {
  readonly type: 'copy';
  readonly source: string;
  /** With a trailing slash: into that folder. */
  readonly destination: string;
  /** Of a folder only what is in it, onto the destination; else the folder goes into an existing destination. */
  readonly contentsOnly: boolean;
  /** Make missing folders of the destination. */
  readonly makeParents: boolean;
  readonly followLinks: boolean;
  /** `source` is a pattern as Go's `filepath.Match` has them. */
  readonly wildcard: boolean;
  /** A pattern that matches nothing is no error. */
  readonly allowEmpty: boolean;
  /** Replace what is of another type instead of failing. */
  readonly replace: boolean;
  /** Patterns as `.dockerignore` has them; empty for all. */
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly owner: Owner | undefined;
  /** undefined to keep that of each file. */
  readonly mode: number | undefined;
  readonly modified: Date | undefined;
}

export interface MkdirAction extends ActionPlace {
  readonly type: 'mkdir';
  readonly path: string;
  readonly mode: number;
  readonly makeParents: boolean;
  readonly owner: Owner | undefined;
  readonly modified: Date | undefined;
}

export interface MkfileAction extends ActionPlace {
  readonly type: 'mkfile';
  readonly path: string;
  readonly mode: number;
  readonly data: Uint8Array;
  readonly owner: Owner | undefined;
  readonly modified: Date | undefined;
}

export interface RmAction extends ActionPlace {
  readonly type: 'rm';
  readonly path: string;
  readonly allowMissing: boolean;
  readonly wildcard: boolean;
}

/** A number, or a name that is looked up in the input's own `/etc/passwd` and `/etc/group`. */
export interface Owner {
  readonly user: number | string;
  readonly group?: number | string | undefined;
}

/** Lays the inputs over each other, the last on top. */
export interface MergeOp {
  readonly type: 'merge';
}

/** What `upper` has that `lower` has not; each an index into the vertex's inputs, -1 for nothing. */
export interface DiffOp {
  readonly type: 'diff';
  readonly lower: number;
  readonly upper: number;
}

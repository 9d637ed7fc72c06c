/** A build as immutable vertices. `marshal.ts` turns it into BuildKit's bytes; an engine runs it. */
export interface Graph {
  /** Inputs before those who use them. */
  readonly vertices: readonly Vertex[];
}

export interface Vertex {
  /** sha256 of the operation's marshalled bytes: equal operations on equal inputs are one vertex. */
  readonly digest: string;
  readonly op: Op;
  readonly inputs: readonly Output[];
  readonly platform: Platform;
  readonly bytes: Uint8Array;
  /** For people; part of no digest. */
  readonly name: string;
  readonly target: string | undefined;
}

/** One result of a vertex. */
export interface Output {
  readonly vertex: Vertex;
  readonly index: number;
}

export interface Platform {
  readonly os: 'linux';
  readonly architecture: string;
  readonly variant?: string | undefined;
}

export type Op = SourceOp | ExecOp | FileOp;

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
  /** The first is the root, at `/`. */
  readonly mounts: readonly Mount[];
}

export interface Mount {
  readonly destination: string;
  /** Index into the vertex's inputs; -1 for none. */
  readonly input: number;
  /** Index of the output it becomes; -1 for none. */
  readonly output: number;
  readonly readonly: boolean;
}

export interface FileOp {
  readonly type: 'file';
  readonly actions: readonly CopyAction[];
}

/** Copies what `source` of the second input holds to `destination` of the first. */
export interface CopyAction {
  readonly type: 'copy';
  readonly input: number;
  readonly secondaryInput: number;
  readonly output: number;
  readonly source: string;
  readonly destination: string;
}

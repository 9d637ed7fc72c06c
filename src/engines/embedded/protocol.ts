/**
 * What the engine and its worker say to each other. The engine asks in lines of JSON on the worker's stdin; the worker
 * answers on its stdout in frames, so that the bytes of a step's output pass as they are. A frame is one byte for its
 * kind, four for the request it belongs to, four for its length, and then the bytes.
 */
import type { CopyAction, MkdirAction, MkfileAction, RmAction } from '../../graph/graph.ts';
import type { MissingFile } from '../missing-file.ts';

export type Request =
  | StepRequest
  | FilesRequest
  | DiffRequest
  | ExportRequest
  | RemoveRequest
  | PackRequest
  | UnpackRequest
  | ArchiveRequest
  | EmulateRequest;

/** Runs a command on a stack of layers; what it changed is left in `result/fs`. */
export interface StepRequest {
  readonly do: 'step';
  /** An empty folder of the step's own on the store's filesystem; the worker makes `result/fs` in it. */
  readonly folder: string;
  /** Absolute folders, the lowest first. */
  readonly layers: readonly string[];
  /** Whether the step may not write to its root. */
  readonly readonly: boolean;
  /** Besides the root; parents before what is mounted in them. */
  readonly mounts: readonly StepMount[];
  /** Variables whose values are nobody's business, base64. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly user: string | undefined;
  readonly network: boolean;
  /** Milliseconds; undefined for no limit. */
  readonly timeout: number | undefined;
  /** Milliseconds without output after which a frame tells of it. */
  readonly silence: number;
  /** The host's path of the terminal that the command gets; undefined for pipes. */
  readonly terminal: string | undefined;
  /** Whether anything of it is kept: what it changed, and what it wrote to caches. */
  readonly keep: boolean;
  /** What others read that wait for a cache that it has. */
  readonly holder: string;
}

export type StepMount = StateFolder | CacheFolder | MemoryFolder | SecretFile;

interface StepPlace {
  /** Absolute, in the step's root. */
  readonly at: string;
}

/** Another stack of layers, or a file or folder of it. What the step changes is left in `NAME/result/fs`. */
export interface StateFolder extends StepPlace {
  readonly type: 'state';
  readonly name: string;
  readonly layers: readonly string[];
  readonly selector: string | undefined;
  readonly readonly: boolean;
}

/** A folder that stays between builds; see `cache-mounts.ts`. */
export interface CacheFolder extends StepPlace {
  readonly type: 'cache';
  /** Where its generations are. */
  readonly folder: string;
  readonly sharing: 'shared' | 'private' | 'locked';
  /** What a new one starts with. */
  readonly initial: readonly string[];
  /** What a step that failed left in it is still right: its entries are named by all that they were made of. */
  readonly keysItself: boolean;
}

export interface MemoryFolder extends StepPlace {
  readonly type: 'memory';
  /** Bytes; undefined for the kernel's own limit. */
  readonly size: number | undefined;
}

export interface SecretFile extends StepPlace {
  readonly type: 'secret';
  /** base64 */
  readonly value: string;
  readonly uid: number;
  readonly gid: number;
  readonly mode: number;
}

/** Changes files of a stack of layers; what changed is left in `result/fs`. */
export interface FilesRequest {
  readonly do: 'files';
  readonly folder: string;
  readonly layers: readonly string[];
  readonly changes: readonly RequestedChange[];
}

/** An action of the graph with what it copies from, and the bytes of a file in base64. */
export type RequestedChange =
  | (Omit<CopyAction, 'modified'> & {
      readonly modified: number | undefined;
      readonly layers: readonly string[];
    })
  | (Omit<MkdirAction, 'modified'> & { readonly modified: number | undefined })
  | (Omit<MkfileAction, 'modified' | 'data'> & {
      readonly modified: number | undefined;
      readonly data: string;
    })
  | RmAction;

/** What the user asked for can't be done to these files. */
export interface FilesAnswer {
  readonly problem: string | undefined;
}

/** Leaves in `result/fs` what makes `lower` into `upper`. */
export interface DiffRequest {
  readonly do: 'diff';
  readonly folder: string;
  readonly lower: readonly string[];
  readonly upper: readonly string[];
}

/** Writes a cache to `file`, which isn't there yet. */
export interface PackRequest {
  readonly do: 'pack';
  readonly about: string;
  readonly files: string;
  readonly file: string;
}

/** Makes what such a file holds in `folder`, which is empty. */
export interface UnpackRequest {
  readonly do: 'unpack';
  readonly file: string;
  readonly folder: string;
}

/** Writes what is in a stack of layers to the tar `file`, which isn't there yet. */
export interface ArchiveRequest {
  readonly do: 'archive';
  /** On the store's filesystem. */
  readonly folder: string;
  readonly layers: readonly string[];
  readonly file: string;
}

export interface PackAnswer {
  /** What is wrong with the file, or its place. */
  readonly problem: string | undefined;
}

/** Copies files out of a stack of layers into `into`, as files `0`, `1`, … in the order of the answer. */
export interface ExportRequest {
  readonly do: 'export';
  readonly folder: string;
  readonly layers: readonly string[];
  readonly paths: readonly string[];
}

/** Removes folders that only the worker may remove: they can hold files of other ids. */
export interface RemoveRequest {
  readonly do: 'remove';
  readonly folders: readonly string[];
}

/** Has programs of another CPU run from now on. */
export interface EmulateRequest {
  readonly do: 'emulate';
  /** As OCI calls the CPU. */
  readonly architecture: string;
  /** A static program of this machine; without one, what the machine itself has registered must do. */
  readonly emulator: string | undefined;
  /** An empty folder. */
  readonly folder: string;
}

/** What a frame of the kind `silent` holds, as JSON. */
export interface SilentStep {
  readonly milliseconds: number;
  /** The commands that it waits for. */
  readonly running: readonly string[];
}

export interface StepAnswer {
  /** 128 + the number of the signal where one ended it, as shells say it. */
  readonly code: number;
  /** It was killed because its time was over. */
  readonly timedOut: boolean;
}

export interface ExportAnswer {
  readonly files: readonly FoundFile[];
  /** The patterns that matched no file, and what is there instead. */
  readonly missing: readonly MissingFile[];
}

export type EmulateAnswer =
  /** Whose registration it is: ours, in the worker's user namespace, or that of the machine. */
  | { readonly by: 'engine' | 'machine' }
  /** What failed: a part of ours, or there is `none` and the machine has none. */
  | { readonly stage: 'mount' | 'register' | 'run' | 'none'; readonly said: string };

export interface FoundFile {
  readonly path: string;
  readonly executable: boolean;
}

/** The worker couldn't do what was asked. `stage` names the part of the set-up that failed. */
export interface Refusal {
  readonly stage: string;
  readonly message: string;
}

export type WorkerAnswer<Value> = { readonly value: Value } | { readonly refusal: Refusal };

/** `waiting` has as text the `holder` of the step that has a cache. */
export const frameKind = { answer: 0, stdout: 1, stderr: 2, silent: 3, waiting: 4 } as const;
export type FrameKind = (typeof frameKind)[keyof typeof frameKind];

export interface Frame {
  readonly kind: FrameKind;
  readonly request: number;
  readonly data: Buffer;
}

const headerLength = 9;

export function frameHeader(kind: FrameKind, request: number, length: number): Buffer {
  const header = Buffer.allocUnsafe(headerLength);
  header.writeUInt8(kind, 0);
  header.writeUInt32LE(request, 1);
  header.writeUInt32LE(length, 5);
  return header;
}

/** Splits a stream of bytes into frames. A frame that is cut short by the end of the stream is dropped. */
export async function* readFrames(chunks: AsyncIterable<Buffer>): AsyncGenerator<Frame> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    while (rest.length >= headerLength) {
      const end = headerLength + rest.readUInt32LE(5);
      if (rest.length < end) break;
      const kind = rest.readUInt8(0) as FrameKind;
      yield { kind, request: rest.readUInt32LE(1), data: rest.subarray(headerLength, end) };
      rest = rest.subarray(end);
    }
  }
}

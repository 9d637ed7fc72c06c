import { compareUtf8 } from '../base/protobuf.ts';
import { absolute, FileChange, InputList } from './file.ts';
import type { CopyOptions, MkdirOptions, MkfileOptions, RmOptions } from './file.ts';
import type { BindMount, CacheSharing, ExecOp, Mount, Output, Platform, SecretVariable } from './graph.ts';
import { vertexOf } from './marshal.ts';

/** What people see of a vertex. */
export interface Named {
  readonly name?: string | undefined;
}

export interface RunOptions extends Named {
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** `/` where it isn't given. */
  readonly cwd?: string | undefined;
  /** As in Dockerfiles: `name`, `uid`, `name:group`, `uid:gid`. */
  readonly user?: string | undefined;
  /** `none` where it isn't given. */
  readonly network?: ExecOp['network'] | undefined;
  /** By destination. */
  readonly mounts?: Readonly<Record<string, MountOptions>> | undefined;
  readonly readonlyRoot?: boolean | undefined;
  /** Secrets as variables: name of the variable to id of the secret. */
  readonly secretEnv?: Readonly<
    Record<string, string | { readonly id: string; readonly optional?: boolean }>
  >;
}

/** Told apart by the key that each has: a state, a cache, a folder in memory, a secret file, the socket of an ssh agent. */
export type MountOptions =
  | {
      readonly from: State;
      readonly selector?: string | undefined;
      readonly readonly?: boolean | undefined;
    }
  | {
      readonly cache: string;
      readonly sharing?: CacheSharing | undefined;
      /** What a new cache starts with. */
      readonly initial?: State | undefined;
    }
  | { readonly tmpfs: true; readonly size?: number | undefined }
  | ({ readonly secret: string } & FileOptions)
  | ({ readonly ssh: string } & FileOptions);

interface FileOptions {
  readonly uid?: number | undefined;
  readonly gid?: number | undefined;
  /** 0o400 of a secret, 0o600 of a socket. */
  readonly mode?: number | undefined;
  readonly optional?: boolean | undefined;
}

interface Defaults {
  readonly platform: Platform | undefined;
  readonly target: string | undefined;
}

/**
 * A file system that doesn't exist yet: what a vertex of the graph will leave. Every method answers a new state;
 * nothing is ever changed, so a state can be the start of any number of others.
 */
export class State {
  /** undefined for the empty file system. */
  readonly output: Output | undefined;
  readonly #defaults: Defaults;

  constructor(output: Output | undefined, defaults: Defaults) {
    this.output = output;
    this.#defaults = defaults;
  }

  /** The CPU that later steps run on. */
  platform(platform: Platform): State {
    return new State(this.output, { ...this.#defaults, platform });
  }

  /** The target that later vertices are made for, as progress shows it. */
  target(target: string): State {
    return new State(this.output, { ...this.#defaults, target });
  }

  run(options: RunOptions): Run {
    return new Run(this, this.#defaults, options);
  }

  copy(from: State, source: string, destination: string, options: CopyOptions & Named = {}): State {
    const name = options.name ?? `copy ${source} to ${destination}`;
    return this.file((change) => change.copy(from, source, destination, options), { name });
  }

  mkdir(path: string, options: MkdirOptions & Named = {}): State {
    return this.file((change) => change.mkdir(path, options), { name: options.name ?? `mkdir ${path}` });
  }

  mkfile(path: string, data: string | Uint8Array, options: MkfileOptions & Named = {}): State {
    return this.file((change) => change.mkfile(path, data, options), {
      name: options.name ?? `mkfile ${path}`,
    });
  }

  rm(path: string, options: RmOptions & Named = {}): State {
    return this.file((change) => change.rm(path, options), { name: options.name ?? `rm ${path}` });
  }

  /** Several changes as one vertex. */
  file(change: (start: FileChange) => FileChange, { name = 'change files' }: Named = {}): State {
    const { actions, inputs } = change(new FileChange()).on(this.output);
    const { target } = this.#defaults;
    const vertex = vertexOf({ type: 'file', actions }, inputs, undefined, { name, target });
    return this.with({ vertex, index: 0 });
  }

  /** Another file system with what this one says of platform and target. */
  with(output: Output | undefined): State {
    return new State(output, this.#defaults);
  }

  /** For vertices of several states, named as those of the first. */
  get targetName(): string | undefined {
    return this.#defaults.target;
  }
}

/** A step that was added; it leaves the root and each folder that was mounted for writing. */
export class Run {
  readonly #state: State;
  readonly #kept = new Map<string, Output | undefined>();

  constructor(state: State, { platform, target }: Defaults, options: RunOptions) {
    if (platform === undefined) throw new Error('a step needs a platform: use state.platform(…) before run');
    if (options.args.length === 0) throw new Error('a step needs arguments: args is empty');
    this.#state = state;
    const { mounts, inputs } = placeMounts(state, options);
    const op: ExecOp = {
      type: 'exec',
      args: [...options.args],
      env: sortedByName(options.env ?? {}),
      cwd: options.cwd ?? '/',
      user: options.user,
      network: options.network ?? 'none',
      mounts,
      secretEnv: secretVariables(options),
    };
    const vertex = vertexOf(op, inputs, platform, { name: options.name ?? options.args.join(' '), target });
    for (const { type, destination, input, output } of mounts) {
      if (type !== 'bind') continue;
      this.#kept.set(destination, output === -1 ? inputs[input] : { vertex, index: output });
    }
  }

  root(): State {
    return this.mount('/');
  }

  /** The mounted folder as the step left it. */
  mount(destination: string): State {
    const path = absolute(destination);
    if (!this.#kept.has(path)) throw new Error(`the step keeps nothing that was mounted at ${destination}`);
    return this.#state.with(this.#kept.get(path));
  }
}

function placeMounts(root: State, options: RunOptions) {
  const wanted = new Map<string, MountOptions>([['/', { from: root, readonly: options.readonlyRoot }]]);
  for (const [destination, mount] of Object.entries(options.mounts ?? {})) {
    const path = absolute(destination);
    if (wanted.has(path)) throw new Error(`two mounts at ${path}`);
    wanted.set(path, mount);
  }
  const inputs = new InputList();
  const mounts: Mount[] = [];
  const secrets: Mount[] = [];
  const agents: Mount[] = [];
  let outputs = 0;
  for (const destination of [...wanted.keys()].sort(compareUtf8)) {
    const mount = wanted.get(destination)!;
    const none = { destination, input: -1, output: -1, readonly: false };
    if ('from' in mount) {
      const readonly = mount.readonly ?? false;
      const place = { destination, input: inputs.add(mount.from.output), output: readonly ? -1 : outputs++ };
      mounts.push({ type: 'bind', ...place, readonly, selector: mount.selector } satisfies BindMount);
    } else if ('cache' in mount) {
      const input = inputs.add(mount.initial?.output);
      mounts.push({ type: 'cache', ...none, input, id: mount.cache, sharing: mount.sharing ?? 'shared' });
    } else if ('tmpfs' in mount) {
      mounts.push({ type: 'tmpfs', ...none, size: mount.size });
    } else if ('secret' in mount) {
      const { secret: id, uid = 0, gid = 0, mode = 0o400, optional = false } = mount;
      secrets.push({ type: 'secret', ...none, id, uid, gid, mode, optional });
    } else {
      const { ssh: id, uid = 0, gid = 0, mode = 0o600, optional = false } = mount;
      agents.push({ type: 'ssh', ...none, id, uid, gid, mode, optional });
    }
  }
  return { mounts: [...mounts, ...secrets, ...agents], inputs: inputs.all };
}

/** A copy that reads the same in whatever order it was written. */
export function sortedByName(values: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(values).sort(([a], [b]) => compareUtf8(a, b)));
}

function secretVariables(options: RunOptions): SecretVariable[] {
  return Object.entries(options.secretEnv ?? {})
    .map(([name, secret]) =>
      typeof secret === 'string'
        ? { name, id: secret, optional: false }
        : { name, id: secret.id, optional: secret.optional ?? false },
    )
    .sort((a, b) => compareUtf8(a.name, b.name));
}

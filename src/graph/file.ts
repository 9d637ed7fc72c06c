import { posix } from 'node:path';
import type { CopyAction, FileAction, MkdirAction, MkfileAction, Output, Owner, RmAction } from './graph.ts';

export interface CopyOptions {
  readonly contentsOnly?: boolean | undefined;
  readonly makeParents?: boolean | undefined;
  readonly followLinks?: boolean | undefined;
  readonly wildcard?: boolean | undefined;
  readonly allowEmpty?: boolean | undefined;
  readonly replace?: boolean | undefined;
  readonly include?: readonly string[] | undefined;
  readonly exclude?: readonly string[] | undefined;
  readonly owner?: Owner | undefined;
  readonly mode?: number | undefined;
  readonly modified?: Date | undefined;
}

export interface MkdirOptions {
  /** 0o755 */
  readonly mode?: number | undefined;
  readonly makeParents?: boolean | undefined;
  readonly owner?: Owner | undefined;
  readonly modified?: Date | undefined;
}

export interface MkfileOptions {
  /** 0o644 */
  readonly mode?: number | undefined;
  readonly owner?: Owner | undefined;
  readonly modified?: Date | undefined;
}

export interface RmOptions {
  readonly allowMissing?: boolean | undefined;
  readonly wildcard?: boolean | undefined;
}

/** What a copy takes its files from: a `State`. */
interface CopySource {
  readonly output: Output | undefined;
}

type Planned = DistributiveOmit<FileAction, 'input' | 'secondaryInput' | 'output'> & {
  readonly from?: Output | undefined;
};
type DistributiveOmit<Type, Key extends PropertyKey> = Type extends unknown ? Omit<Type, Key> : never;

/** File actions that become one vertex: `state.file((change) => change.mkdir('/a').mkfile('/a/b', 'text'))`. */
export class FileChange {
  readonly #actions: readonly Planned[];

  constructor(actions: readonly Planned[] = []) {
    this.#actions = actions;
  }

  /** Copies `source` of another state to `destination`. */
  copy(from: CopySource, source: string, destination: string, options: CopyOptions = {}): FileChange {
    const action = {
      type: 'copy',
      source: absolute(source),
      destination: keepingSlash(destination),
      contentsOnly: options.contentsOnly ?? false,
      makeParents: options.makeParents ?? false,
      followLinks: options.followLinks ?? false,
      wildcard: options.wildcard ?? false,
      allowEmpty: options.allowEmpty ?? false,
      replace: options.replace ?? false,
      include: options.include ?? [],
      exclude: options.exclude ?? [],
      owner: options.owner,
      mode: options.mode,
      modified: options.modified,
    } satisfies Omit<CopyAction, 'input' | 'secondaryInput' | 'output'>;
    return this.#and({ ...action, from: from.output });
  }

  mkdir(path: string, options: MkdirOptions = {}): FileChange {
    return this.#and({
      type: 'mkdir',
      path: absolute(path),
      mode: (options.mode ?? 0o755) & 0o777,
      makeParents: options.makeParents ?? false,
      owner: options.owner,
      modified: options.modified,
    } satisfies Omit<MkdirAction, 'input' | 'secondaryInput' | 'output'>);
  }

  mkfile(path: string, data: string | Uint8Array, options: MkfileOptions = {}): FileChange {
    return this.#and({
      type: 'mkfile',
      path: absolute(path),
      mode: (options.mode ?? 0o644) & 0o777,
      data: typeof data === 'string' ? new TextEncoder().encode(data) : Uint8Array.from(data),
      owner: options.owner,
      modified: options.modified,
    } satisfies Omit<MkfileAction, 'input' | 'secondaryInput' | 'output'>);
  }

  rm(path: string, options: RmOptions = {}): FileChange {
    return this.#and({
      type: 'rm',
      path: absolute(path),
      allowMissing: options.allowMissing ?? false,
      wildcard: options.wildcard ?? false,
    } satisfies Omit<RmAction, 'input' | 'secondaryInput' | 'output'>);
  }

  /** The actions with their inputs numbered: each works on the result of the one before it, only the last is kept. */
  on(base: Output | undefined): {
    readonly actions: readonly FileAction[];
    readonly inputs: readonly Output[];
  } {
    if (this.#actions.length === 0) throw new Error('a file operation needs at least one action');
    const inputs = new InputList();
    const first = inputs.add(base);
    const sources = this.#actions.map(({ from }) => inputs.add(from));
    const actions = this.#actions.map(({ from: _from, ...action }, index) => ({
      ...action,
      input: index === 0 ? first : inputs.all.length + index - 1,
      secondaryInput: sources[index]!,
      output: index === this.#actions.length - 1 ? 0 : -1,
    }));
    return { actions, inputs: inputs.all };
  }

  #and(action: Planned): FileChange {
    return new FileChange([...this.#actions, action]);
  }
}

/** The inputs of a vertex, each once. */
export class InputList {
  readonly all: Output[] = [];

  /** Its index; -1 for nothing. */
  add(output: Output | undefined): number {
    if (output === undefined) return -1;
    const known = this.all.findIndex(
      ({ vertex, index }) => vertex.digest === output.vertex.digest && index === output.index,
    );
    return known === -1 ? this.all.push(output) - 1 : known;
  }
}

/** As Go's `path.Clean` below `/`: no dots, no slash at the end. */
export function absolute(path: string): string {
  const clean = posix.join('/', path);
  return clean.length > 1 && clean.endsWith('/') ? clean.slice(0, -1) : clean;
}

/** A destination's `/` or `/.` at the end says "into this folder". */
function keepingSlash(path: string): string {
  const clean = absolute(path);
  const slashed = clean === '/' ? clean : `${clean}/`;
  if (path.endsWith('/')) return slashed;
  return path.endsWith('/.') ? `${slashed}.` : clean;
}

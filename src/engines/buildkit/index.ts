/** `targetry/buildkit`: builds graphs on a BuildKit daemon. See docs/buildkit.md. */
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { graphOf } from '../../graph/collect.ts';
import type { State } from '../../graph/state.ts';
import type { Event } from '../../report/event.ts';
import { Store } from '../../store/store.ts';
import type { ResultPlaces } from '../engine.ts';
import { defaultSocket, readAddress } from './address.ts';
import { createBuildKitEngine } from './engine.ts';
import { inspectDaemon, type DaemonFacts } from './inspect.ts';
import { readFolder } from './read-folder.ts';

export { Failure } from '../../report/failure.ts';
export type { DaemonFacts, Event, ResultPlaces };

export interface BuildKitClientOptions {
  /** `unix://…`, `tcp://…`, `docker://`, `docker-container://NAME`; where `buildkitd` listens by itself without one. */
  readonly address?: string | undefined;
  /** For `tcp://`: a folder with `ca.pem`, `cert.pem` and `key.pem`. */
  readonly certificates?: string | undefined;
  /** Where DOCKER_HOST and the user's registry logins are looked up: this process's variables, or none. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** A folder of yours, in which whole logs are kept. */
  readonly store: string;
}

export interface BuildOptions {
  /** The folder that `local://NAME` of the graph stands for, by that name. */
  readonly folders?: Readonly<Record<string, string>> | undefined;
  /** Values by the ids that steps ask for. */
  readonly secrets?: Readonly<Record<string, string | Uint8Array>> | undefined;
  readonly exports?: readonly ExportedFiles[] | undefined;
  /** Where the daemon takes results from, and where it leaves them for others. */
  readonly results?: ResultPlaces | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface ExportedFiles {
  readonly from: State;
  /** Absolute globs inside the state; each must match a file. */
  readonly paths: readonly string[];
  /** A folder here, made where there is none; `/out/hello` arrives as `INTO/out/hello`. */
  readonly into: string;
}

export class BuildKitClient {
  readonly #options: BuildKitClientOptions;

  constructor(options: BuildKitClientOptions) {
    this.#options = options;
  }

  /** What the daemon tells of itself. Throws `Failure` where none answers. */
  inspect(signal: AbortSignal = new AbortController().signal): Promise<DaemonFacts> {
    return inspectDaemon({ ...this.#daemon(), signal });
  }

  /** Builds the states and tells what happens, as it happens. Throws `Failure` at the end where it failed. */
  async *build(states: readonly State[], options: BuildOptions = {}): AsyncGenerator<Event> {
    const {
      folders = {},
      secrets = {},
      exports = [],
      results,
      signal = new AbortController().signal,
    } = options;
    const store = await Store.open(resolve(this.#options.store));
    const inputs = await Promise.all(
      Object.entries(folders).map(
        async ([name, folder]) => [`local://${name}`, await readFolder(resolve(folder))] as const,
      ),
    );
    for (const { into } of exports) mkdirSync(into, { recursive: true });
    const wanted = exports.filter(({ from }) => from.output !== undefined);
    const engine = createBuildKitEngine({ ...this.#daemon(), store });
    yield* engine.solve(graphOf([...states, ...wanted.map(({ from }) => from)]), {
      inputs: new Map(inputs),
      secrets: new Map(Object.entries(secrets).map(([id, value]) => [id, Buffer.from(value)])),
      exports: wanted.map(({ from, paths, into }) => ({
        task: `export ${resolve(into)}`,
        from: from.output!,
        paths,
        into: resolve(into),
      })),
      results,
      signal,
    });
  }

  #daemon() {
    const { address = `unix://${defaultSocket}`, certificates: tls, env = {} } = this.#options;
    return { address: readAddress(address, env), tls, env };
  }
}

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
import type { ImageSettings, WholeForm } from './whole-exports.ts';

export { Failure } from '../../report/failure.ts';
export type { DaemonFacts, Event, ImageSettings, ResultPlaces, WholeForm };

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
  /** Sockets of ssh agents, such as that of SSH_AUTH_SOCK, by the ids that steps ask for. */
  readonly agents?: Readonly<Record<string, string>> | undefined;
  readonly exports?: readonly ExportedFiles[] | undefined;
  /** Whole states, as tars and images. */
  readonly outputs?: readonly ExportedState[] | undefined;
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

export interface ExportedState {
  readonly from: State;
  readonly form: WholeForm;
  /** What an image says of how it is run. */
  readonly image?: ImageSettings | undefined;
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
      agents = {},
      exports = [],
      outputs = [],
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
    const filled = outputs.filter(({ from }) => from.output !== undefined);
    const whole = filled.map(({ from, form, image }) => ({
      from: from.output!,
      form: inFull(form),
      image,
    }));
    const engine = createBuildKitEngine({ ...this.#daemon(), store, whole });
    const all = [...states, ...[...wanted, ...filled].map(({ from }) => from)];
    yield* engine.solve(graphOf(all), {
      inputs: new Map(inputs),
      secrets: new Map(Object.entries(secrets).map(([id, value]) => [id, Buffer.from(value)])),
      agents: new Map(Object.entries(agents)),
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

/** With paths that don't depend on where the process is. */
function inFull(form: WholeForm): WholeForm {
  if ('file' in form) return { ...form, file: resolve(form.file) };
  return 'folder' in form ? { ...form, folder: resolve(form.folder) } : form;
}

/** A stage for an engine, the embedded one where none is given: a store, a small root, and steps on it. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { sha256 } from '../src/base/sha256.ts';
import { createEmbeddedEngine } from '../src/engines/embedded/engine.ts';
import type { Engine, FolderEntry, Input, SolveRequest, Visit } from '../src/engines/engine.ts';
import { graphOf } from '../src/graph/collect.ts';
import type { Graph } from '../src/graph/graph.ts';
import { source } from '../src/graph/sources.ts';
import type { RunOptions, State } from '../src/graph/state.ts';
import type { Event, Outcome } from '../src/report/event.ts';
import { Store } from '../src/store/store.ts';
import { removeWithStore } from './late-note.ts';

const shared = process.env['TARGETRY_SHARED'] ?? resolve('../shared');
const alpineNames = { amd64: 'x86_64', arm64: 'aarch64' } as const;
type SceneCpu = keyof typeof alpineNames;
const rootIdentifier = 'targetry.root://alpine';
const sourceIdentifier = 'targetry.folder://source';

export function minirootfs(cpu: SceneCpu): string {
  return join(shared, `data/alpine/alpine-minirootfs-3.20.3-${alpineNames[cpu]}.tar.gz`);
}

/** Of what no step has a use: its own packages and their libraries, which are most of the root's bytes and sent each time. */
const unused = [
  'etc/ssl*',
  'lib/apk',
  'lib/libapk*',
  'lib/libcrypto*',
  'lib/libssl*',
  'sbin/apk',
  'usr/bin/ssl_client',
  'usr/lib/*',
  'usr/share/*',
];

/** Why this machine can't hold the stage; undefined where it can. */
export const noScene =
  process.platform !== 'linux' || process.arch !== 'x64'
    ? 'needs Linux on x64'
    : existsSync(minirootfs('amd64')) && existsSync(minirootfs('arm64'))
      ? undefined
      : 'the shared Alpine roots are missing';

/** Whether root, or a user to whom a range of ids was granted, runs this; see engine-suites.ts. */
export const manyIds = process.getuid?.() === 0 || process.env['TARGETRY_TEST_IDS'] === 'many';

export interface Solved {
  readonly outcomes: readonly (readonly [name: string, outcome: Outcome])[];
  /** By the step's name, both streams as they came. */
  readonly output: ReadonlyMap<string, string>;
  readonly error: unknown;
  readonly milliseconds: number;
}

interface SceneOptions {
  readonly cpu?: SceneCpu;
  /** The embedded one where it isn't given. */
  readonly engine?: (scene: Scene) => Engine;
}

function embedded(scene: Scene): Engine {
  return createEmbeddedEngine({
    store: scene.store,
    env: { PATH: process.env['PATH'] },
    silence: 400,
    findStarter: () => Promise.resolve(scene.starter),
  });
}

export class Scene {
  readonly folder: string;
  readonly store: Store;
  readonly engine: Engine;
  readonly rootFolder: string;
  readonly out: string;
  files: Readonly<Record<string, string>> = {};
  opened = 0;
  /** What is in /etc/mark: makes the root another, so that nothing of it is in a cache. */
  mark = '';
  emulators: SolveRequest['emulators'];
  /** The program that starts steps; see engine-with-starter.test.ts. */
  starter = process.env['TARGETRY_TEST_STARTER'];
  readonly #cpu: SceneCpu;

  private constructor(folder: string, store: Store, { cpu, engine }: Required<SceneOptions>) {
    this.folder = folder;
    this.#cpu = cpu;
    this.store = store;
    this.engine = engine(this);
    this.rootFolder = join(folder, 'root');
    this.out = join(folder, 'out');
  }

  static async make(
    t: { after(end: () => unknown): void },
    { name = 'targetry-engine-', ...options }: SceneOptions & { readonly name?: string } = {},
  ): Promise<Scene> {
    const folder = mkdtempSync(join(tmpdir(), name));
    t.after(() => removeAsRoot(folder));
    const scene = await Scene.at(folder, options);
    mkdirSync(scene.rootFolder);
    mkdirSync(scene.out);
    const tarball = minirootfs(options.cpu ?? 'amd64');
    const left = unused.map((path) => `--exclude=./${path}`);
    execFileSync('tar', ['-xpzf', tarball, '--no-same-owner', ...left], { cwd: scene.rootFolder });
    return scene;
  }

  /** One that was made by another process. */
  static async at(folder: string, { cpu = 'amd64', engine = embedded }: SceneOptions = {}): Promise<Scene> {
    return new Scene(folder, await Store.open(join(folder, 'store')), { cpu, engine });
  }

  /** The root, before any step. */
  get root(): State {
    return source(rootIdentifier, { platform: { os: 'linux', architecture: this.#cpu } });
  }

  /** The root with `files` in /src. */
  get withSource(): State {
    const files = source(sourceIdentifier);
    return this.root.copy(files, '/', '/src', { name: 'source', contentsOnly: true, makeParents: true });
  }

  async solve(states: readonly State[], options: SolveOptions = {}): Promise<Solved> {
    const graph = graphOf(states);
    const names = new Map(graph.vertices.map(({ digest, name }) => [digest, name]));
    const outcomes: [string, Outcome][] = [];
    const output = new Map<string, string>();
    const started = performance.now();
    let error: unknown;
    try {
      const events = this.engine.solve(graph, {
        inputs: this.#inputs(),
        emulators: this.emulators,
        exports: (options.paths ?? []).map((path, index) => ({
          task: 'export',
          from: graph.outputs[options.from?.[index] ?? 0]!,
          paths: [path],
          into: this.out,
        })),
        secrets: new Map(
          Object.entries(options.secrets ?? {}).map(([id, value]) => [id, Buffer.from(value)]),
        ),
        caches: new Map((options.keyThemselves ?? []).map((id) => [id, { keysItself: true, about: {} }])),
        onFailed: options.onFailed,
        results: options.results,
        visit: options.visit?.(graph),
        signal: options.signal ?? new AbortController().signal,
      });
      for await (const event of events) {
        options.onEvent?.(event);
        if (event.type === 'finished') outcomes.push([names.get(event.task) ?? event.task, event.outcome]);
        if (event.type !== 'output' || options.quiet === true) continue;
        const name = names.get(event.task)!;
        output.set(name, (output.get(name) ?? '') + Buffer.from(event.data).toString());
      }
    } catch (thrown) {
      error = thrown;
    }
    return { outcomes, output, error, milliseconds: performance.now() - started };
  }

  /** Runs one script on the bare root and tells what it printed; throws where it fails. */
  async sh(script: string, options: Partial<RunOptions> = {}): Promise<string> {
    const { output, error } = await this.solve([step(this.root, script, options)]);
    if (error !== undefined) throw error;
    return output.get('step') ?? '';
  }

  #inputs(): ReadonlyMap<string, Input> {
    const folder = join(this.folder, 'source');
    const folders = new Set(Object.keys(this.files).map(dirname));
    folders.delete('.');
    const entries: FolderEntry[] = [...folders].map((path) => ({ type: 'folder', path }));
    for (const [path, text] of Object.entries(this.files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
      entries.push({ type: 'file', path, executable: path.endsWith('.sh'), sha256: sha256(text) });
    }
    const open = () => {
      this.opened++;
      if (this.mark !== '') writeFileSync(join(this.rootFolder, 'etc/mark'), this.mark);
      return Promise.resolve(this.rootFolder);
    };
    return new Map<string, Input>([
      [rootIdentifier, { kind: 'root', key: `alpine-3.20.3 ${this.#cpu} ${this.mark}`, open }],
      [sourceIdentifier, { kind: 'folder', key: sha256(JSON.stringify(entries)), folder, entries }],
    ]);
  }
}

export interface SolveOptions {
  readonly paths?: readonly string[];
  /** For each path, which of the states it is in; the first where it isn't said. */
  readonly from?: readonly number[];
  readonly secrets?: Readonly<Record<string, string | Uint8Array>>;
  /** Ids of caches that a failed step leaves right. */
  readonly keyThemselves?: readonly string[];
  readonly onFailed?: SolveRequest['onFailed'];
  readonly results?: SolveRequest['results'];
  readonly visit?: (graph: Graph) => Visit;
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: Event) => void;
  /** Don't keep the output. */
  readonly quiet?: boolean;
}

const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

export function step(on: State, script: string, options: Partial<RunOptions> = {}): State {
  const { env = {}, ...others } = options;
  const args = ['/bin/sh', '-eu', '-c', script];
  return on.run({ name: 'step', args, env: { PATH: path, ...env }, ...others }).root();
}

/** What is in a state: a line for each file with its mode, owner, time and bytes. */
export async function listing(scene: Scene, state: State): Promise<string[]> {
  const script =
    'cd /all; find . -mindepth 1 | sort | while read -r f; do stat -c \'%A %u:%g %Y %N\' "$f"; [ ! -f "$f" ] || sed \'s/^/  /\' "$f"; echo; done >/list';
  const options = { name: 'list', mounts: { '/all': { from: state, readonly: true } } };
  // Not by what it prints: a step that an engine finds in its cache prints nothing.
  const { error } = await scene.solve([step(scene.root, script, options)], { paths: ['/list'] });
  if (error !== undefined) throw error;
  return readFileSync(join(scene.out, 'list'), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) =>
      line
        .replaceAll("'", '')
        .replaceAll('./', '')
        .replace(/ (1[6-9]|2)\d{8} /, ' now '),
    );
}

/** A step may have left folders without permissions. Those of other ids are left to who started the tests, as root. */
async function removeAsRoot(folder: string): Promise<void> {
  const { status } = spawnSync('chmod', ['-R', 'u+rwx', folder], { stdio: 'ignore' });
  if (status === 0) await removeWithStore(folder);
  else if (process.getuid!() === 0 || !manyIds) throw new Error(`${folder} can't be removed`);
}

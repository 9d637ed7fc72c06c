/** A project with one environment, which a test locks and makes the root of. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { findProject, readProject } from '../../../src/config/read.ts';
import type { LockedEnvironment } from '../../../src/lock/lock.ts';
import { lockProject } from '../../../src/operations/lock.ts';
import { rootInput } from '../../../src/operations/preparing/open-root.ts';
import { SourcesOnDemand } from '../../../src/operations/locking/sources-on-demand.ts';
import type { Context } from '../../../src/report/context.ts';
import type { Event } from '../../../src/report/event.ts';
import { Failure } from '../../../src/report/failure.ts';
import { Store } from '../../../src/store/store.ts';
import { removeWithStore } from '../../late-note.ts';

interface SceneOptions {
  /** Besides HOME, which is an empty folder. */
  readonly env?: Readonly<Record<string, string>>;
  readonly arch?: string;
  /** By their paths in the project. */
  readonly files?: Readonly<Record<string, string>>;
}

interface LockScene {
  /** HOME; the project and the store are in it. */
  readonly folder: string;
  readonly context: Context;
  readonly noticed: readonly Event[];
  readonly lock: () => Promise<LockedEnvironment>;
  /** The folder of the root of what was locked, in the scene's own store or another one. */
  readonly root: (store?: string) => Promise<string>;
}

export function lockScene(
  t: TestContext,
  environment: string,
  { env = {}, arch = 'x64', files = {} }: SceneOptions = {},
): LockScene {
  const folder = mkdtempSync(join(tmpdir(), 'targetry-lock-'));
  t.after(() => removeWithStore(folder));
  const [cwd, store] = [join(folder, 'project'), join(folder, 'store')];
  const yaml = [
    'name: x',
    `environments: { one: ${environment} }`,
    `targets: { t: { environment: one, arch: ${arch} } }`,
    'steps: [{ name: s, run: make }]',
    'artifacts: [{ path: x, kind: file }]',
  ];
  for (const [path, text] of Object.entries({ ...files, 'targetry.yaml': yaml.join('\n') })) {
    mkdirSync(join(cwd, dirname(path)), { recursive: true });
    writeFileSync(join(cwd, path), text);
  }
  const noticed: Event[] = [];
  const emit = (event: Event): void => void noticed.push(event);
  const { signal } = new AbortController();
  const context: Context = { cwd, env: { HOME: folder, ...env }, store, emit, signal };
  const lock = async (): Promise<LockedEnvironment> =>
    (await lockProject(context, { environments: [], update: false })).lock.environments[0]!;
  const root = async (other = store): Promise<string> => {
    const { project } = readProject(findProject(cwd), cwd);
    const locked = await lock();
    const sources = new SourcesOnDemand(context, await Store.open(other), project);
    try {
      const input = rootInput(context, { locked, sources });
      assert.ok(input.kind === 'root');
      return await input.open();
    } finally {
      await sources.close();
    }
  };
  return { folder, context, noticed, lock, root };
}

export async function failureOfWork(work: Promise<unknown>): Promise<Failure> {
  const error: unknown = await work.then(
    () => assert.fail('it went well'),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof Failure, String(error));
  return error;
}

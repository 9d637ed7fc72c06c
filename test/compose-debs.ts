/** Composes a root from packages that a test makes, in a store of its own. */
import { existsSync, lstatSync, mkdtempSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { LockedEnvironment, LockedPackage } from '../src/lock/lock.ts';
import { composeRoot, type RootRecord } from '../src/roots/compose.ts';
import { rootKey } from '../src/roots/known-root.ts';
import { Store } from '../src/store/store.ts';
import { deb, type TarMember } from './archives.ts';

export interface TestPackage {
  readonly name: string;
  readonly version?: string;
  readonly arch?: string;
  readonly fields?: Readonly<Record<string, string>>;
  readonly files?: readonly TarMember[];
  readonly control?: Readonly<Record<string, string>>;
}

export interface TestRoot {
  readonly store: Store;
  readonly locked: LockedEnvironment;
  readonly folder: string;
  readonly record: RootRecord;
  /** A file's text, `-> target` of a link, `folder` of a folder; undefined where there is nothing. */
  look(path: string): string | undefined;
  /** Of one effect. */
  effect(name: string): RootRecord['effects'][number];
}

export async function composeDebs(t: TestContext, packages: readonly TestPackage[]): Promise<TestRoot> {
  return composeLocked(t, (store) => lockDebs(store, packages));
}

/** In a store of its own, into which `lock` puts the packages. */
export async function composeLocked(
  t: TestContext,
  lock: (store: Store) => Promise<LockedEnvironment>,
): Promise<TestRoot> {
  const top = mkdtempSync(join(tmpdir(), 'targetry-root-'));
  t.after(() => rmSync(top, { recursive: true, force: true }));
  const store = await Store.open(top);
  const locked = await lock(store);
  const folder = await composeRoot(locked, store);
  const record = (await store.readRecord<RootRecord>('root', rootKey(locked)))!;
  return {
    store,
    locked,
    folder,
    record,
    look: (path) => look(join(folder, path)),
    effect: (name) => record.effects.find(({ effect }) => effect === name)!,
  };
}

export async function lockDebs(store: Store, packages: readonly TestPackage[]): Promise<LockedEnvironment> {
  const sorted = [...packages].sort((a, b) => (a.name < b.name ? -1 : 1));
  return {
    name: 'test',
    role: 'environment',
    distro: 'debian',
    release: 'bookworm',
    arch: 'amd64',
    inputs: '',
    asked: [],
    users: [],
    layers: [],
    tools: [],
    repositories: [],
    packages: await Promise.all(sorted.map((one) => addDeb(store, one))),
  };
}

async function addDeb(store: Store, one: TestPackage): Promise<LockedPackage> {
  const { name, version = '1', arch = 'amd64' } = one;
  const fields = { Package: name, Version: version, Architecture: arch, ...one.fields };
  const blob = await store.addBlob([deb(fields, one.files ?? [], one.control)]);
  return { name, version, arch, repository: 'test main', path: `${name}.deb`, ...blob };
}

function look(path: string): string | undefined {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats?.isSymbolicLink() === true) return `-> ${readlinkSync(path)}`;
  if (stats?.isDirectory() === true) return 'folder';
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

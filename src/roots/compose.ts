/**
 * From a section of the lock to a root filesystem that steps can run in, without running anything: the files of the
 * packages, by hard links to their trees; the few things that their scripts would have done, done natively; and dpkg's
 * database, so that dpkg and apt see the packages. Everything is decided in a `RootTree` in memory, then written into a
 * temporary folder, beside a manifest of all that it holds, then named by one rename.
 *
 * What scripts would have done and nobody does here is told in the record beside the root, never silently left out.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256OfValue } from '../base/sha256.ts';
import type { LockedEnvironment } from '../lock/lock.ts';
import { removeTree, storeFailure, type Store } from '../store/store.ts';
import type { EffectResult } from './effects/effect.ts';
import { EFFECTS } from './effects/order.ts';
import { makeMountPoints, mergeUsr } from './layout.ts';
import { layLayers } from './layers.ts';
import { archivesOf } from './locked-archives.ts';
import { mergePackages } from './merge-packages.ts';
import { RootTree } from './root-tree.ts';
import { StoredTree } from './stored-tree.ts';
import type { TreeManifest } from './tree-manifest.ts';
import { UnpackedPackage } from './unpacked-package.ts';
import { Unpacker } from './unpacker.ts';
import { manifestOf, writeRoot, type LeftOut } from './write-root.ts';

/** Part of every root's key: to be raised with every change of what is composed from the same packages, or where. */
export const COMPOSER_VERSION = 3;

/** In the store's `records/root/KEY.json`. */
export interface RootRecord {
  readonly composer: number;
  readonly packages: number;
  readonly effects: readonly (EffectResult & { readonly effect: string })[];
  /** Scripts of packages that were not run; the effects stand for what is known to matter of them. */
  readonly scripts: Readonly<Record<string, readonly string[]>>;
  readonly leftOut: Omit<LeftOut, 'owners'> & { readonly owners: number };
}

/** Names the content of the root: equal keys, equal roots. Sections with the same packages share one. */
export function rootKey(locked: LockedEnvironment): string {
  const { distro, release, arch } = locked;
  const packages = locked.packages.map(({ sha256 }) => sha256).sort();
  const layers = locked.layers.map(({ sha256 }) => sha256);
  return sha256OfValue({
    composer: COMPOSER_VERSION,
    distro,
    release,
    arch,
    packages,
    ...(layers.length > 0 && { layers }),
  });
}

/** A root that was made before. */
export function rootFolder(store: Store, key: string): string | undefined {
  return store.hasFolder('roots', key) ? join(store.folderPath('roots', key), 'fs') : undefined;
}

/** Tells the root's folder. The packages' blobs are in the store; trees that are missing are made. */
export async function composeRoot(locked: LockedEnvironment, store: Store): Promise<string> {
  const key = rootKey(locked);
  const made = rootFolder(store, key);
  if (made !== undefined) return made;
  const folder = await store.temporaryFolder();
  try {
    const { tree, ...planned } = await planRoot(locked, store);
    mkdirSync(join(folder, 'fs'));
    const { owners, ...left } = writeRoot(tree, join(folder, 'fs'), 'linked');
    writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifestOf(tree)));
    const leftOut = { ...left, owners: owners.length };
    await store.writeRecord('root', key, { composer: COMPOSER_VERSION, ...planned, leftOut });
    return join(await store.adoptFolder(folder, 'roots', key), 'fs');
  } catch (error) {
    throw storeFailure(error, store.folder);
  } finally {
    await removeTree(folder);
  }
}

async function unpackMissing(locked: LockedEnvironment, store: Store): Promise<void> {
  const missing = archivesOf(locked).filter(({ sha256 }) => !store.hasFolder('trees', sha256));
  if (missing.length === 0) return;
  const unpacker = new Unpacker(store);
  try {
    await Promise.all(missing.map((one) => unpacker.unpack(one, one.format)));
  } finally {
    await unpacker.close();
  }
}

/** A root that is decided and not yet written. */
export interface PlannedRoot extends Pick<RootRecord, 'packages' | 'effects' | 'scripts'> {
  readonly tree: RootTree;
}

/** Decides every path of a root, without writing any. The packages' blobs are in the store. */
export async function planRoot(locked: LockedEnvironment, store: Store): Promise<PlannedRoot> {
  await unpackMissing(locked, store);
  return locked.layers.length > 0 ? planLayers(locked, store) : planPackages(locked, store);
}

/** A root whose files are all there is: nothing was left to scripts. */
function planLayers(locked: LockedEnvironment, store: Store): PlannedRoot {
  const layers = archivesOf(locked)
    .filter(({ format }) => format === 'layer')
    .map((one) => new StoredTree(store, one));
  const tree = new RootTree(newest(layers));
  layLayers(tree, layers);
  makeMountPoints(tree);
  return { tree, packages: 0, effects: [], scripts: {} };
}

function planPackages(locked: LockedEnvironment, store: Store): PlannedRoot {
  const packages = locked.packages.map((one) => new UnpackedPackage(store, one, locked.arch));
  const tree = new RootTree(newest(packages));
  mergeUsr(tree, packages, locked.arch);
  mergePackages(tree, packages);
  makeMountPoints(tree);
  const effects = EFFECTS.map(({ name, apply }) => ({
    effect: name,
    ...apply({ tree, packages, arch: locked.arch }),
  }));
  return {
    tree,
    packages: packages.length,
    effects,
    scripts: Object.fromEntries(packages.flatMap(scriptsOf)),
  };
}

function newest(packages: readonly TreeManifest[]): number {
  let time = 0;
  for (const { entries } of packages)
    for (const { mtime } of entries) time = Math.max(time, Math.floor(mtime));
  return time;
}

const SCRIPTS = ['preinst', 'postinst', 'config'];

function scriptsOf({ label, controlFiles }: UnpackedPackage): [string, readonly string[]][] {
  const scripts = controlFiles.filter((file) => SCRIPTS.includes(file));
  return scripts.length === 0 ? [] : [[label, scripts]];
}

/**
 * From a section of the lock to a root filesystem that steps can run in, without running anything: the files of the
 * packages, by hard links to their trees; the few things that their scripts would have done, done natively; and the
 * database of dpkg or apk, so that these see the packages. Everything is decided in a `RootTree` in memory, then written
 * into a temporary folder, beside a manifest of all that it holds, then named by one rename.
 *
 * What scripts would have done and nobody does here is told in the record beside the root, never silently left out.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LockedEnvironment } from '../lock/lock.ts';
import { removeTree, storeFailure, type Store } from '../store/store.ts';
import { planApkRoot } from './apk/plan-apk.ts';
import { COMPOSER_VERSION, rootFolder, rootKey } from './known-root.ts';
import { makeMountPoints } from './layout.ts';
import { layLayers } from './layers.ts';
import { archivesOf, packageFormat } from './locked-archives.ts';
import { planDebRoot } from './plan-deb.ts';
import { planSysroot } from './plan-sysroot.ts';
import { newestOf, type PlannedRoot } from './planned-root.ts';
import { factsOfPackages, factsOfTree, type RootFacts } from './root-facts.ts';
import { RootTree } from './root-tree.ts';
import { StoredTree } from './stored-tree.ts';
import { addTools } from './tools.ts';
import { addUsers } from './users.ts';
import { Unpacker } from './unpacker.ts';
import { manifestOf, writeRoot, type LeftOut } from './write-root.ts';

/** In the store's `records/root/KEY.json`. */
export interface RootRecord extends Omit<PlannedRoot, 'tree'> {
  readonly composer: number;
  readonly leftOut: Omit<LeftOut, 'owners'> & { readonly owners: number };
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

/** Decides every path of a root, without writing any. The packages' blobs are in the store. */
export async function planRoot(locked: LockedEnvironment, store: Store): Promise<PlannedRoot> {
  await unpackMissing(locked, store);
  const { users, tools } = locked;
  const planned = planFiles(locked, store);
  const { tree } = planned;
  const effects = [...planned.effects];
  if (users.length > 0) effects.push({ effect: 'users', ...addUsers(tree, users) });
  if (tools.length > 0) effects.push({ effect: 'tools', ...addTools(tree, tools, store) });
  return { ...planned, effects };
}

function planFiles(locked: LockedEnvironment, store: Store): PlannedRoot {
  if (locked.role === 'sysroot') return planSysroot(locked, store);
  if (locked.layers.length > 0) return planLayers(locked, store);
  return packageFormat(locked) === 'apk' ? planApkRoot(locked, store) : planDebRoot(locked, store);
}

/** A root whose files are all there is: nothing was left to scripts. */
function planLayers(locked: LockedEnvironment, store: Store): PlannedRoot {
  const tree = layersTree(locked, store);
  makeMountPoints(tree);
  return { tree, packages: 0, effects: [], scripts: {} };
}

/** The files that an image or a root filesystem brings. Its trees are in the store. */
function layersTree(locked: LockedEnvironment, store: Store): RootTree {
  const layers = archivesOf(locked)
    .filter(({ format }) => format === 'layer')
    .map((one) => new StoredTree(store, one));
  const tree = new RootTree(newestOf(layers));
  layLayers(tree, layers);
  return tree;
}

/** What tools have to fit into. Of layers, the blobs are in the store. */
export async function rootFacts(locked: LockedEnvironment, store: Store): Promise<RootFacts> {
  if (locked.layers.length === 0) return factsOfPackages(locked.packages);
  await unpackMissing(locked, store);
  return factsOfTree(layersTree(locked, store));
}

import type { LockedEnvironment } from '../lock/lock.ts';
import type { Store } from '../store/store.ts';
import { EFFECTS } from './effects/order.ts';
import { remainingScripts } from './effects/remaining-scripts.ts';
import { makeMountPoints, mergeUsr } from './layout.ts';
import { mergePackages } from './merge-packages.ts';
import { newestOf, type PlannedRoot } from './planned-root.ts';
import { RootTree } from './root-tree.ts';
import { UnpackedPackage } from './unpacked-package.ts';

/** A root of Debian's or Ubuntu's packages. Their trees are in the store. */
export function planDebRoot(locked: LockedEnvironment, store: Store): PlannedRoot {
  const { tree, packages } = mergeLockedDebs(locked, store);
  makeMountPoints(tree);
  const effects = EFFECTS.map(({ name, apply }) => ({
    effect: name,
    ...apply({ tree, packages, arch: locked.arch }),
  }));
  return {
    tree,
    packages: packages.length,
    effects,
    scripts: remainingScripts(packages),
  };
}

/** Nothing but the files that the packages bring. */
export function mergeLockedDebs(
  locked: LockedEnvironment,
  store: Store,
): { readonly tree: RootTree; readonly packages: readonly UnpackedPackage[] } {
  const packages = locked.packages.map((one) => new UnpackedPackage(store, one, locked.arch));
  const tree = new RootTree(newestOf(packages));
  mergeUsr(tree, packages, locked.arch);
  mergePackages(tree, packages);
  return { tree, packages };
}

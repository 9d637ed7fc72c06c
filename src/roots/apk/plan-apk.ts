import type { LockedEnvironment } from '../../lock/lock.ts';
import type { Store } from '../../store/store.ts';
import { tagsOf } from '../known-root.ts';
import { makeMountPoints } from '../layout.ts';
import { newestOf, type PlannedRoot } from '../planned-root.ts';
import { RootTree } from '../root-tree.ts';
import { ApkAccounts } from './accounts.ts';
import { claimFiles } from './claims.ts';
import { APK_EFFECTS } from './effects.ts';
import { installOrder } from './install-order.ts';
import { mergeApks, type ApkFiles } from './merge-apks.ts';
import { remainingApkScripts } from './remaining-scripts.ts';
import { UnpackedApk } from './unpacked-apk.ts';
import { databaseFolder, writeDatabase } from './write-database.ts';

/** A root of Alpine's or Wolfi's packages. Their trees are in the store. */
export function planApkRoot(locked: LockedEnvironment, store: Store): PlannedRoot {
  const { tree, files, accounts } = mergeLockedApks(locked, store);
  const { packages } = files;
  makeMountPoints(tree);
  const effects = APK_EFFECTS.map(({ name, apply }) => ({
    effect: name,
    ...apply({ tree, packages, accounts, arch: locked.arch }),
  }));
  effects.push({ effect: 'apk-database', ...writeDatabase(tree, files, locked) });
  return {
    tree,
    packages: packages.length,
    effects,
    scripts: remainingApkScripts(packages),
  };
}

/** Nothing but the files that the packages bring. */
export function mergeLockedApks(
  locked: LockedEnvironment,
  store: Store,
): { readonly tree: RootTree; readonly files: ApkFiles; readonly accounts: ApkAccounts } {
  const tags = tagsOf(locked);
  const packages = installOrder(
    locked.packages.map((one) => new UnpackedApk(store, one, tags.get(one.repository))),
    locked.asked,
  );
  const claims = claimFiles(packages);
  const accounts = ApkAccounts.of(packages, claims);
  const files: ApkFiles = {
    packages,
    claims,
    ownerOf: ({ uid, gid, user, group }) => ({
      uid: accounts.uid(user) ?? uid,
      gid: accounts.gid(group) ?? gid,
    }),
  };
  const tree = new RootTree(newestOf(packages));
  mergeApks(tree, files, databaseFolder(locked));
  return { tree, files, accounts };
}

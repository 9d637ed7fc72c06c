import type { LockedEnvironment } from '../../lock/lock.ts';
import { alpineKeys } from '../../packages/apk/keys.ts';
import type { Store } from '../../store/store.ts';
import { makeMountPoints } from '../layout.ts';
import { newestOf, type PlannedRoot } from '../planned-root.ts';
import { RootTree } from '../root-tree.ts';
import { ApkAccounts } from './accounts.ts';
import { claimFiles } from './claims.ts';
import { installedText, scriptsTar, triggersText } from './database.ts';
import { APK_EFFECTS } from './effects.ts';
import { installOrder } from './install-order.ts';
import { mergeApks, type ApkFiles } from './merge-apks.ts';
import { UnpackedApk } from './unpacked-apk.ts';

/** A root of Alpine's or Wolfi's packages. Their trees are in the store. */
export function planApkRoot(locked: LockedEnvironment, store: Store): PlannedRoot {
  const packages = installOrder(
    locked.packages.map((one) => new UnpackedApk(store, one)),
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
  mergeApks(tree, files);
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
    scripts: Object.fromEntries(packages.flatMap(scriptsOf)),
  };
}

const OWNER = 'apk-database';

function writeDatabase(
  tree: RootTree,
  files: ApkFiles,
  { distro, arch, asked, repositories }: LockedEnvironment,
) {
  const folder = distro === 'wolfi' ? 'usr/lib/apk' : 'lib/apk';
  const write = (path: string, content: string | Uint8Array, mode = 0o644) =>
    tree.write(path, content, { owner: OWNER, mode });
  write(`${folder}/db/installed`, installedText(files));
  write(`${folder}/db/scripts.tar`, scriptsTar(files.packages));
  write(`${folder}/db/triggers`, triggersText(files.packages));
  write(`${folder}/db/lock`, '', 0o600);
  write('etc/apk/world', asked.map((wish) => `${wish}\n`).join(''));
  write('etc/apk/arch', `${arch}\n`);
  const keys = alpineKeys(arch);
  for (const { key } of repositories) {
    const pem = keys.pem(key);
    if (pem !== undefined && !tree.has(`etc/apk/keys/${key}`)) write(`etc/apk/keys/${key}`, pem);
  }
  return { done: [`${files.packages.length} packages`], skipped: [] };
}

const RUN_ON_INSTALLATION = ['.pre-install', '.post-install', '.trigger'];

function scriptsOf({ name, scripts }: UnpackedApk): [string, readonly string[]][] {
  const found = scripts
    .filter((script) => RUN_ON_INSTALLATION.includes(script))
    .map((script) => script.slice(1));
  return found.length === 0 ? [] : [[name, found]];
}

import type { LockedEnvironment } from '../../lock/lock.ts';
import { alpineKeys, wolfiKeys } from '../../packages/apk/keys.ts';
import { publicRepository } from '../../packages/apk/repository.ts';
import type { EffectResult } from '../effects/effect.ts';
import type { RootTree } from '../root-tree.ts';
import { installedText, scriptsTar, triggersText } from './database.ts';
import type { ApkFiles } from './merge-apks.ts';

const OWNER = 'apk-database';

/** Wolfi has no /lib of its own. */
export function databaseFolder({ distro }: LockedEnvironment): string {
  return distro === 'wolfi' ? 'usr/lib/apk' : 'lib/apk';
}

/** All that apk knows of a root: what is there, what was asked for, and where more of it comes from. */
export function writeDatabase(tree: RootTree, files: ApkFiles, locked: LockedEnvironment): EffectResult {
  const { arch, asked, repositories } = locked;
  const folder = databaseFolder(locked);
  const write = (path: string, content: string | Uint8Array, mode = 0o644) =>
    tree.write(path, content, { owner: OWNER, mode });
  write(`${folder}/db/installed`, installedText(files));
  write(`${folder}/db/scripts.tar`, scriptsTar(files.packages));
  write(`${folder}/db/triggers`, triggersText(files.packages));
  write(`${folder}/db/lock`, '', 0o600);
  write('etc/apk/world', asked.map((wish) => `${wish}\n`).join(''));
  write('etc/apk/arch', `${arch}\n`);
  const keys = alpineKeys(arch).and(wolfiKeys());
  for (const { key } of repositories) {
    const pem = keys.pem(key);
    if (pem !== undefined && !tree.has(`etc/apk/keys/${key}`)) write(`etc/apk/keys/${key}`, pem);
  }
  // The lock knows no hosts: what is written is where anybody may get the distro's own packages.
  const addresses = repositories.flatMap(({ name }) => publicRepository(locked, name) ?? []);
  if (addresses.length > 0 && !tree.has('etc/apk/repositories'))
    write('etc/apk/repositories', addresses.map((address) => `${address}\n`).join(''));
  return { done: [`${files.packages.length} packages`], skipped: [] };
}

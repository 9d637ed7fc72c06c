import type { EffectResult } from '../effects/effect.ts';
import type { RootTree } from '../root-tree.ts';
import { busyboxApplets } from './applets.ts';
import type { ApkEffectInput } from './effect-input.ts';

const OWNER = 'busybox';
const PATHS = 'etc/busybox-paths.d';

/**
 * The links of busybox's commands where no package has brought a program or link of its own: what its post-install and,
 * after all packages, its trigger do. Newer packages list the links beside the program.
 */
export function linkBusybox({ tree, packages }: ApkEffectInput): EffectResult {
  const isWantedBy = (script: string) =>
    packages.some((one) => one.readScript(script)?.includes('busybox --install') === true);
  const program = tree.read('bin/busybox');
  // Alpine's has both, Wolfi's the trigger alone.
  if (program === undefined || !(isWantedBy('.post-install') || isWantedBy('.trigger')))
    return { done: [], skipped: [] };
  if (isWantedBy('.post-install'))
    for (const path of ['bin', 'sbin', 'usr/bin', 'usr/sbin']) tree.folder(path, { owner: OWNER });
  const skipped: string[] = [];
  let count = linkSetuid(tree);
  for (const name of ['busybox-extras', 'busybox']) {
    if (!tree.has(`bin/${name}`)) continue;
    const listed = tree.readText(`${PATHS}/${name}`)?.split('\n');
    const applets = listed ?? (name === 'busybox' ? busyboxApplets(program) : undefined);
    if (applets === undefined) skipped.push(`the links of ${name}: it doesn't list its commands`);
    for (const path of applets ?? []) if (linkMissing(tree, path, `/${tree.follow(`bin/${name}`)}`)) count++;
  }
  return { done: [`${count} links`], skipped };
}

/** bbsuid, which is setuid, takes the place of links to busybox; the paths are in the program. */
function linkSetuid(tree: RootTree): number {
  const program = tree.read('bin/bbsuid')?.toString('latin1') ?? '';
  let count = 0;
  for (const [, path] of program.matchAll(/\0\/((?:usr\/)?s?bin\/[a-z0-9]+)(?=\0)/g)) {
    if (['bin/busybox', 'bin/bbsuid'].includes(path!)) continue;
    const existing = tree.nodes.get(tree.locate(path!));
    if (existing !== undefined && existing.type !== 'symlink') continue;
    tree.link(path!, '/bin/bbsuid', OWNER);
    count++;
  }
  return count;
}

function linkMissing(tree: RootTree, path: string, target: string): boolean {
  const place = tree.locate(path);
  const folder = place.slice(0, place.lastIndexOf('/') + 1);
  if (path === '' || tree.nodes.has(place)) return false;
  if (folder !== '' && tree.nodes.get(folder.slice(0, -1))?.type !== 'folder') return false;
  tree.link(path, target, OWNER);
  return true;
}

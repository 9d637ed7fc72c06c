import { globToRegExp } from '../../base/glob.ts';
import { productJson } from '../../base/product-file.ts';
import { HARMLESS_COMMANDS, isSettled } from '../effects/remaining-scripts.ts';
import type { UnpackedApk } from './unpacked-apk.ts';

/**
 * By package, those of its scripts that an installation runs and nothing here stands for. A trigger runs where some
 * package brings a folder that it asks for, and a hook whenever apk has done something, such as Wolfi's ldconfig.
 */
export function remainingApkScripts(
  packages: readonly UnpackedApk[],
): Readonly<Record<string, readonly string[]>> {
  const folders = [
    ...new Set(
      packages.flatMap(({ entries }) =>
        entries.filter(({ type }) => type === 'folder').map(({ path }) => `/${path}`),
      ),
    ),
  ];
  const remaining = packages.flatMap((one): [string, string[]][] => {
    if (REVIEWED.has(one.name)) return [];
    const hooks = one.entries.filter(({ path }) => path.startsWith(HOOKS)).map(({ path }) => path);
    const left = ['.pre-install', '.post-install', '.trigger'].filter((name) => {
      const script = one.readScript(name)?.toString('utf8');
      if (script === undefined || (name === '.trigger' && !isAskedFor(one, folders))) return false;
      return !isSettled(script, SETTLED);
    });
    const names = [...left.map((name) => name.slice(1)), ...hooks];
    return names.length === 0 ? [] : [[one.name, names]];
  });
  return Object.fromEntries(remaining);
}

function isAskedFor({ triggers }: UnpackedApk, folders: readonly string[]): boolean {
  return triggers.map(globToRegExp).some((form) => folders.some((folder) => form.test(folder)));
}

const HOOKS = 'etc/apk/commit_hooks.d/';

const REVIEWED = new Set(
  Object.keys(productJson('data/distros/alpine-scripts.json') as Record<string, string>),
);

const SETTLED = new Set([...HARMLESS_COMMANDS, 'adduser', 'addgroup', 'add-shell', 'case', 'in', '*']);

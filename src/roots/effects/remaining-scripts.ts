/**
 * Which scripts of packages are left, after all effects, for someone to run or to do without.
 *
 * A script is settled where each of its commands either changes nothing in a fresh root or is one that an effect reads. The
 * rest is decided by the name of the package: `data/distros/debian-scripts.json` says of each what its script does there.
 */
import { globToRegExp } from '../../base/glob.ts';
import { productJson } from '../../base/product-file.ts';
import type { UnpackedPackage } from '../unpacked-package.ts';
import { shellCommands } from './shell-script.ts';

const SCRIPTS = ['preinst', 'postinst'];

/** By package, those of its scripts that nothing here stands for. */
export function remainingScripts(
  packages: readonly UnpackedPackage[],
): Readonly<Record<string, readonly string[]>> {
  const remaining = packages.flatMap((one): [string, string[]][] => {
    const own = SCRIPTS.filter((file) => one.controlFiles.includes(file));
    if (own.length === 0 || REVIEWED.some((form) => form.test(one.name))) return [];
    const left = own.filter((file) => !isSettled(one.readControl(file) ?? '', SETTLED));
    return left.length === 0 ? [] : [[one.label, left]];
  });
  return Object.fromEntries(remaining);
}

/** Whether a script calls nothing but what `settled` names. */
export function isSettled(script: string, settled: ReadonlySet<string>): boolean {
  if (!/^#! *\/bin\/((ba|da|a)?sh|busybox +sh)\b/.test(script) || WRITES.test(script)) return false;
  return shellCommands(script).every(([first]) => {
    const name = first?.replace(/^\/(usr\/)?s?bin\//, '');
    return name !== undefined && (settled.has(name) || name.startsWith('db_'));
  });
}

/** Into a file that is none of /dev, outside of comments. */
const WRITES = /^[^#\n]*[^<>&\d\n]>>? *"?(?!\/dev\/|[>&])[^\s;|"]/m;

const REVIEWED = Object.keys(productJson('data/distros/debian-scripts.json') as Record<string, string>).map(
  globToRegExp,
);

/** The shell's own, and programs that only look. What `rm` takes away was left by an older version. */
export const HARMLESS_COMMANDS = [
  ...'set exit return true false : echo printf test [ local export shift unset umask break continue cd . read'.split(
    ' ',
  ),
  ...'command which dpkg dpkg-query getent uname grep egrep fgrep sed awk cut tr sort head tail'.split(' '),
  ...'basename dirname readlink rm rmdir fi done'.split(' '),
];

const SETTLED = new Set([
  ...HARMLESS_COMMANDS,
  // How `case` begins, and the words that scripts are called with, which stand before its brackets.
  ...'case in configure reconfigure install upgrade remove purge disappear deconfigure triggered *'.split(
    ' ',
  ),
  ...'abort-upgrade abort-remove abort-deconfigure abort-install failed-upgrade'.split(' '),
  // Done by the effects.
  ...'update-alternatives dpkg-divert dpkg-trigger deb-systemd-helper update-rc.d'.split(' '),
  ...'adduser addgroup add-shell update-shells update-ccache-symlinks'.split(' '),
  // Without anything running and without old versions there is nothing to do.
  ...'deb-systemd-invoke invoke-rc.d systemctl systemd-tmpfiles systemd-sysusers dpkg-maintscript-helper'.split(
    ' ',
  ),
  // Caches that programs do without.
  ...'ldconfig py3compile pycompile py3clean pyclean update-menus update-mime install-info'.split(' '),
]);

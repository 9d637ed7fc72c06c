import { relative } from 'node:path';
import type { RootfsResult } from '../operations/rootfs.ts';
import { bytes, counted } from '../base/units.ts';
import { formWords } from './written-root.ts';

/** What was written, and what of it is not as it would be after an installation. */
export function renderRootfs(result: RootfsResult, { cwd }: { readonly cwd: string }): string {
  const { environment, arch, path, form, contents, sha256, bytes: size } = result;
  const lines = [
    `${environment} ${arch}: ${contents}, written as ${formWords[form]} to ${relative(cwd, path) || '.'}`,
  ];
  if (sha256 !== undefined) lines.push(`  ${bytes(size!)}  sha256:${sha256}`);
  lines.push(...describeLeftOut(result), ...describeScripts(result));
  return lines.map((line) => `${line}\n`).join('');
}

/** Only root can set some things in a folder; an archive has them. */
function describeLeftOut({ leftOut }: RootfsResult): string[] {
  if (leftOut === undefined) return [];
  const { owners, devices, xattrs } = leftOut;
  return [
    ...listed(owners, 'whose owner is not the right one'),
    ...listed(devices, "left out, because devices can't be made here"),
    ...listed(xattrs, 'without its extended attributes'),
  ];
}

const MOST_SHOWN = 5;

function listed(paths: readonly string[], what: string): string[] {
  if (paths.length === 0) return [];
  const shown = paths.slice(0, MOST_SHOWN).map((path) => `/${path}`);
  const more = paths.length - shown.length;
  return [
    `  ${counted(paths.length, 'path')} ${what}: ${shown.join(' ')}${more > 0 ? ` and ${more} more` : ''}`,
  ];
}

/** What an installation would have run and nothing here stands for. */
function describeScripts({ scripts, effects }: RootfsResult): string[] {
  const names = Object.keys(scripts);
  const skipped = effects.flatMap((one) => one.skipped);
  return [
    ...(names.length === 0 ? [] : [`  not run: the scripts of ${names.join(' ')}`]),
    ...skipped.map((what) => `  not understood: ${what}`),
  ];
}

/**
 * Who owns which path, by apk's rules: of two packages that bring the same path the later one takes it where both are
 * made of the same sources or where it `replaces` the other, and the earlier one keeps it where its own `replaces` has
 * the higher priority. Where neither replaces the other, apk refuses, and so is it here.
 *
 * A path is what the package calls it. That `bin/a` and `usr/bin/a` may be one file is not seen here; there, too, the
 * later one wins.
 */
import { isApkVersionAsked } from '../../formats/apk-dependency.ts';
import { Failure } from '../../report/failure.ts';
import type { TreeEntry } from '../tree-manifest.ts';
import type { UnpackedApk } from './unpacked-apk.ts';

export interface FileClaim {
  readonly from: UnpackedApk;
  readonly entry: TreeEntry;
}

/** Of everything but folders, which many may have. `packages` are in the order of installation. */
export function claimFiles(packages: readonly UnpackedApk[]): ReadonlyMap<string, FileClaim> {
  const claims = new Map<string, FileClaim>();
  for (const from of packages) {
    for (const entry of from.entries) {
      if (entry.type === 'folder') continue;
      const owner = claims.get(entry.path)?.from;
      if (owner === undefined) {
        claims.set(entry.path, { from, entry });
      } else if (takesOver(from, owner, entry.path)) {
        // So that what is put into the root comes in the order of installation.
        claims.delete(entry.path);
        claims.set(entry.path, { from, entry });
      }
    }
  }
  return claims;
}

function takesOver(from: UnpackedApk, owner: UnpackedApk, path: string): boolean {
  const origin = from.field('origin');
  if (origin !== undefined && origin === owner.field('origin')) return true;
  const [ours, theirs] = [priorityOver(from, owner), priorityOver(owner, from)];
  if (theirs > ours) return false;
  if (ours >= 0) return true;
  throw new Failure('package-files-clash', `/${path} is in ${owner.name} and in ${from.name}`, {
    why: 'neither package says that it replaces the other',
    hint: `leave one of them out: packages: ["-${from.name}"]`,
  });
}

/** -1 where it doesn't replace the other at all. */
function priorityOver(one: UnpackedApk, other: UnpackedApk): number {
  const replaces = one.replaces.some(
    (wish) =>
      (wish.name === other.name && isApkVersionAsked(wish, other.version, other.identity)) !==
      wish.isConflict,
  );
  return replaces ? one.replacesPriority : -1;
}

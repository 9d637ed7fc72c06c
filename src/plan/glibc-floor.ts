/** Which glibc a target's results are linked with, and which they may need at most. */
import { compareDotted } from '../abi/dotted.ts';
import { distroReleases } from '../abi/distros.ts';
import { promiseWord, type AbiPromise } from '../abi/promise.ts';
import { releaseNames } from '../config/distro-releases.ts';
import type { Target } from '../config/project.ts';
import type { GlibcFloor } from '../toolchain/link-check.ts';

export function promisedGlibc(promise: AbiPromise): string | undefined {
  return promise.kind === 'glibc' || promise.kind === 'manylinux' ? promise.version : undefined;
}

/** The lowest that is promised. */
export function promisedFloor({ promises }: Target): GlibcFloor | undefined {
  const floors = promises.flatMap(({ promise }) => {
    const version = promisedGlibc(promise);
    return version === undefined ? [] : [{ version, word: promiseWord(promise) }];
  });
  return floors.sort((a, b) => compareDotted(a.version, b.version)).at(0);
}

/** How to come to a glibc that is no newer than `version`. */
export function olderGlibc(version: string, { environment: { sysroot } }: Target): string {
  const known = new Set(releaseNames('debian').map((name) => `debian-${name}`));
  const old = distroReleases().findLast(
    (one) => one.libc === 'glibc' && known.has(one.id) && compareDotted(one.GLIBC ?? version, version) <= 0,
  );
  const release = old?.id.slice('debian-'.length);
  if (release === undefined) return 'link with an older glibc, such as by Zig or in a manylinux image';
  return sysroot === undefined
    ? `compile against an older release: \`sysroot: { debian: ${release}, packages: [libc6-dev] }\``
    : `take an older release for the sysroot: \`debian: ${release}\``;
}

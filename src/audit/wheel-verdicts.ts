import { distroReleases } from '../abi/distros.ts';
import { parseWheelPlatform } from '../abi/wheel-platform.ts';
import { parseWheelName } from '../formats/wheel-name.ts';
import type { Verdict } from './report.ts';

/** Installers go by the tags before any loader sees a file: a manylinux wheel is refused where the libc is musl, and the reverse. */
export function asInstalled(verdicts: readonly Verdict[], fileName: string): readonly Verdict[] {
  const platforms = parseWheelName(fileName)?.platforms ?? [];
  const libcs = new Set(platforms.map((tag) => parseWheelPlatform(tag)?.libc));
  const [libc] = libcs;
  if (libcs.size !== 1 || libc === undefined) return verdicts;
  const others = new Set(
    distroReleases()
      .filter((one) => one.libc !== libc)
      .map(({ id }) => id),
  );
  const because = `pip refuses it there: its tag ${platforms[0]} is for ${libc}`;
  return verdicts.map((verdict) =>
    others.has(verdict.distro) && verdict.runs !== 'no'
      ? { ...verdict, runs: 'no', because: [because] }
      : verdict,
  );
}

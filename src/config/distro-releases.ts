import { productJson } from '../base/product-file.ts';

interface Release {
  readonly release: string;
  readonly alsoNamed?: readonly string[];
  /** The day after which nobody mends it; null where it rolls on. */
  readonly endOfLife: string | null;
  /** The version of its gcc, where packages are named by it. */
  readonly gcc?: string;
}

/** Distros that have releases; others roll on. */
export const releasedDistros = ['debian', 'ubuntu', 'alpine'] as const;

export type ReleasedDistro = (typeof releasedDistros)[number];

const table = productJson('data/distros/releases.json') as Readonly<
  Record<ReleasedDistro, readonly Release[]>
>;

export function isReleased(distro: string): distro is ReleasedDistro {
  return (releasedDistros as readonly string[]).includes(distro);
}

/** All that `debian:` and its like may say. */
export function releaseNames(distro: ReleasedDistro): readonly string[] {
  return table[distro].flatMap(({ release, alsoNamed = [] }) => [release, ...alsoNamed]);
}

/** The release's own name, of one of `releaseNames`: the code name where there is one. */
export function releaseNamed(distro: ReleasedDistro, name: string): string {
  return table[distro].find(({ release, alsoNamed }) => release === name || alsoNamed?.includes(name))!
    .release;
}

/** All names of a release, its own first; none of one that isn't known. */
export function namesOfRelease(distro: ReleasedDistro, name: string): readonly string[] {
  const found = table[distro].find(({ release }) => release === name);
  return found === undefined ? [] : [found.release, ...(found.alsoNamed ?? [])];
}

/** The last day with security updates; undefined for a release that rolls on, or isn't known. */
export function endOfLife(distro: ReleasedDistro, name: string): string | undefined {
  return table[distro].find(({ release }) => release === name)?.endOfLife ?? undefined;
}

/** Up to three other releases, those next to this one first. */
export function releasesNear(distro: ReleasedDistro, name: string): readonly string[] {
  const names = table[distro].map(({ release }) => release);
  const distance = (one: string) => Math.abs(names.indexOf(one) - names.indexOf(name));
  const others = names.filter((one) => one !== name);
  return others.sort((a, b) => distance(a) - distance(b)).slice(0, 3);
}

/** What names `libstdc++-10-dev`; undefined where the package has the same name in every release. */
export function gccOf(distro: ReleasedDistro, name: string): string | undefined {
  return table[distro].find(({ release }) => release === name)?.gcc;
}

/** The last one that has a number. */
export function newestRelease(distro: ReleasedDistro): string {
  return table[distro].findLast(({ endOfLife: end }) => end !== null)!.release;
}

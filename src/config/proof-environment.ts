/** Environments that nobody has to declare: a release as it is before anything is installed, with what an artifact asks for. */
import type { Location } from '../report/diagnostic.ts';
import { releasedDistros, releaseNamed, releaseNames, type ReleasedDistro } from './distro-releases.ts';
import type { Environment } from './project.ts';

/** apk has no packages that are always there. */
const smallest = { debian: [], ubuntu: [], alpine: ['alpine-base'], wolfi: ['wolfi-base'] } as const;

/** What the id of a release stands for. */
export type ReleaseBase =
  | { readonly distro: ReleasedDistro; readonly release: string }
  | { readonly distro: 'wolfi' };

/** What `in:` may name besides environments: `debian-12`, `ubuntu-noble`, `alpine-3.20`, `wolfi`. */
export function releaseIds(): readonly string[] {
  return [
    ...releasedDistros.flatMap((distro) => releaseNames(distro).map((name) => `${distro}-${name}`)),
    'wolfi',
  ];
}

/** Undefined where the name is none of `releaseIds`. */
export function releaseBase(id: string): ReleaseBase | undefined {
  if (id === 'wolfi') return { distro: 'wolfi' };
  const distro = releasedDistros.find((one) => id.startsWith(`${one}-`));
  const name = id.slice((distro?.length ?? 0) + 1);
  if (distro === undefined || !releaseNames(distro).includes(name)) return undefined;
  return { distro, release: releaseNamed(distro, name) };
}

/** Its name tells what is in it besides the release: `debian-12+nodejs`. */
export function releaseEnvironment(
  id: string,
  base: ReleaseBase,
  { packages, at }: { readonly packages: readonly string[]; readonly at: Location },
): Environment {
  return {
    name: [id, ...packages].join('+'),
    base,
    packages: [...smallest[base.distro], ...packages].map((name) => ({ name, at })),
    recommends: false,
    repositories: [],
    users: [],
    tools: { npm: [], pypi: [] },
    env: {},
    sysroot: undefined,
    at,
  };
}

/** Whether an environment of that name was made for a release. */
export function isMadeFor(id: string, name: string): boolean {
  return name === id || name.startsWith(`${id}+`);
}

/** What differs between two states of a section of the lock. */
import type { LockedEnvironment, LockedPackage } from './lock.ts';

export interface PackageChange {
  readonly name: string;
  /** Undefined for what was added. */
  readonly before: string | undefined;
  /** Undefined for what was removed. */
  readonly after: string | undefined;
  /** The new version comes from the distro's security team. */
  readonly security: boolean;
}

export interface SectionChange {
  readonly section: LockedEnvironment;
  /** False where the lock had no such section. */
  readonly known: boolean;
  /** Sorted by name. */
  readonly packages: readonly PackageChange[];
}

/** Holds a section against the one that it takes the place of. */
export function compareSections(
  before: LockedEnvironment | undefined,
  section: LockedEnvironment,
): SectionChange {
  const [old, now] = [before, section].map((one) => new Map(partsOf(one).map((part) => [part.name, part])));
  const names = [...new Set([...old!.keys(), ...now!.keys()])].sort();
  const packages = names.flatMap((name): PackageChange[] => {
    const [from, to] = [old!.get(name), now!.get(name)];
    if (from?.version === to?.version) return [];
    return [{ name, before: from?.version, after: to?.version, security: to?.security ?? false }];
  });
  return { section, known: before !== undefined, packages };
}

interface Part {
  readonly name: string;
  readonly version: string;
  readonly security: boolean;
}

/** Packages of the root's own CPU go by their name alone. */
function partsOf(section: LockedEnvironment | undefined): readonly Part[] {
  if (section === undefined) return [];
  const ownArch = (arch: string) => ['all', 'noarch', section.arch].includes(arch);
  return [
    ...section.packages.map(({ name, version, arch, repository }: LockedPackage) => ({
      name: ownArch(arch) ? name : `${name}:${arch}`,
      version,
      security: isSecurity(repository),
    })),
    ...section.layers.map(({ source, sha256 }, index) => ({
      name: source === 'rootfs' ? 'the root filesystem' : `layer ${index + 1}`,
      version: sha256.slice(0, 12),
      security: false,
    })),
    ...section.tools.map(({ source, name, version }) => ({
      name: `${name} (${source})`,
      version,
      security: false,
    })),
  ];
}

/** `debian bullseye-security main`, `debian buster/updates main` */
function isSecurity(repository: string): boolean {
  return /^\S+ \S+(-security|\/updates)( |$)/.test(repository);
}

import { productJson } from '../base/product-file.ts';

export type VersionFamily = 'GLIBC' | 'GLIBCXX' | 'CXXABI' | 'GCC' | 'ZLIB' | 'LIBATOMIC';

/** One release of a distro: the newest version of each family that its libraries define. */
interface Release {
  /** `debian-12` */
  readonly id: string;
  /** When the row was measured. */
  readonly date: string;
  /** Machines on which it was measured. */
  readonly arches: readonly string[];
  /** What it has now is that of the row or newer. */
  readonly rolling?: true;
  readonly eol: string | null;
  /** Of the release; a container has its host's. */
  readonly kernel?: string;
}

export interface GlibcRelease extends Release, Readonly<Partial<Record<VersionFamily, string>>> {
  readonly libc: 'glibc';
  /** Versions of glibc with a name in place of a number: `ABI_DT_RELR`. */
  readonly named?: readonly string[];
  /** Where one machine differs. */
  readonly aarch64?: Readonly<Partial<Record<VersionFamily, string>>>;
}

export interface MuslRelease extends Release {
  readonly libc: 'musl';
  readonly musl: string;
  /** Of its libstdc++, which has the names without the versions; a lower bound. */
  readonly GLIBCXX: string;
  /** Its exported symbols were read, not concluded from the version. */
  readonly measured: boolean;
}

export type DistroRelease = GlibcRelease | MuslRelease;

let loaded: readonly DistroRelease[] | undefined;

/** Every release that is known, read once from `data/abi/distros.json`. */
export function distroReleases(): readonly DistroRelease[] {
  if (!loaded) {
    loaded = (productJson('data/abi/distros.json') as { distros: DistroRelease[] }).distros;
  }
  return loaded;
}

/** The newest version of a family on a machine; undefined where it was not measured. */
export function familyMaximum(
  release: GlibcRelease,
  family: VersionFamily,
  machine: string,
): string | undefined {
  return (machine === 'aarch64' ? release.aarch64?.[family] : undefined) ?? release[family];
}

/** Where a sysroot has what, told by its packages alone. All paths are relative to it. */
import { cpuOf, type Arch } from '../abi/cpu.ts';
import { glibcInterpreters, muslInterpreters } from '../abi/interpreters.ts';
import { libcVersionIn, type Libc } from '../abi/libc.ts';
import { formatOf, libcOf, type RootKind } from '../abi/root-kind.ts';

export interface SysrootPackages {
  /** How they are packed decides where their files lie. */
  readonly format: 'deb' | 'apk';
  readonly libc: Libc;
  readonly arch: Arch;
  readonly packages: readonly { readonly name: string; readonly version: string }[];
}

export interface SysrootLayout {
  readonly arch: Arch;
  readonly libc: Libc;
  /** `2.31`; undefined where no package tells it. */
  readonly libcVersion: string | undefined;
  /** As GNU compilers call what they compile for; clang understands it too. */
  readonly triplet: string;
  /** In the order in which compilers look. */
  readonly includes: readonly string[];
  readonly libraries: readonly string[];
  /** gcc's own folder, with the library that each result is linked with; undefined where no package brings it. */
  readonly gcc: string | undefined;
  /** libstdc++'s headers; empty where no package brings them. */
  readonly cxxIncludes: readonly string[];
  /** The program that starts dynamic executables, absolute. */
  readonly interpreter: string;
  /** Whether compilers find a libgcc_s to link with. */
  readonly hasSharedLibgcc: boolean;
}

/** Debian packs another libc beside its own: a sysroot with that one alone is of it. */
export function libcOfSysroot({
  distro,
  packages,
}: Pick<SysrootPackages, 'packages'> & { readonly distro: RootKind }): Libc {
  const has = (name: string) => packages.some((one) => one.name === name);
  if (formatOf({ distro }) === 'deb' && has('musl-dev') && !has('libc6-dev')) return 'musl';
  return libcOf({ distro }) ?? 'glibc';
}

export function sysrootLayout({ format, libc, arch, packages }: SysrootPackages): SysrootLayout {
  const versions = new Map(packages.map(({ name, version }) => [name, version]));
  const { machine } = cpuOf(arch);
  const multiarch = arch === 'x86' ? 'i386-linux-gnu' : cpuOf(arch).gnu;
  const folder = format === 'apk' ? '' : libc === 'musl' ? `/${machine}-linux-musl` : `/${multiarch}`;
  const both = (path: string) => (folder === '' || libc === 'musl' ? [] : [path]);
  const gcc = gccOf(packages, format);
  const gccTriplet = format === 'deb' ? multiarch : `${alpineMachine(arch)}-alpine-linux-${muslAbi(arch)}`;
  return {
    arch,
    libc,
    libcVersion: libcVersionIn(packages, libc),
    triplet: libc === 'musl' ? `${machine}-linux-${muslAbi(arch)}` : cpuOf(arch).gnu,
    includes: [`usr/include${folder}`, ...both('usr/include')],
    libraries: [`usr/lib${folder}`, ...both('usr/lib'), ...(format === 'apk' ? ['lib'] : [])],
    gcc: gcc.own === undefined ? undefined : `usr/lib/gcc/${gccTriplet}/${gcc.own}`,
    cxxIncludes: gcc.cxx === undefined ? [] : cxxFolders(gcc.cxx, format, gccTriplet),
    interpreter: (libc === 'musl' ? muslInterpreters : glibcInterpreters)[machine]!,
    hasSharedLibgcc: libc === 'glibc' || versions.has('libgcc'),
  };
}

function gccOf(
  packages: SysrootPackages['packages'],
  format: SysrootPackages['format'],
): { readonly own: string | undefined; readonly cxx: string | undefined } {
  const newest = (pattern: RegExp) =>
    packages
      .flatMap(({ name }) => pattern.exec(name)?.[1] ?? [])
      .sort((a, b) => Number(b) - Number(a))
      .at(0);
  if (format === 'deb') return { own: newest(/^libgcc-(\d+)-dev$/), cxx: newest(/^libstdc\+\+-(\d+)-dev$/) };
  const version = (name: string) =>
    /^\d+(?:\.\d+)*/.exec(packages.find((one) => one.name === name)?.version ?? '')?.[0];
  // Before 3.17 the headers are with the compiler.
  return { own: version('gcc'), cxx: version('libstdc++-dev') ?? version('g++') };
}

/** Debian has what depends on the CPU beside what other packages have of it, Alpine inside of the rest. */
function cxxFolders(version: string, format: SysrootPackages['format'], triplet: string): readonly string[] {
  const all = `usr/include/c++/${version}`;
  const ofCpu = format === 'deb' ? `usr/include/${triplet}/c++/${version}` : `${all}/${triplet}`;
  return [all, ofCpu, `${all}/backward`];
}

function alpineMachine(arch: Arch): string {
  return arch === 'arm' ? 'armv7' : arch === 'x86' ? 'i586' : cpuOf(arch).machine;
}

function muslAbi(arch: Arch): string {
  return arch === 'arm' ? 'musleabihf' : 'musl';
}

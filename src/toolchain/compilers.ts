/** Which compilers an environment has for a CPU, by the names of its packages. */
import { cpuOf, type Arch } from '../abi/cpu.ts';

export interface Compiler {
  readonly family: 'gcc' | 'clang';
  /** Names of programs; a C++ compiler comes in a package of its own. */
  readonly cc: string;
  readonly cxx: string | undefined;
}

export interface Compilers {
  /** The first is what `CC` says. */
  readonly all: readonly Compiler[];
  /** `aarch64-linux-gnu-`, or nothing; undefined where only LLVM's tools are there. */
  readonly binutils: string | undefined;
  readonly hasLld: boolean;
  readonly hasMold: boolean;
}

/** `builder` is the CPU that they run on. */
export function compilersIn(
  names: Iterable<string>,
  { arch, builder }: { readonly arch: Arch; readonly builder: Arch },
): Compilers {
  const packages = new Set(names);
  const prefix = arch === builder ? '' : `${cpuOf(arch).gnu}-`;
  const gcc = gccIn(packages, prefix);
  const clang = clangIn(packages);
  return {
    all: [...(gcc === undefined ? [] : [gcc]), ...(clang === undefined ? [] : [clang])],
    binutils: packages.has(`binutils${packageSuffix(prefix)}`) ? prefix : undefined,
    hasLld: [...packages].some((name) => /^lld(?:-?\d+)?$/.test(name)),
    hasMold: packages.has('mold'),
  };
}

/** What Debian appends to the name of a package for another CPU. */
function packageSuffix(prefix: string): string {
  return prefix === '' ? '' : `-${prefix.replaceAll('_', '-').slice(0, -1)}`;
}

function gccIn(packages: ReadonlySet<string>, prefix: string): Compiler | undefined {
  const suffix = packageSuffix(prefix);
  const version = versionOf(packages, new RegExp(`^gcc(-\\d+)?${suffix}$`));
  if (version === undefined) return undefined;
  const cxx = versionOf(packages, new RegExp(`^g\\+\\+(-\\d+)?${suffix}$`));
  return {
    family: 'gcc',
    cc: `${prefix}gcc${version}`,
    cxx: cxx === undefined ? undefined : `${prefix}g++${cxx}`,
  };
}

/** One for all CPUs. */
function clangIn(packages: ReadonlySet<string>): Compiler | undefined {
  const version = versionOf(packages, /^clang(-?\d+)?$/)?.replace(/^(?=\d)/, '-');
  if (version === undefined) return undefined;
  return { family: 'clang', cc: `clang${version}`, cxx: `clang++${version}` };
}

/** Nothing for the package that has the plain name, which a distro's default release of the compiler has. */
function versionOf(packages: ReadonlySet<string>, pattern: RegExp): string | undefined {
  return [...packages]
    .flatMap((name) => {
      const match = pattern.exec(name);
      return match === null ? [] : [match[1] ?? ''];
    })
    .sort()
    .at(0);
}

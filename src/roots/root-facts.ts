/** What a root is to programs that come from elsewhere: which libc and Python it has. Told without running anything. */
import { libcVersionIn, type Libc } from '../abi/libc.ts';
import { upstreamVersion } from '../base/upstream-version.ts';
import { sourceOfBytes } from '../formats/elf/byte-source.ts';
import { readElfHeader } from '../formats/elf/elf-header.ts';
import { FormatError } from '../formats/format-error.ts';
import type { LockedPackage } from '../lock/lock.ts';
import type { RootTree } from './root-tree.ts';

export interface RootFacts {
  /** The CPUs that its libc is for, as an ELF audit says them; empty where no file was looked at. */
  readonly machines: readonly string[];
  /** Undefined where none is known. */
  readonly libc: { readonly kind: Libc; readonly version: string } | undefined;
  /** `3.11`; undefined where there is none. */
  readonly python: string | undefined;
  readonly node: boolean;
}

/** Of packages of any distro, by what they are called everywhere. */
export function factsOfPackages(packages: readonly LockedPackage[]): RootFacts {
  const versions = new Map(packages.map(({ name, version }) => [name, version]));
  const upstream = (name: string) => upstreamVersion(versions.get(name));
  const [glibc, musl] = [libcVersionIn(packages, 'glibc'), libcVersionIn(packages, 'musl')];
  const python =
    upstream('python3-minimal') ??
    upstream('python3') ??
    packages.map(({ name }) => /^python-(3\.\d+)$/.exec(name)?.[1]).find((one) => one !== undefined);
  return {
    machines: [],
    libc: glibc ? { kind: 'glibc', version: glibc } : musl ? { kind: 'musl', version: musl } : undefined,
    python: python?.split('.').slice(0, 2).join('.'),
    node: packages.some(({ name }) => /^nodejs(-\d+|-current|-lts)?$/.test(name)),
  };
}

/** Of files, where no packages are known. */
export function factsOfTree(tree: RootTree): RootFacts {
  const { machines, libc } = libcOfTree(tree);
  return { machines, libc, python: pythonOfTree(tree), node: hasProgram(tree, 'node') };
}

const PROGRAM_FOLDERS = ['usr/local/sbin', 'usr/local/bin', 'usr/sbin', 'usr/bin', 'sbin', 'bin'];

/** Whether a step would find it. */
export function hasProgram(tree: RootTree, name: string): boolean {
  return programPath(tree, name) !== undefined;
}

/** The file itself, behind all links. */
function programPath(tree: RootTree, name: string): string | undefined {
  const path = PROGRAM_FOLDERS.map((folder) => `${folder}/${name}`).find((place) => tree.has(place));
  return path === undefined ? undefined : tree.follow(path);
}

function pythonOfTree(tree: RootTree): string | undefined {
  const path = programPath(tree, 'python3');
  if (path === undefined) return undefined;
  // One that is no link to its version is as old as a Python 3 can be.
  return /python(3\.\d+)$/.exec(path)?.[1] ?? '3.0';
}

/** In this order: where musl's compiler is installed in a root of glibc, musl is there as well. */
const LIBCS = [
  {
    kind: 'glibc',
    path: /(^|\/)lib(x?32|64)?\/([^/]+\/)?libc\.so\.6$/,
    version: /GNU C Library [^\n]*? release version (\d+\.\d+)/,
  },
  { kind: 'musl', path: /(^|\/)ld-musl-[^/]+\.so\.1$/, version: /\0(1\.\d+\.\d+)\0/ },
] as const;

function libcOfTree(tree: RootTree): Pick<RootFacts, 'machines' | 'libc'> {
  const paths = [...tree.nodes.keys()];
  for (const { kind, path, version } of LIBCS) {
    const files = paths.filter((one) => path.test(one)).flatMap((one) => tree.read(one) ?? []);
    const found = files.map((bytes) => version.exec(bytes.toString('latin1'))?.[1]).find((one) => one);
    if (found !== undefined) return { machines: files.flatMap(machineOf), libc: { kind, version: found } };
  }
  return { machines: [], libc: undefined };
}

function machineOf(bytes: Buffer): string[] {
  try {
    return [readElfHeader(sourceOfBytes(bytes), []).machine];
  } catch (error) {
    if (error instanceof FormatError) return [];
    throw error;
  }
}

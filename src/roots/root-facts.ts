/** What a root is to programs that come from elsewhere: which libc and Python it has. Told without running anything. */
import type { LockedPackage } from '../lock/lock.ts';
import type { RootTree } from './root-tree.ts';

export interface RootFacts {
  /** Undefined where none is known. */
  readonly libc: { readonly kind: 'glibc' | 'musl'; readonly version: string } | undefined;
  /** `3.11`; undefined where there is none. */
  readonly python: string | undefined;
  readonly node: boolean;
}

/** Of packages of any distro, by what they are called everywhere. */
export function factsOfPackages(packages: readonly LockedPackage[]): RootFacts {
  const versions = new Map(packages.map(({ name, version }) => [name, version]));
  const upstream = (name: string): string | undefined =>
    /^(?:\d+:)?(\d+(?:\.\d+)+)/.exec(versions.get(name) ?? '')?.[1];
  const musl = upstream('musl');
  const glibc = upstream('libc6') ?? upstream('glibc');
  const python =
    upstream('python3-minimal') ??
    upstream('python3') ??
    packages.map(({ name }) => /^python-(3\.\d+)$/.exec(name)?.[1]).find((one) => one !== undefined);
  return {
    libc: glibc ? { kind: 'glibc', version: glibc } : musl ? { kind: 'musl', version: musl } : undefined,
    python: python?.split('.').slice(0, 2).join('.'),
    node: packages.some(({ name }) => /^nodejs(-\d+|-current|-lts)?$/.test(name)),
  };
}

/** Of files, where no packages are known. */
export function factsOfTree(tree: RootTree): RootFacts {
  return { libc: libcOfTree(tree), python: pythonOfTree(tree), node: hasProgram(tree, 'node') };
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

function libcOfTree(tree: RootTree): RootFacts['libc'] {
  for (const path of tree.nodes.keys()) {
    if (/(^|\/)ld-musl-[^/]+\.so\.1$/.test(path)) {
      const version = /\0(1\.\d+\.\d+)\0/.exec(textOf(tree, path))?.[1];
      if (version !== undefined) return { kind: 'musl', version };
    }
  }
  for (const path of tree.nodes.keys()) {
    if (!/(^|\/)lib(32|64)?\/([^/]+\/)?libc\.so\.6$/.test(path)) continue;
    const version = /GNU C Library [^\n]*? release version (\d+\.\d+)/.exec(textOf(tree, path))?.[1];
    if (version !== undefined) return { kind: 'glibc', version };
  }
  return undefined;
}

function textOf(tree: RootTree, path: string): string {
  return tree.read(path)?.toString('latin1') ?? '';
}

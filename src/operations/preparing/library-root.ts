/** The root out of which the libraries of a result come: the sysroot of its environment, else the root that built it. */
import { readFileSync, statSync } from 'node:fs';
import type { Arch } from '../../abi/cpu.ts';
import type { Environment, Project } from '../../config/project.ts';
import type { LockRequest } from '../../lock/request.ts';
import type { RootTree } from '../../roots/root-tree.ts';
import type { FileSystem } from '../../toolchain/library-search.ts';
import { lockRequestOf, sysrootRequests } from '../locking/environment-request.ts';

/** Where a target compiles across with the compiler of its distro, the libraries are in the root of the builder. */
export function libraryRequest(
  { targets }: Pick<Project, 'targets'>,
  environment: Environment,
  arch: Arch,
): LockRequest {
  const [sysroot] = sysrootRequests({ environment, arch });
  const target = targets.find((one) => one.environment.name === environment.name && one.arch === arch);
  return sysroot ?? lockRequestOf(environment, target?.builder ?? arch);
}

/** A root that is decided, as what looks for libraries sees it. */
export function filesOfTree(tree: RootTree, name: string): FileSystem {
  const files: FileSystem = {
    name,
    read(path) {
      const bytes = tree.read(path);
      return bytes && { bytes, path: `/${tree.follow(path)}`, files };
    },
  };
  return files;
}

export const filesOfMachine: FileSystem = {
  name: 'this machine',
  read(path) {
    if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return undefined;
    return { bytes: readFileSync(path), path, files: filesOfMachine };
  },
};

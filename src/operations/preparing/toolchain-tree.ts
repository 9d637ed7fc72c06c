import { posix } from 'node:path';
import type { RootTree } from '../../roots/root-tree.ts';
import type { ToolchainFile } from '../../toolchain/toolchain-files.ts';

const OWNER = 'the toolchain';

/** Adds the wrappers and files of build systems to a tree that has the sysroot in `place`. */
export function putToolchain(tree: RootTree, place: string, files: readonly ToolchainFile[]): void {
  for (const { path, text, mode } of files) {
    const inTree = posix.join(place, path);
    tree.folder(posix.dirname(inTree), { owner: OWNER });
    tree.write(inTree, text, { owner: OWNER, mode });
  }
}

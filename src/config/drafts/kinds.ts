import { autotools, cmake, configure, make, meson } from './c.ts';
import type { Kind, ProjectFiles } from './draft.ts';
import { go } from './go.ts';
import { npmPackage } from './npm.ts';
import { nodeAddon } from './node-addon.ts';
import { python, pythonSetup } from './python.ts';
import { rust } from './rust.ts';
import { zig } from './zig.ts';

/** The first that fits is taken: what says more of a project comes before what many kinds have, as a Makefile. */
export const kinds: readonly Kind[] = [
  nodeAddon,
  rust,
  zig,
  go,
  python,
  pythonSetup,
  cmake,
  meson,
  configure,
  autotools,
  npmPackage,
  make,
];

/** Those that fit, in that order. */
export function kindsOf(files: ProjectFiles): readonly Kind[] {
  return kinds.filter(({ file, only }) => files.names.has(file) && only?.holds(files) !== false);
}

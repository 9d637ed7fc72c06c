import { autotools, cmake, configure, make, meson } from './c.ts';
import type { Draft, Kind, ProjectFiles } from './draft.ts';
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

/** Undefined where no kind fits. */
export function draftFor(files: ProjectFiles): { draft: Draft; file: string } | undefined {
  const kind = kinds.find(({ file, only }) => files.names.has(file) && only?.holds(files) !== false);
  return kind && { draft: kind.draft(files), file: kind.file };
}

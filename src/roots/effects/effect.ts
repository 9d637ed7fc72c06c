/** What packages' scripts would have done to a fresh root, done natively; `order.ts` lists all of them. */
import type { RootTree } from '../root-tree.ts';
import type { UnpackedPackage } from '../unpacked-package.ts';

export interface EffectInput {
  readonly tree: RootTree;
  /** Sorted by name. */
  readonly packages: readonly UnpackedPackage[];
  /** Of the root, as the distro writes it. */
  readonly arch: string;
}

export interface EffectResult {
  /** The paths that it made, or in few words what else it did. */
  readonly done: readonly string[];
  /** What a script asks for and could not be understood. */
  readonly skipped: readonly string[];
}

export interface Effect<Input = EffectInput> {
  readonly name: string;
  readonly apply: (input: Input) => EffectResult;
}

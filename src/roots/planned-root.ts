import type { EffectResult } from './effects/effect.ts';
import type { RootTree } from './root-tree.ts';
import type { TreeManifest } from './tree-manifest.ts';

/** A root that is decided and not yet written. */
export interface PlannedRoot {
  readonly tree: RootTree;
  readonly packages: number;
  readonly effects: readonly (EffectResult & { readonly effect: string })[];
  /** Scripts of packages that nothing here stands for, by package. */
  readonly scripts: Readonly<Record<string, readonly string[]>>;
}

/** The time of the newest file, which everything gets that no archive brings. */
export function newestOf(trees: readonly TreeManifest[]): number {
  let time = 0;
  for (const { entries } of trees) for (const { mtime } of entries) time = Math.max(time, Math.floor(mtime));
  return time;
}

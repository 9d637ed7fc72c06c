import { productJson } from '../base/product-file.ts';

/** A cache that is known by the name of its tool. The list is a file: what tools want changes without the code. */
export interface CachePreset {
  readonly name: string;
  /** Every entry is named by all that it is made of, so other options and a failed step can't spoil it. */
  readonly keysItself: boolean;
  /** What the tool bears when two steps use the same folder at once. */
  readonly sharing: 'shared' | 'private' | 'locked';
  /** Globs of the packages of a distro that bring the tool, and packages of a language as `SOURCE:NAME`. */
  readonly packages: readonly string[];
  readonly tools?: readonly string[];
  /** Where the project doesn't say otherwise. */
  readonly variables: Readonly<Record<string, string>>;
  /** With `$NAME` for variables of the step. */
  readonly folders: readonly string[];
}

export const cachePresets = productJson('data/cache-presets.json') as readonly CachePreset[];

/**
 * What packages' scripts would have done to a fresh root, done natively. An effect looks only at what the packages
 * brought, so one that has nothing to do does nothing; they are applied in this order, and the database, which
 * describes the packages alone, comes last.
 */
import type { RootTree } from '../root-tree.ts';
import type { UnpackedPackage } from '../unpacked-package.ts';
import { accounts } from './accounts.ts';
import { alternatives } from './alternatives.ts';
import { baseFiles } from './base-files.ts';
import { certificates } from './certificates.ts';
import { compilerCache } from './compiler-cache.ts';
import { defaults } from './defaults.ts';
import { dpkgDatabase } from './dpkg-database.ts';
import { nameServices } from './name-services.ts';
import { shells } from './shells.ts';
import { timeZone } from './time-zone.ts';

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

export interface Effect {
  readonly name: string;
  readonly apply: (input: EffectInput) => EffectResult;
}

export const EFFECTS: readonly Effect[] = [
  baseFiles,
  defaults,
  accounts,
  nameServices,
  shells,
  timeZone,
  alternatives,
  certificates,
  compilerCache,
  dpkgDatabase,
];

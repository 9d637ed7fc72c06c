import type { RootTree } from '../root-tree.ts';
import type { ApkAccounts } from './accounts.ts';
import type { UnpackedApk } from './unpacked-apk.ts';

export interface ApkEffectInput {
  readonly tree: RootTree;
  /** In the order of installation. */
  readonly packages: readonly UnpackedApk[];
  readonly accounts: ApkAccounts;
  readonly arch: string;
}

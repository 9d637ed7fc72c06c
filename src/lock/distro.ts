import type { ApkBase } from '../packages/apk/repository.ts';
import type { LockedDistro } from './lock.ts';

interface OfApk {
  readonly distro: ApkBase['distro'];
}

/** Whether a root is made of packages of apk, as opposed to debs, an image or files. */
export function isOfApk<Of extends { readonly distro: LockedDistro }>(of: Of): of is Of & OfApk {
  return ['alpine', 'wolfi', 'apk'].includes(of.distro);
}

/** Root filesystems that come whole: into the store when they are locked, and again where the store doesn't have them. */
import type { RootBase } from '../config/project.ts';
import type { LockedEnvironment, LockedLayer } from '../lock/lock.ts';
import type { LockRequest } from '../lock/request.ts';
import { Failure } from '../report/failure.ts';
import { rootfsBytes } from '../roots/rootfs-bytes.ts';
import type { Store } from '../store/store.ts';

/** Locks what is there now. */
export async function lockRootfs({ from, path }: LockRequest, store: Store): Promise<LockedLayer> {
  const { sha256, size } = await store.addBlob(rootfsBytes(path!, from!));
  return { source: 'rootfs', size, sha256 };
}

/** What was locked: what is there now may be something else. */
export async function bringRootfs(
  { layers }: LockedEnvironment,
  base: RootBase | undefined,
  store: Store,
): Promise<void> {
  if (base?.distro !== 'rootfs') return;
  const { from, path } = base;
  for (const layer of layers) {
    if (store.hasBlob(layer.sha256)) continue;
    await store.addBlob(
      rootfsBytes(path, from),
      layer,
      () => new Failure('rootfs-changed', `the root filesystem ${from} is not the one that was locked`),
    );
  }
}

import type { FailureClass } from '../failure-class.ts';

export const overlayUnsupported: FailureClass = {
  class: 'overlay-unsupported',
  signs: [
    {
      says: /(?:overlay|overlayfs).*(?:invalid argument|operation not supported|not supported as upperdir|wrong fs type|no such device|operation not permitted|not (?:a )?supported (?:filesystem|over))/,
      sure: 0.85,
    },
    {
      says: /failed to mount.*(?:fstype:? ?overlay|type overlay).*(?:invalid argument|operation not permitted|no such device)/,
      sure: 0.88,
    },
    {
      says: /'overlay(?:fs)?' is not supported over|driver not supported: overlay|kernel does not support overlay fs/,
      sure: 0.92,
    },
  ],
  cause:
    "overlay file systems can't be mounted here: the folder below is itself an overlay or on a network file system, or the kernel does not allow it",
  cure: 'put the folder of layers on a local file system (ext4, xfs with ftype=1, btrfs, tmpfs): a volume in a container, `TARGETRY_STORE` for Targetry; or use fuse-overlayfs',
  asks: ['overlay'],
  references: ['https://docs.kernel.org/filesystems/overlayfs.html'],
  examples: [
    'failed to mount /tmp/buildkit-mount123: [{Type:overlay Source:overlay Options:[lowerdir=/var/lib/buildkit]}]: overlay: invalid argument',
    "Error: 'overlay' is not supported over overlayfs, a mount_program is required: backing file system is unsupported for this graph driver",
  ],
  lookAlikes: ['overlayfs mounted'],
};

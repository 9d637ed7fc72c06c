import { partCheck } from '../sandbox-part.ts';

export const overlay = partCheck({
  id: 'overlay',
  title: 'overlay on the store',
  proves: "The store's own file system can hold the layers of an overlay that is made in a user namespace.",
  how: 'Mounts an overlay of folders of the store, and changes and removes folders in it.',
  costs: 'No step can run with the embedded engine.',
  cure: 'Set `TARGETRY_STORE` to a folder on a local file system (ext4, xfs, btrfs, tmpfs); in a container to a volume.',
  needs: ['tools', 'userns', 'disk', 'store'],
  parts: ['overlay on the store'],
  fine: 'layers can be laid over each other there',
});

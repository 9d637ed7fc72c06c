import { partCheck } from '../sandbox-part.ts';

export const userns = partCheck({
  id: 'userns',
  title: 'user namespaces',
  proves:
    'A process may make a user namespace and mount in it: nothing that denies it is on (AppArmor, `kernel.unprivileged_userns_clone`, `user.max_user_namespaces`, the filter of a container, a chroot).',
  how: 'Makes one, and mounts a file system of memory in it.',
  costs: 'No step can run with the embedded engine, as root neither.',
  cure: 'What denies it is named, with its own cure: a `sysctl`, or the options with which the container is started.',
  parts: ['user namespace', 'mounts in a user namespace'],
  fine: 'they can be made, and mounted in',
});

import type { FailureClass } from '../failure-class.ts';

export const chownDenied: FailureClass = {
  class: 'chown-denied',
  signs: [
    {
      says: /(?:error|failed|ERROR)\b.*: l?chown \S+: (?:operation not permitted|invalid argument)/,
      sure: 0.88,
    },
    { says: /EINVAL: invalid argument, l?chown/, sure: 0.9 },
    {
      says: /chmod: (?:changing permissions of )?.{1,90}: Operation not permitted/,
      sure: 0.75,
      cause: "a file's mode is to be changed by a user who doesn't own it",
      cure: 'change it as its owner or as root; where the owner is right, an old seccomp profile refuses fchmodat2: update Docker and libseccomp on the host',
    },
    {
      says: /Cannot change ownership to uid \d+, gid \d+: (?:Operation not permitted|Invalid argument)/,
      sure: 0.92,
    },
    {
      says: /(?:chown|chgrp|install): (?:changing|cannot change) (?:ownership|owner|group)\w*.*: (?:Operation not permitted|Invalid argument)/,
      sure: 0.9,
    },
    {
      says: /chown: .+: (?:Operation not permitted|Invalid argument)|\blchown\b.*operation not permitted|EPERM: operation not permitted, l?chown/,
      sure: 0.88,
    },
    {
      says: /(?:cp|mv|install|rsync): .{0,80}(?:failed to preserve|preserving|chown|set ownership).*(?:Operation not permitted|Invalid argument)/,
      sure: 0.82,
      soft: true,
    },
  ],
  cause:
    'a file is to be given to another user, and this user may not: it is not root, has a single id in its user namespace, or the file system (NFS, a shared folder) does not keep owners',
  cure: 'as root, or without it: `tar --no-same-owner`, `cp --no-preserve=ownership`; with rootless engines grant a range of ids (package uidmap, /etc/subuid)',
  references: ['https://github.com/containers/podman/blob/main/troubleshooting.md'],
  examples: [
    'tar: docker: Cannot change ownership to uid 1000, gid 1000: Operation not permitted',
    "chown: changing ownership of '/data': Operation not permitted",
  ],
  lookAlikes: ['tar: docker: Cannot change mode to rwxrwxr-x: Operation not permitted'],
};

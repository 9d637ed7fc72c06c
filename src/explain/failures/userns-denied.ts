import type { FailureClass } from '../failure-class.ts';

export const usernsDenied: FailureClass = {
  class: 'userns-denied',
  signs: [
    {
      says: /\/proc\/(?:self|\d+)\/(?:uid_map|gid_map|setgroups)/,
      beside: /PermissionError|Operation not permitted|Permission denied/,
      within: 2,
      sure: 0.9,
    },
    {
      says: /mounting '?proc'? to rootfs.*(?:operation not permitted|permission denied)|mount (?:proc|through procfd).*operation not permitted/,
      sure: 0.86,
      cause:
        'a container inside of another, or without root, may not mount a new /proc: parts of the one around it are masked',
      cure: 'run the outer container privileged or with `--security-opt systempaths=unconfined`; or a rootless BuildKit with `--oci-worker-no-process-sandbox`',
    },
    {
      says: /failed to (?:mount|share mount point).*(?:operation not permitted|permission denied)/,
      sure: 0.82,
    },
    { says: /cannot (?:clone|re-exec process)\b|(?:^|: )clone: Operation not permitted/, sure: 0.85 },
    {
      says: /unshare(?:\(\w*\))?: (?:unshare failed|unshare|clone failed): ?(?:Operation not permitted|Permission denied|Invalid argument|No space left on device)|unshare failed: (?:Operation not permitted|Permission denied)/,
      sure: 0.92,
    },
    {
      says: /unshare\((?:CLONE_NEW\w+|\w+\|?)+\)?: (?:Operation not permitted|EPERM|Invalid argument|No space left)/,
      sure: 0.92,
    },
    {
      says: /bwrap: (?:No permissions to create(?: a)? new namespace|Creating new namespace failed|setting up uid map: Permission denied|loopback: Failed RTM_NEWADDR)/,
      sure: 0.94,
    },
    {
      says: /user namespaces? (?:are|is)(?: \w+)? (?:not (?:enabled|supported|available|allowed|permitted)|disabled|restricted|unavailable)/,
      sure: 0.88,
    },
    {
      says: /kernel\.(?:unprivileged_userns_clone|apparmor_restrict_unprivileged_userns)|user\.max_user_namespaces|max_user_namespaces/,
      unless: /^ *(?:sysctl|echo)|=\s*[1-9]/,
      sure: 0.72,
    },
    {
      says: /(?:failed to|cannot|can't|could not|unable to) (?:create|clone|make|set ?up|enter|start|unshare|mount).{0,60}(?:user )?namespaces?.{0,60}(?:Operation not permitted|Permission denied|EPERM|Invalid argument|No space left)/,
      sure: 0.86,
    },
    {
      says: /write(?:ing)?(?: to)? '?\/proc\/(?:self|\d+)\/(?:uid_map|gid_map|setgroups)'?.{0,30}(?:Operation not permitted|Permission denied)/,
      sure: 0.85,
    },
    {
      says: /fork\/exec \/proc\/self\/exe: (?:operation not permitted|permission denied|no space left on device)/,
      sure: 0.87,
    },
    {
      says: /No usable sandbox!|The SUID sandbox helper binary was found, but is not configured correctly|Failed to move to new namespace/,
      sure: 0.85,
    },
    { says: /clone\(CLONE_NEWUSER\)|CLONE_NEWUSER.{0,60}(?:not permitted|EPERM|denied)/, sure: 0.85 },
    {
      says: /rootless(?:kit)?.*(?:unprivileged user namespaces|apparmor_restrict|operation not permitted)/,
      sure: 0.8,
    },
  ],
  cause:
    "this machine, or the container around, does not let this process make a user namespace (AppArmor's or the kernel's switch, or a seccomp profile)",
  cure: 'allow it: `sysctl -w kernel.apparmor_restrict_unprivileged_userns=0` on Ubuntu 24.04, `kernel.unprivileged_userns_clone=1` on older Debian, `user.max_user_namespaces=15000`; in a container `--security-opt seccomp=unconfined --security-opt apparmor=unconfined`. `targetry doctor` names the one',
  asks: ['userns'],
  explains: ['buildkit-unreachable', 'seccomp-blocks-syscall', 'disk-full'],
  references: [
    'https://ubuntu.com/blog/ubuntu-23-10-restricted-unprivileged-user-namespaces',
    'https://github.com/moby/buildkit/blob/master/docs/rootless.md',
  ],
  examples: [
    'unshare: unshare failed: Operation not permitted',
    'bwrap: No permissions to create new namespace, likely because the kernel does not allow non-privileged user namespaces.',
    '[rootlesskit:parent] error: failed to start the child: fork/exec /proc/self/exe: operation not permitted',
  ],
  lookAlikes: ['write /var/lib/docker/x: no space left on device'],
};

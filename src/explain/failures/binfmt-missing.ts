import type { FailureClass } from '../failure-class.ts';

export const binfmtMissing: FailureClass = {
  class: 'binfmt-missing',
  signs: [
    {
      says: /(?:Failed to execute|execvp|execve?|exec of) ['(]?\/(?:usr\/)?s?bin\/\S+: Exec format error|Platform \S+ not supported, emulator|unable to register handler/,
      sure: 0.86,
    },
    {
      says: /Failed to find binfmt_misc for|no binfmt(?:_misc)? (?:entry|handler|registration)|binfmt_misc (?:is )?not (?:loaded|enabled)/,
      sure: 0.9,
    },
    {
      says: /Failure trying to run: chroot '?\S+ \S*(?:\/bin\/true|ldconfig|debootstrap)/,
      without: /No space left|Permission denied|nodev|noexec|Cannot allocate/,
      sure: 0.66,
    },
    {
      says: /Unable to execute target architecture|target architecture (?:cannot|can't|could not) be executed/,
      sure: 0.92,
    },
    {
      says: /(?:cannot|can't|unable to) (?:build|run|execute|use) .{0,40}foreign (?:arch\w*|CPU|platform).{0,60}(?:binfmt|qemu|emulat)|qemu-\w+ (?:is )?not registered/,
      sure: 0.85,
    },
    {
      says: /(?:Exec format error: '|: cannot execute binary file: Exec format error|\S: Exec format error$).{0,3}(?:\/usr)?\/?s?bin\/|^\S*: ?\/(?:usr\/)?s?bin\/\S+: cannot execute binary file: Exec format error|Exec format error: '\/(?:usr\/)?s?bin\//,
      beside: /chroot|rootfs|lxc|nspawn|debootstrap|second-stage/,
      sure: 0.88,
    },
    {
      says: /execve?\(["']?\/(?:usr\/)?bin\/[^)]*\)(?: failed)?: Exec format error|unknown filesystem type 'binfmt_misc'/,
      sure: 0.9,
    },
    {
      says: /can neither be executed natively nor via qemu|\.buildkit_qemu_emulator: (?:Permission denied|exec format)/,
      sure: 0.93,
    },
    {
      says: /\ba '(?<platform>\S+-linux)' with features .{0,80} is required to build|Required system: '(?<platform2>\S+-linux)' with features/,
      sure: 0.9,
    },
    { says: /\/bin\/\w*sh: Invalid ELF image for this architecture/, sure: 0.9 },
    { says: /runtime execution on platform (?<platform>\S+) not supported/, sure: 0.95 },
    { says: /(?:^|[^/])\bexec (?<program>\/\S+): exec format error/, sure: 0.9 },
    { says: /exec user process caused:? '?exec format error/, sure: 0.92 },
    { says: /\/proc\/sys\/fs\/binfmt_misc\/register/, unless: /echo|tee/, sure: 0.85 },
    {
      says: /(?:\/bin\/(?:ba)?sh|sh|\/usr\/bin\/env|\/dev\/\.buildkit_qemu_emulator)\S*: (?:exec: )?exec(?:utable)? format error/,
      unless: /^zsh: exec format error: /,
      sure: 0.88,
    },
    { says: /fork\/exec \/(?:usr\/)?bin\/\w*sh: exec format error/, sure: 0.88 },
    {
      says: /image'?s platform \(?(?<image>[\w/]+)\)? does not match the detected host platform/,
      beside: /exec format error/,
      sure: 0.9,
    },
    {
      says: /(?:no|missing|without|not) (?:\w+ ){0,3}(?:emulator|emulation|binfmt(?:_misc)?)(?: \w+){0,4} (?:for|registered|found|available|support)/,
      unless: /checking/,
      sure: 0.7,
      soft: true,
    },
    {
      says: /binfmt_misc.{0,60}(?:not (?:mounted|found|supported|enabled|available)|no such file|permission denied|cannot)/,
      sure: 0.85,
    },
    { says: /chroot: failed to run command '\S+': Exec format error/, sure: 0.92 },
    { says: /(?:container|runtime|runc|crun).*exec format error/, sure: 0.85 },
    { says: /update-binfmts: (?:warning|fatal|unable)/, sure: 0.7 },
    {
      says: /Exec format error/,
      beside: /debootstrap|second-stage|--platform[= ]linux|FROM --platform/,
      sure: 0.75,
    },
  ],
  cause: 'programs of another CPU are started, and the kernel has no emulator registered for them',
  cure: 'register QEMU on the machine that builds, once: `docker run --privileged --rm tonistiigi/binfmt --install all` or `sudo apt-get install qemu-user-static`; or build on a machine of that CPU; or compile across (`FROM --platform=$BUILDPLATFORM`, `builder:`)',
  asks: ['binfmt'],
  explains: ['wrong-arch-binary'],
  candidates: [
    {
      class: 'wrong-arch-binary',
      decides:
        'where other programs of the image run, only this one file is of another CPU; a script without a `#!` line gives the same message',
    },
  ],
  references: [
    'https://github.com/sighupio/gangplank/issues/13',
    'https://github.com/pypa/manylinux/issues/410',
    'https://github.com/tonistiigi/binfmt/issues/138',
  ],
  examples: [
    '#6 [ca-certificates 2/3] RUN apk update\n#6 0.275 exec /bin/sh: exec format error\n#6 ERROR: process "/bin/sh -c apk update" did not complete successfully: exit code: 255',
    'standard_init_linux.go:211: exec user process caused "exec format error"\nfailed to resize tty, using default size',
    'installing: arm64 cannot register "/usr/bin/qemu-aarch64" to /proc/sys/fs/binfmt_misc/register: write /proc/sys/fs/binfmt_misc/register: no such file or directory',
  ],
  lookAlikes: [
    'bash: ./kubectl: cannot execute binary file: Exec format error',
    'exec /app/server: no such file or directory',
  ],
};

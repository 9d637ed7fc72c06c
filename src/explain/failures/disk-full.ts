import type { FailureClass } from '../failure-class.ts';

export const diskFull: FailureClass = {
  class: 'disk-full',
  signs: [
    { says: /disk ?space monitor action is '(?:ABORT|HALT|STOPTASKS)'/, sure: 0.93 },
    {
      says: /installing package \S+ needs \d+\S* (?:inodes|\wB) on the|\bOutOfDiskSpace\b|nicht genug Speicherplatz/,
      sure: 0.9,
    },
    {
      says: /Partition \S+ too full: \d+ blocks needed|low on resource: ephemeral-storage|ephemeral local storage usage exceeds|not be enough (?:disk )?space/,
      sure: 0.86,
    },
    { says: /No usable temporary directory found in/, sure: 0.68 },
    { says: /(?:write|cp|mv|mkdir|tar|cannot \w+|open|create)\b.*: Quota exceeded$/, sure: 0.86 },
    { says: /Thin Pool has \d+ free (?:data|metadata) blocks which is less than/, sure: 0.9 },
    {
      says: /kein Speicherplatz mehr verf|Aucun espace disponible sur le p|No queda espacio en el dispositivo|Spazio esaurito sul device|espa.{1,3}o dispon.{1,3}vel no dispositivo|设备上没有空间|デバイスに空き領域がありません|На устройстве не осталось свободного места|Brak miejsca na urz|裝置上已無多餘空間|장치에 남은 공간이 없음/,
      sure: 0.93,
    },
    { says: /\bNoSpaceLeft\b/, sure: 0.92 },
    {
      says: /No space left on device/,
      unless:
        /inotify|file watchers|namespace|unshare|clone|\/proc\/self\/exe|semaphore|sem_open|bpf|\/dev\/shm|cgroup|watch\b/,
      sure: 0.95,
    },
    { says: /\bENOSPC\b/, unless: /watch|inotify/, sure: 0.93 },
    { says: /\[Errno 28\]|\(os error 28\)/, unless: /watch|inotify|\/dev\/shm/, sure: 0.93 },
    {
      says: /Disk quota exceeded|\bEDQUOT\b|\(os error 122\)|\[Errno 122\]/,
      sure: 0.9,
      cause: 'the quota of this user or project on the file system is used up',
      cure: "remove what isn't needed (`quota -s` tells), or ask for a larger quota",
    },
    { says: /You don't have enough free space in/, sure: 0.95 },
    { says: /not enough (?:free )?space (?:on|in|left)/, sure: 0.9 },
    { says: /database or disk is full/, sure: 0.93 },
    {
      says: /(?:not enough|insufficient|no|low|out of) (?:free |available )?(?:disk|storage|hard disk|hard drive) ?(?:space|room)/,
      unless: /warning|check(?:ing|s)? (?:for )?(?:enough|disk)/,
      sure: 0.88,
    },
    {
      says: /insufficient space|requires at least .{1,20} of (?:free |disk )?space|At least .{1,30} more space needed|needs? .{1,20}(?:MB|GB|MiB|GiB|KB) (?:more )?(?:space )?on the .{1,60}filesystem/,
      sure: 0.82,
    },
    {
      says: /disk (?:is )?full\b|filesystem (?:is )?full|(?:out of|no (?:free )?|no more) (?:disk space|inodes?)|no space on|out of space/,
      sure: 0.85,
    },
    {
      says: /no space left/,
      unless:
        /inotify|file watchers|namespace|unshare|\/proc\/self\/exe|semaphore|\/dev\/shm|watch\b|cgroup|bpf|unprivileged/,
      sure: 0.85,
    },
  ],
  cause:
    'the disk has no room, or no inodes, left; errors that come after it (bad signatures, damaged archives, failed links) follow from it',
  cure: 'make room where the file was written: `df -h` and `df -i` tell; `docker system prune`, `docker builder prune`, `targetry cache prune`; smaller debug information; a larger disk',
  asks: ['disk'],
  explains: [
    'apt-signature',
    'apt-hash-mismatch',
    'apk-signature',
    'repo-index-unreachable',
    'package-not-found',
    'npm-integrity',
    'cargo-cache-corrupt',
    'go-checksum-mismatch',
    'cache-race',
    'zig-cache',
    'crt-missing',
    'dev-package-missing',
    'wrong-arch-binary',
    'npm-cache-corrupt',
    'download-damaged',
    'ccache-stale',
    'buildkit-session-lost',
    'apt-key-missing',
    'buildkit-unreachable',
    'dpkg-interrupted',
    'read-only-fs',
    'tool-missing',
    'memory-limit',
    'oom-kill',
    'download-hash-mismatch',
  ],
  references: ['https://github.com/apache/datafusion/issues/2947'],
  examples: [
    '  = note: /usr/bin/ld: final link failed: No space left on device\n          collect2: error: ld returned 1 exit status',
    'npm ERR! code ENOSPC\nnpm ERR! nospc ENOSPC: no space left on device, write',
    "E: You don't have enough free space in /var/cache/apt/archives/.",
  ],
  lookAlikes: [
    "Error: ENOSPC: System limit for number of file watchers reached, watch '/app/src'",
    'unshare: unshare failed: No space left on device',
  ],
};

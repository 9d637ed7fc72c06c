import type { FailureClass } from '../failure-class.ts';

export const syscallEnosys: FailureClass = {
  class: 'syscall-enosys',
  signs: [
    {
      says: /kernel (?:version )?(?:doesn't|does not|is too old to) support (?<syscall>[a-z]\w+)|(?<syscall2>io_uring|userfaultfd|memfd_create|pidfd_open|statx) is not (?:supported|available) (?:on|by|in) (?:this|your|the)/,
      unless: /falling back|fallback|overlay|module|warn/,
      sure: 0.86,
    },
    {
      says: /angeforderte Funktion ist nicht implementiert|Fonction non (?:implémentée|implantée)|Función no implementada|Função não implementada|函数(?:未实现|没有被?实现)|Функция не реализована/,
      sure: 0.8,
    },
    { says: /\bepoll_?create1? failed with 38|failed with (?:errno )?ENOSYS/, sure: 0.93 },
    { says: /The futex facility returned an unexpected error code/, sure: 0.8 },
    { says: /unexpected errno: 38\b/, sure: 0.96 },
    {
      says: /\bFunction not implemented\b/,
      unless: /NotImplementedError|TODO|mock|not implemented yet|^\s*WARN/,
      sure: 0.88,
    },
    { says: /\bENOSYS\b|\(os error 38\)|\berrno ?[=:]? ?38\b|\[Errno 38\]/, unless: /^\s*WARN/, sure: 0.9 },
    { says: /qemu: Unsupported syscall: (?<syscall>\d+)/, sure: 0.85, soft: true },
    { says: /rosetta error: Unimplemented syscall number (?<syscall>\d+)/, sure: 0.93 },
    {
      says: /(?:unsupported|unimplemented|unknown|invalid|not implemented) (?:system call|syscall) (?:number )?'?#?(?<syscall>\w+)/,
      sure: 0.8,
    },
    {
      says: /(?:system call|syscall) (?<syscall>\w+ )?(?:is )?(?:not (?:supported|implemented|available)|unavailable|missing)/,
      unless: /falling back|fallback|using .{1,30} instead/,
      sure: 0.82,
    },
    {
      says: /(?:requires|needs) (?:a )?(?:Linux )?kernel (?:version )?(?:>= ?|at least |newer than )?(?<need>\d\.\d+)/,
      unless: /headers|module/,
      sure: 0.7,
    },
  ],
  cause:
    'the program uses a system call ({syscall|such as faccessat2 or statx}) that answers "not implemented" here: an old kernel, gVisor, an old QEMU, or a profile that says so. Caches and files are whole',
  cure: 'run it where the call exists: a newer kernel (faccessat2: 5.8, clone3: 5.3), a newer QEMU or container runtime; or take a version of the program that can do without. Clearing caches does not help',
  asks: ['seccomp', 'engine-calls'],
  explains: ['zig-cache', 'cargo-cache-corrupt', 'cache-race', 'seccomp-blocks-syscall'],
  references: [
    'https://github.com/ziglang/zig/issues/24821',
    'https://man7.org/linux/man-pages/man2/faccessat2.2.html',
  ],
  examples: [
    "unexpected errno: 38\nfaccessatZ: else => |err| return unexpectedErrno(err)\nerror: unable to access options file '.zig-cache/c/242be99a2e1bb39e6b880c7b5722b91e/options.zig': Unexpected",
    'Error: ENOSYS: function not implemented, copyfile',
    'rosetta error: Unimplemented syscall number 282',
  ],
  lookAlikes: ['error: not implemented: main.rs:12', 'checking for statx... no'],
};

import type { FailureClass } from '../failure-class.ts';

export const qemuCrash: FailureClass = {
  class: 'qemu-crash',
  signs: [
    {
      says: /buildkit_qemu_emulator .*exit code: (?:132|134|135|136|139)\b/,
      sure: 0.9,
    },
    {
      says: /Unable to find a guest_base to satisfy|\brosetta(?: error)?: error: |^rosetta error: |assertion failed \[.+\]: failed to decode instruction/,
      unless: /Unimplemented syscall|failed to open elf/,
      sure: 0.85,
    },
    {
      says: /^(?<program>\S+): applet not found/,
      beside: /buildkit_qemu_emulator|\bqemu\b|linux\/arm/,
      sure: 0.85,
      cause:
        "QEMU was registered without the flag that keeps a program's own name (P), so busybox doesn't know which of its programs it is",
    },
    { says: /Rosetta is only intended to run|BasicBlock requested for unrecognized address/, sure: 0.93 },
    {
      says: /failed to create new OS thread \(have \d+ already; errno=22\)|^fatal error: newosproc/,
      beside: /\bqemu\b|errno=22/,
      sure: 0.9,
    },
    { says: /QEMU internal SIG\w+/, sure: 0.96 },
    { says: /qemu: uncaught target signal \d+ \((?<signal>[^)]*)\)/, sure: 0.96 },
    { says: /qemu[\w-]*: QEMU internal SIG\w+/, sure: 0.96 },
    {
      says: /qemu[\w-]*:? .{0,80}(?:Assertion|assertion) .*failed|qemu[\w-]*: .{0,60}(?:tcg|fatal error)|ERROR:.{0,60}tcg/,
      sure: 0.9,
    },
    { says: /runtime: lfstack\.push invalid packing|lfstack\.push/, sure: 0.9 },
    {
      says: /rosetta error: (?:unexpected|assertion|bss_size|failed to|unhandled|.{0,40}overflow)/,
      unless: /Unimplemented syscall|failed to open elf/,
      sure: 0.88,
    },
    {
      says: /\b(?:Segmentation fault|Illegal instruction|Bus error|Aborted|Trace\/breakpoint trap)\b/,
      beside:
        /\bqemu\b|qemu-\w+-static|binfmt|emulat|--platform[= ]linux\/(?:arm|ppc|s390|riscv|mips)|(?:linux\/(?:arm64|arm\/v\d|riscv64|s390x|ppc64le))/,
      unless: /__tests__|\.(?:test|spec)\./,
      sure: 0.78,
    },
    {
      says: /(?:returned error exit status|exit code:?) (?:139|132|134)\b/,
      beside: /\bqemu\b|qemu-\w+-static|linux\/(?:arm64|arm\/v\d|riscv64|s390x|ppc64le)/,
      sure: 0.72,
    },
    {
      says: /qemu(?:-\w+)?(?:-static)?: (?:unhandled CPU exception|Unable to (?:reserve|find)|Could not (?:mmap|allocate)|page_set_flags|.{0,40}guest (?:base|address))/,
      sure: 0.9,
    },
    { says: /mmap: failed to .{0,40}emulat|(?:GC|gc).{0,20}bad pointer.{0,60}qemu/, sure: 0.6 },
  ],
  cause:
    "the program runs by QEMU's user-mode emulation (or Rosetta), and crashed because of it: not because of what it does",
  cure: 'register a newer QEMU (`docker run --privileged --rm tonistiigi/binfmt --install all`), build on a machine of that CPU, or compile across in place of emulating',
  explains: ['cpu-isa-too-old', 'oom-kill', 'process-limit', 'tool-missing'],
  references: ['https://github.com/docker/buildx/issues/1170', 'https://github.com/golang/go/issues/69255'],
  examples: [
    '#7 99.75 Processing triggers for libc-bin (2.31-13+deb11u3) ...\n#7 99.79 qemu: uncaught target signal 11 (Segmentation fault) - core dumped\n#7 99.97 dpkg: error processing package libc-bin (--configure):\n#7 99.97  installed libc-bin package post-installation script subprocess returned error exit status 139',
    'qemu-aarch64-static: QEMU internal SIGSEGV {code=MAPERR, addr=0x20}',
    'runtime: lfstack.push invalid packing: node=0xffff5542f2c0 cnt=0x1 packed=0xffff5542f2c00001 -> node=0x5542f2c0\nfatal error: lfstack.push',
  ],
  lookAlikes: [
    './tests/run: line 3: 4711 Segmentation fault (core dumped) ./unit_tests',
    'qemu: Unsupported syscall: 439',
  ],
};

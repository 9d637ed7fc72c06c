import type { FailureClass } from '../failure-class.ts';

/** In the words of `toolchain/link-check.ts` and `toolchain/zig-check.ts`. */
export const floorCrossed: FailureClass = {
  class: 'floor-crossed',
  signs: [
    {
      says: /targetry: (?<file>\S+) was built for glibc (?<need>[\d.]+), and (?<but>.+)$/,
      cause:
        '`{file}` was built for glibc {need}, and {but}: what is linked with it would need that glibc too',
      cure: 'take the build of the library that belongs to the older release, by its package in `sysroot:`; or raise the floor: a newer release for the sysroot, or for Zig `-target …-linux-gnu.{need}`, and `promise: ["glibc:{need}"]`',
      sure: 0.98,
    },
    {
      says: /targetry: (?<file>\S+) would need glibc (?<need>[\d.]+), and (?<promise>\S+) is promised/,
      sure: 0.98,
    },
  ],
  cause:
    '`{file}` calls what comes with glibc {need}, and {promise} is promised; the lines after it name each object and symbol',
  cure: 'compile against an older release with `sysroot:`, leave the calls out, or promise `glibc:{need}`',
  references: ['https://sourceware.org/glibc/wiki/Release/2.34'],
  examples: [
    'targetry: x.node would need glibc 2.33, and glibc:2.31 is promised:\ntargetry: late.o needs stat of GLIBC_2.33',
    'targetry: /usr/lib/x86_64-linux-gnu/libssl.so was built for glibc 2.33, and the sysroot has glibc 2.31',
  ],
  lookAlikes: ["libfoo.so: undefined reference to `stat@GLIBC_2.33'"],
};

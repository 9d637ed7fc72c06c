import type { FailureClass } from '../failure-class.ts';

export const relocOverflow: FailureClass = {
  class: 'reloc-overflow',
  signs: [
    {
      says: /relocation truncated to fit: (?<relocation>R_\w+)|relocation (?<relocation2>R_\w+) out of range/,
      sure: 0.9,
    },
  ],
  cause:
    'the program or library has become larger than the addresses that its code model ({relocation|}) reaches',
  cure: 'compile with `-mcmodel=medium` or `large` (all of it), leave out debug or unused parts (`-ffunction-sections -Wl,--gc-sections`), or split it',
  references: ['https://gcc.gnu.org/onlinedocs/gcc/x86-Options.html'],
  examples: [
    "main.o: in function `f': relocation truncated to fit: R_X86_64_PC32 against symbol `table'",
    'ld.lld: error: a.o:(.text+0x6): relocation R_X86_64_PC32 out of range: 3221225484 is not in [-2147483648, 2147483647]',
  ],
  lookAlikes: ['recompile with -fPIC'],
};

import type { FailureClass } from '../failure-class.ts';

export const picMissing: FailureClass = {
  class: 'pic-missing',
  signs: [
    { says: /can't link non-PIC object/, sure: 0.86 },
    {
      says: /unresolvable (?<relocation>R_\w+) relocation against symbol|dangerous relocation: unsupported relocation/,
      sure: 0.85,
    },
    { says: /recompile with '?-f(?:PIC|PIE)/, sure: 0.96 },
    {
      says: /relocation (?<relocation>R_\w+) .*(?:can not|cannot) be used (?:when making|against)/,
      sure: 0.94,
    },
    { says: /requires (?:dynamic|unsupported dynamic) (?<relocation>R_\w+) reloc/, sure: 0.9 },
    {
      says: /(?:relocation|reloc).*(?:in read-only section|against .{0,40}in read-only).{0,80}(?:PIC|PIE|text)?|read-only segment has dynamic relocations|ld: error: .{0,40}(?:DT_TEXTREL|text relocations?)|can't create dynamic relocation (?<relocation2>R_\w+)/,
      unless: /warning: (?:creating|relocation)/,
      sure: 0.88,
    },
    {
      says: /(?:not|non-) ?(?:compiled |built )?(?:position[- ]independent|with -fPIC|as PIC)\b/,
      sure: 0.82,
    },
  ],
  cause:
    'an object or static library was compiled without position independent code ({relocation|}), and a shared library or PIE is made of it',
  cure: 'compile it with `-fPIC` (CMake: `CMAKE_POSITION_INDEPENDENT_CODE=ON`; autoconf: `--with-pic`), take the shared library or the `_pic.a`; for a program alone `-no-pie` does',
  candidates: [
    {
      class: 'ccache-stale',
      decides:
        'where it is compiled with `-fPIC` now, the object is of a cache or a build folder that was filled without',
    },
  ],
  references: ['https://wiki.debian.org/Hardening/PIEByDefaultTransition'],
  examples: [
    "/usr/bin/ld: libfoo.a(foo.o): relocation R_X86_64_32 against `.rodata.str1.1' can not be used when making a shared object; recompile with -fPIC",
    'ld.lld: error: relocation R_X86_64_32S cannot be used against local symbol; recompile with -fPIC',
  ],
  lookAlikes: ['gcc -fPIC -c foo.c -o foo.o', '/usr/bin/ld: warning: creating DT_TEXTREL in a PIE'],
};

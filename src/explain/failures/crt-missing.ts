import type { FailureClass } from '../failure-class.ts';

export const crtMissing: FailureClass = {
  class: 'crt-missing',
  signs: [
    {
      says: /cannot find (?<file>(?:libc|libm|libpthread|ld-linux[\w-]*|libgcc_s)\.so[.\d]*) inside|\b(?<file2>LibC(?:Runtime|StdLibHeader|Installation)NotFound)\b|could not find native static library '(?<file3>c|m|pthread|gcc|gcc_eh|unwind|rt|dl)'|can't find (?<file4>crt0\.o)/,
      sure: 0.86,
    },
    {
      says: /Failed to find the C runtime at link time|(?:cannot|could not|failed to|unable to) (?:find|locate) (?:the )?(?:C runtime|crt (?:files|objects)|libc startup)/,
      sure: 0.86,
    },
    { says: /library not found: (?<file>c|m|pthread|gcc|gcc_s|dl|rt)$/, sure: 0.9 },
    {
      says: /(?:cannot find|cannot open|unable to find library) '?(?<file>\S*\/(?:libc\.so\.6|libc_nonshared\.a|libm(?:vec)?\.so\.\d|libpthread(?:\.so\.0|_nonshared\.a)|ld(?:-linux[\w-]*|64|-uClibc)?\.so\.\d))/,
      sure: 0.92,
    },
    {
      says: /(?:cannot find|cannot open|unable to find|No such file.{0,20}|can't find|couldn't open) '?(?<file>\S*[gSMr]?crt(?:1|i|n|begin|beginS|beginT|end|endS)\.o)/,
      unless: /Too many open/,
      sure: 0.96,
    },
    { says: /(?<file>[gSMr]?crt(?:1|i|n|begin\w?|end\w?)\.o): No such file/, sure: 0.96 },
    {
      says: /cannot find (?<file>-l(?:c|gcc|gcc_s|gcc_eh|m|pthread|dl|rt|util|c_nonshared))(?:\b| |:|$)/,
      unless: /-l(?:c|m|gcc|dl|rt)[+.-]|Too many open files/,
      sure: 0.9,
    },
    {
      says: /unable to find library (?<file>-l(?:c|gcc|gcc_s|gcc_eh|m|pthread|dl|rt|util))(?: |$)/,
      sure: 0.9,
    },
    {
      says: /fatal error: '?(?<file>(?:stdio|stdlib|string|stdint|limits|errno|unistd|features|assert|ctype|math|inttypes|wchar|signal|time|locale|setjmp|pthread|stdc-predef|sys\/types|sys\/wait|sys\/mman|sys\/ioctl|netdb|netinet\/in|arpa\/inet|dlfcn|fcntl|dirent|pwd|grp|termios|poll|sched|semaphore|getopt|langinfo|libgen|glob|fnmatch|regex|search|spawn|syslog|utime|elf|link|alloca|endian|byteswap|malloc|memory|strings|fenv|complex|float|stdarg|stdbool|iso646|sys\/stat|sys\/time|sys\/param|sys\/socket|gnu\/stubs(?:-\w+)?|bits\/libc-header-start|bits\/\w+|stddef)\.h)'?(?:: No such file| file not found)/,
      unless: /bits\/stdc\+\+/,
      sure: 0.92,
    },
    { says: /library not found for -l(?<file>[gS]?crt\w+\.o)/, sure: 0.93 },
    {
      says: /fatal error: '?(?<file>sys\/cdefs\.h)/,
      beside: /\/usr\/include\/features\.h|-m32|gcc-multilib|i386|x86_64-linux-gnu/,
      sure: 0.9,
    },
    {
      says: /C compiler cannot create executables|Compiler \S+ can ?not compile programs|is not able to compile a simple test program/,
      without:
        /No space left|Too many open|Exec format|Permission denied|Illegal instruction|Killed|unrecognized|cannot find -l[a-z]{4}/,
      within: 40,
      sure: 0.62,
    },
    {
      says: /(?:C|cross) (?:library|runtime) (?:headers|development files|startup files).{0,40}(?:not found|missing|not installed)/,
      sure: 0.8,
    },
    {
      says: /fatal error: '?(?<file>(?:iostream|vector|cstdint|cstdlib|cstddef|cstring|string|memory|new|algorithm|map|utility|type_traits|bits\/c\+\+config\.h|initializer_list|atomic|thread|mutex|array|functional|limits|cmath|stdexcept|exception|stdlib\.h|sstream|fstream|chrono))'?(?:: No such file| file not found)/,
      sure: 0.85,
      cause: 'the headers of the C++ library are not installed for this compiler and CPU',
      cure: {
        any: 'install them: `apt-get install g++` (`libstdc++-12-dev`), `apk add g++`, `dnf install gcc-c++`; for a cross compiler its own g++',
        debian: '`apt-get install g++`; for a cross compiler its own (`g++-aarch64-linux-gnu`)',
        alpine: '`apk add g++`',
        fedora: '`dnf install gcc-c++`',
      },
    },
  ],
  cause:
    "the files by which the C library is linked ({file|crt1.o, crti.o}) or its headers are not there: a compiler without the libc's development files, or without those of the CPU built for",
  cure: {
    any: 'install them: `apt-get install libc6-dev` (`gcc-multilib` for -m32, `libc6-dev-arm64-cross` across), `apk add musl-dev`, `dnf install glibc-devel` (`glibc-static` for -static)',
    debian: '`apt-get install libc6-dev`; for -m32 `gcc-multilib`; across `libc6-dev-arm64-cross`',
    alpine: '`apk add musl-dev` (or `build-base`)',
    fedora: '`dnf install glibc-devel`; for -static also `glibc-static`, for -m32 `glibc-devel.i686`',
  },
  explains: ['linker-missing', 'tool-missing'],
  candidates: [
    {
      class: 'fd-limit',
      decides: '`ulimit -n`: where the limit is small, files that are there "can\'t be found"',
    },
  ],
  references: ['https://github.com/rust-lang/docker-rust/issues/68'],
  examples: [
    '= note: /usr/lib/gcc/x86_64-alpine-linux-musl/9.3.0/../../../../x86_64-alpine-linux-musl/bin/ld: cannot find crti.o: No such file or directory\n          collect2: error: ld returned 1 exit status',
    'main.c:1:10: fatal error: stdio.h: No such file or directory',
    '/usr/bin/ld: cannot find Scrt1.o: No such file or directory',
    '/usr/bin/ld: cannot find -lc\ncollect2: error: ld returned 1 exit status',
  ],
  lookAlikes: ['/usr/bin/ld: cannot find -lcurl', '/usr/bin/ld: cannot find -lgcc: Too many open files'],
};

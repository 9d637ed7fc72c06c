import type { FailureClass } from '../failure-class.ts';

export const libcMixLink: FailureClass = {
  class: 'libc-mix-link',
  signs: [
    {
      says: /lib(?:m|c|mvec|pthread)-2\.\d+\.a\(|undefined reference to '(?<symbol>_dl_x86_\w+|_rtld_global\w*|_dl_relocate_static_pie)'/,
      beside: /linux-musl|musl-gcc|ld-musl/,
      sure: 0.9,
    },
    {
      says: /(?:undefined reference to '|undefined symbol: )(?<symbol>(?:f|l)?stat64|fcntl64|open(?:at)?64|f?open64|lseek64|p(?:read|write)v?64(?:v2)?|f?truncate64|fseeko64|ftello64|mmap64|readdir64|fallocate64|posix_fallocate64|statfs64|secure_getenv|__strto\w+_internal|__cxa_thread_atexit_impl)\b/,
      beside: /linux-musl|musl-gcc|\bmusl\b/,
      unless: /: (?:line )?\d+:\d+: error/,
      without: /\balpine\b|implicit declaration/,
      sure: 0.9,
    },
    {
      says: /undefined reference to (?:symbol )?'(?<symbol>__(?:v?[fs]?n?printf|mem\w+|str\w+|realpath|read|fgets|open|longjmp|syslog|vsyslog|fdelt|poll|recv)_chk)/,
      unless: /@GLIBC/,
      sure: 0.86,
    },
    {
      says: /undefined reference to '(?<symbol>\w+)'/,
      beside: /\bld: \S*musl\S*\.a\(\S+\): in function|\bld: \S*musl\S*\.a\(/,
      within: 2,
      sure: 0.85,
    },
    { says: /libc\.musl-\w+\.so\.1, needed by (?<file>[^ ,]+), not found/, sure: 0.9 },
    {
      says: /\blibc\.so\.6, needed by (?<file>[^ ,]+), not found/,
      beside: /linux-musl|\balpine\b|ld-musl|musl-gcc/,
      sure: 0.9,
    },
    { says: /undefined references? to '(?<symbol>errno)'/, sure: 0.72 },
    {
      says: /undefined references? to '(?<symbol>strlcpy|strlcat|fgetln|__errno_location|reallocarray|issetugid)'/,
      beside: /linux-musl/,
      sure: 0.8,
    },
    {
      says: /musl\S* .*(?:\blibc\.so\.6\b|\bld-linux|@GLIBC_)/,
      beside: /\bld: |\bld\.\w+: /,
      within: 0,
      unless: /symbol not found|Error relocating|Error loading/,
      sure: 0.97,
    },
    {
      says: /musl\S*libc\.a\(.*multiple definition of|multiple definition of .*(?:musl\S*libc\.a|linux-gnu\/libc\.a)/,
      sure: 0.85,
    },
    {
      says: /undefined reference to '(?<symbol>__\w+_chk|__fdelt_chk|__longjmp_chk|__stack_chk_fail_local|gnu_get_libc_version|__libc_start_main@|__res_(?:init|ninit|search|query|mkquery)|__isoc99_\w+|__sysv_signal|__xpg_\w+|__dn_\w+|__ctype_(?:b|tolower|toupper)_loc|__strdup|__rawmemchr|__cxa_thread_atexit_impl|__register_atfork|__libc_(?:malloc|calloc|free|memalign|realloc|single_threaded)|__errno_location|__assert_fail|__fxstat\w*|__xstat\w*|__lxstat\w*|stdout|stderr|stdin|__memcpy_chk|__finite|_IO_\w+|__vfprintf_chk|getcontext_)'/,
      unless: /@GLIBC/,
      sure: 0.84,
    },
    {
      says: /undefined symbol: (?<symbol>__\w+_chk|__fdelt_chk|__isoc99_\w+|__res_(?:init|ninit|search)|gnu_get_libc_version|__libc_single_threaded|__fxstat\w*|__xstat\w*|__longjmp_chk|__ctype_b_loc)/,
      unless: /symbol lookup error|Error relocating|ImportError|\.so\S*: undefined symbol/,
      sure: 0.84,
    },
    {
      says: /undefined reference to '(?<symbol>__isoc23_\w+|__libc_single_threaded|_dl_find_object|arc4random)/,
      beside: /linux-musl|musl-gcc|\balpine\b|\bmusl\b/,
      sure: 0.9,
    },
    {
      says: /undefined symbol: (?<symbol>__isoc23_\w+|_dl_find_object)/,
      beside: /linux-musl|musl-gcc|\bmusl\b/,
      unless: /symbol lookup error|\.so\S*: undefined symbol/,
      sure: 0.9,
    },
    {
      says: /(?:mixing|mixed|mixes|both|incompatible) .{0,40}(?:glibc and musl|musl and glibc|C libraries)/,
      sure: 0.8,
    },
    {
      says: /undefined reference to '(?<symbol>__\w+|\w+64)'/,
      beside: /musl-gcc|linux-musl(?:eabihf)?\b|-target \S*-musl/,
      unless:
        /__cxa_|__gxx_|__atomic|__sync|__gcc|_Unwind|__mulod|__udiv|__asan|__ubsan|__tsan|__cyg|__emutls|__imp|__start_|__stop_|__init_array|__real_|__wrap_|__isoc23/,
      sure: 0.75,
    },
    {
      says: /'?libc\.so\.6'? .{0,80}(?:needed by|referenced by).*musl|ld: .{0,80}musl.*(?:libc\.so\.6|ld-linux)|\/usr\/lib\/[\w-]*linux-gnu\/lib(?:c|pthread|m)\.(?:so|a).*musl/,
      sure: 0.8,
    },
    {
      says: /DSO missing from command line.{0,80}(?:libc\.so\.6|ld-linux)|libc\.so\.6: error adding symbols/,
      beside: /musl/,
      sure: 0.82,
    },
  ],
  cause:
    "objects or a static library that were compiled for glibc are linked into a program of another libc: `{symbol|the symbol}` is glibc's own",
  cure: 'build everything that is linked with the same compiler and libc (for musl: zlib, OpenSSL and libstdc++ of a musl toolchain, or an Alpine environment), or take builds of the library for it; `-U_FORTIFY_SOURCE` alone hides only some',
  explains: ['dev-package-missing', 'versioned-symbol-link'],
  candidates: [
    {
      class: 'versioned-symbol-link',
      decides: "where both are glibc, the object is of a newer one than the target's",
    },
  ],
  references: ['https://wiki.musl-libc.org/faq.html', 'https://github.com/sfackler/rust-openssl/issues/603'],
  examples: [
    "/usr/bin/ld: libcrypto.a(conf_def.o): undefined reference to `__memcpy_chk'\ncollect2: error: ld returned 1 exit status",
    'rust-lld: error: undefined symbol: __fprintf_chk\n>>> referenced by png.c',
    "/usr/bin/x86_64-linux-musl-ld: libfoo.a(x.o): undefined reference to `__isoc23_strtol'",
  ],
  lookAlikes: [
    "main.o: undefined reference to `my_function'",
    'Error relocating /app/x.node: __memcpy_chk: symbol not found',
    "undefined reference to `dlclose@GLIBC_2.34'",
  ],
};

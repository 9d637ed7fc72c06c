import type { FailureClass } from '../failure-class.ts';

export const versionedSymbolLink: FailureClass = {
  class: 'versioned-symbol-link',
  signs: [
    {
      says: /no symbol version section for versioned symbol '(?<symbol>\w+)@@?(?<need>[\w.]+)/,
      sure: 0.85,
    },
    {
      // Symbols that came with a certain libc or libstdc++, in objects that were compiled with its headers.
      says: /undefined (?:reference to|symbol:) '?(?<symbol>std::__throw_bad_array_new_length|std::__glibcxx_assert_fail|std::ios_base_library_init|__cxa_call_terminate|fcntl64|futimens|utimensat|memfd_create|getentropy|copy_file_range|reallocarray|explicit_bzero|__explicit_bzero_chk|gettid|_ZSt28__throw_bad_array_new_lengthv|_ZSt21__glibcxx_assert_fail\w*)\b/,
      unless: /symbol lookup error|\.so\S*: undefined symbol|ImportError/,
      without: /linux-musl|musl-gcc|\bmusl\b|Undefined symbols for architecture/,
      sure: 0.8,
    },
    {
      says: /undefined (?:reference|symbol)(?: to)?:? ?'?(?<symbol>[^'@]+)@@?(?<need>(?:GLIBC|GLIBCXX|CXXABI|OPENSSL|GCC)_[\w.]+)/,
      unless: /symbol lookup error/,
      sure: 0.96,
    },
    {
      says: /undefined (?:reference|symbol)(?: to)?:? ?'?(?<symbol>\w+)@@?(?<need>(?:GLIBC|GLIBCXX|CXXABI|OPENSSL|GCC)_[\w.]+)/,
      unless: /symbol lookup error/,
      sure: 0.96,
    },
    {
      says: /(?:não definida para|nicht definierter Verweis auf|référence indéfinie vers|referencia a|riferimento non definito a|неопределённая ссылка на|对) ?.{0,3}(?<symbol>__isoc23_\w+|__libc_single_threaded|_dl_find_object|arc4random\w*)/,
      without: /linux-musl|musl-gcc|\balpine\b|\bmusl\b/,
      sure: 0.85,
    },
    {
      says: /undefined reference(?: to|:) '?(?<symbol>__isoc23_\w+|__libc_single_threaded|_dl_find_object|arc4random\w*)/,
      without: /linux-musl|musl-gcc|\balpine\b|\bmusl\b/,
      sure: 0.85,
    },
    {
      says: /undefined symbol: (?<symbol>__isoc23_\w+|__libc_single_threaded|_dl_find_object|arc4random\w*)/,
      unless: /symbol lookup error|ImportError|\(\S+\.(?:so|node)[^)]*\)$|\.so\S*: undefined symbol/,
      without: /linux-musl|musl-gcc|\bmusl\b/,
      sure: 0.8,
    },
    { says: /undefined reference to '?(?<symbol>\w+)'? .{0,40}version (?<need>GLIBC_[\d.]+)/, sure: 0.9 },
  ],
  cause:
    "a library on the linker's line was made for a newer libc than the one being linked against: `{symbol|{symbol2}}` needs {need|a newer glibc}. It is no missing `-l`, and no limit of the CPU or the linker",
  cure: "link against a build of the library for the older libc, or raise the target's floor: a newer sysroot, or `-target aarch64-linux-gnu.2.34` with Zig",
  explains: ['dev-package-missing', 'libc-mix-link'],
  references: [
    'https://github.com/raysan5/raylib/issues/3046',
    'https://sourceware.org/glibc/wiki/Release/2.38',
  ],
  examples: [
    "/usr/bin/ld: libraylib.so: undefined reference to `dlclose@GLIBC_2.34'\n/usr/bin/ld: libraylib.so: undefined reference to `fstat@GLIBC_2.33'",
    'error: ld.lld: undefined reference: dlerror@GLIBC_2.34',
    "/usr/bin/ld: libonnxruntime.a(env.cc.o): in function `onnx': undefined reference to `__isoc23_strtoll'",
  ],
  lookAlikes: [
    "main.o: undefined reference to `compute_all'",
    "./app: /lib/libc.so.6: version `GLIBC_2.34' not found (required by ./app)",
  ],
};

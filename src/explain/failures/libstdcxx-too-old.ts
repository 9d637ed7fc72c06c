import type { FailureClass } from '../failure-class.ts';

export const libstdcxxTooOld: FailureClass = {
  class: 'libstdcxx-too-old',
  signs: [
    {
      says: /'(?<need>(?:GLIBCXX|CXXABI)_[\d.]+)' ?(?:找不到|未找到|nicht gefunden|introuvable|non trouvée?|no encontrad[ao]|não encontrad[ao]|non trovat[ao]|не найдена|не найдено|не найден|が見つかりません)/,
      sure: 0.94,
    },
    { says: /undefined symbol: \S+, version (?<need>(?:GLIBCXX|CXXABI)_[\d.]+)/, sure: 0.94 },
    { says: /libstdc\+\+ (?:ABI )?version '?[\d.]+'? (?:is )?too (?:small|old)/, sure: 0.85 },
    {
      says: /Error relocating (?<file>[^ :]+): (?:_ZNSt15__exception_ptr\S*|_ZSt\d+__throw_\w+|_ZSt21ios_base_library_initv): symbol not found|undefined symbol: _ZSt28__throw_bad_array_new_lengthv/,
      sure: 0.8,
      cause:
        'the program was built with a newer g++ than the libstdc++ here: a function of its library is not in it yet',
    },
    { says: /version '(?<need>(?:GLIBCXX|CXXABI)_[\w.]+)' not found/, sure: 0.97 },
    {
      says: /(?<need>(?:GLIBCXX|CXXABI)_[\d.]+)'? ?\(?(?:not found|is missing|required by|not defined|could not be found)/,
      unless: /undefined reference/,
      sure: 0.88,
    },
    { says: /version '(?<need>(?:GCC|LIBATOMIC|GOMP|OMP|LIBGFORTRAN)_[\w.]+)' not found/, sure: 0.85 },
  ],
  cause:
    'it was built by a newer GCC than the libstdc++ here belongs to: {need|a newer version} is not in this libstdc++.so.6',
  cure: "build with the GCC of an older release or with manylinux's gcc-toolset, link with `-static-libstdc++ -static-libgcc`, or run it on a newer release",
  explains: ['runtime-lib-missing'],
  references: ['https://github.com/laverdet/isolated-vm/issues/548'],
  examples: [
    "npm error Error: /lib/x86_64-linux-gnu/libstdc++.so.6: version `GLIBCXX_3.4.32' not found",
    "ImportError: /usr/lib/x86_64-linux-gnu/libstdc++.so.6: version `CXXABI_1.3.15' not found (required by /opt/venv/lib/python3.11/site-packages/pkg/_ext.so)",
  ],
  lookAlikes: ["/lib/libc.so.6: version `GLIBC_2.34' not found (required by /usr/lib/libstdc++.so.6)"],
};

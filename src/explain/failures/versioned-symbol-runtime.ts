import type { FailureClass } from '../failure-class.ts';

export const versionedSymbolRuntime: FailureClass = {
  class: 'versioned-symbol-runtime',
  signs: [
    { says: /undefined symbol: \w+,? version \w+_[\d.]+/, unless: /OPENSSL_|GLIBC/, sure: 0.84 },
    {
      says: /loadable library and (?:perl|python|ruby) binaries are mismatched|module '\S+' is not binary compatible|incompatible library version - |dlopen\(\) '\S+' failed \(\S+: undefined symbol: (?<symbol>\w+)/,
      sure: 0.92,
      cause: 'the extension was built for another version of the program that loads it (Perl, Ruby, nginx)',
      cure: 'build it anew for the one that is here, or take the package of it for this release',
    },
    {
      says: /compiled with module API=(?<need>\d+)|Python version mismatch: module was compiled for/,
      sure: 0.9,
      cause: 'the extension was built for another version of PHP or Python than the one that loads it',
      cure: 'build it anew for the one that is here (`phpize && ./configure && make`, `pip install --force-reinstall --no-cache-dir`)',
    },
    {
      says: /symbol lookup error: (?<file>[^ :]+): undefined symbol: (?<symbol>\w+),? version (?<need>[A-Z]+_OPENSSL_\w+)/,
      sure: 0.94,
    },
    {
      says: /(?<file>\S+\.so[\d.]*)'?\)?: undefined symbol: (?<symbol>\w+)/,
      beside:
        /unable to load shared object|Unable to load dynamic library|Can't load '\S+' for module|Cannot load required shared library|load NIF library/,
      within: 2,
      unless: /OPENSSL_|__isoc23|_ZN2v8|_ZN4node|\bld(?:\.\w+)?: /,
      sure: 0.7,
    },
    {
      says: /^(?:dyld(?:\[\d+\])?: )?Symbol not found: (?<symbol>_\w+)/,
      beside: /Referenced from:/,
      within: 3,
      sure: 0.85,
    },
    {
      says: /(?<file>\S+\.so[\d.]*): version '(?<symbol>[A-Za-z]\w*[_.]\w[\w.]*)' not found/,
      unless: /GLIBC|CXXABI|'OPENSSL|'GCC_|GOMP|LIBATOMIC|LIBGFORTRAN|OMP_/,
      sure: 0.9,
    },
    {
      says: /(?:site-packages|dist-packages|node_modules|lib-dynload)\/\S+\.(?:so|node): undefined symbol: (?<symbol>\w+)/,
      unless: /OPENSSL_|__isoc23|symbol lookup error/,
      sure: 0.72,
    },
    {
      says: /\.so: undefined symbol: (?<symbol>_?Py\w+|_ZNK?St\w+|_ZNK?(?:3c10|2at|5torch)\w+)/,
      sure: 0.8,
      cause:
        'the library was built for another version of what it looks for {symbol|a symbol} in (another Python, another C++ library), and that one is not here',
    },
    {
      says: /^(?<symbol>[A-Za-z]\w+): symbol not found$/,
      beside: /Error relocating \S+:$/,
      within: 1,
      unless: /64(?:v2)?:|_chk:|^__/,
      sure: 0.72,
    },
    {
      says: /Error relocating (?<file>[^ :]+): (?<symbol>\w+): symbol not found/,
      unless: /_ZN2v8|_ZN4node|: uv_|: napi_|_ZNK2v8|_ZTI|_ZSt|_ZNSt/,
      sure: 0.7,
    },
    {
      says: /symbol lookup error: (?<file>[^ :]+): undefined symbol: (?<symbol>\w+),? version (?<need>[\w.]+)/,
      unless: /OPENSSL_/,
      sure: 0.95,
    },
    {
      says: /symbol (?<symbol>\w+),? version (?<need>[\w.]+) not defined in file (?<file>\S+) with link time reference/,
      unless: /OPENSSL_|version GLIBC_2\.\d+ not defined in file libc\.so/,
      sure: 0.96,
    },
    { says: /undefined symbol: (?<symbol>\w+),? ?(?:version|@+) ?(?<need>GLIBC\w*_[\w.]+)/, sure: 0.9 },
    {
      says: /symbol lookup error: (?<file>[^ :]+): undefined symbol: (?<symbol>\w+)/,
      unless: /OPENSSL_|__isoc23/,
      sure: 0.75,
    },
  ],
  cause:
    'at run time a library was found that does not have `{symbol|a symbol}` in the version that was linked: it is another build or release of the library than at link time',
  cure: 'make program and library of one release: rebuild, or keep `LD_LIBRARY_PATH` and rpaths from finding another copy (`LD_DEBUG=libs` shows which one was taken)',
  references: [
    'https://github.com/nodejs/node/issues/52241',
    'https://bugs.debian.org/cgi-bin/bugreport.cgi?bug=1000421',
  ],
  examples: [
    '/usr/bin/gdb: symbol lookup error: /usr/lib/libfoo.so.2: undefined symbol: __libc_dlopen_mode, version GLIBC_PRIVATE',
    'python3: relocation error: /lib/x86_64-linux-gnu/libnss_files.so.2: symbol __libc_readline_unlocked, version GLIBC_PRIVATE not defined in file libc.so.6 with link time reference',
  ],
  lookAlikes: ["main.o: undefined reference to `foo'"],
};

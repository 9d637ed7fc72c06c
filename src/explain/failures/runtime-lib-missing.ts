import type { FailureClass } from '../failure-class.ts';

export const runtimeLibMissing: FailureClass = {
  class: 'runtime-lib-missing',
  signs: [
    {
      says: /(?<library>lib[\w+.-]+\.so[\w.]*): (?:ne peut ouvrir le fichier d'objet partagé|no se puede abrir el (?:archivo|fichero) del objeto compartido|impossibile aprire il file oggetto condiviso|não é possível abrir arquivo de objeto compartilhado|невозможно открыть разделяемый объектный файл|невозможно открыть общий объектный файл|共有オブジェクトファイルを開けません)/,
      unless: /libc\.musl|libstdc\+\+\.so\.6: version/,
      sure: 0.9,
    },
    {
      says: /AppImages? requires? FUSE to run|[Cc]ould not load library (?<library>lib[\w+-]+\.so[\w.]*)|OSError: (?<library2>\w+) library not found/,
      sure: 0.86,
    },
    {
      says: /Could not open library '(?<library>[^']+)'|Unable to find (?<library2>\w+) shared library|^could not load: '?(?<library3>lib[\w.+-]+\.so\S*)/,
      sure: 0.88,
    },
    {
      says: /Unable to load library '(?<library>[^']+)': .{0,20}(?:Native library|cannot open shared object)|Unable to load library '(?<library2>[^']+)':$/,
      sure: 0.85,
    },
    { says: /cannot load library '(?<library>[\w.+-]+)': .*cannot open shared object file/, sure: 0.9 },
    {
      says: /(?:missing|loading|not found:?|find|locate) (?:the )?(?:following )?(?:shared|native|runtime) (?:libraries|objects)(?: not found)?:? '?(?<library>lib[\w.+-]+\.so(?:\.\d+)*)|(?<library2>lib[\w.+-]+\.so(?:\.\d+)*) => not found/,
      unless: /libQt[56]Core|ld-linux|musl|libc\.so/,
      sure: 0.86,
    },
    { says: /dlopen failed: library '(?<library>[^']+)' not found/, sure: 0.9 },
    { says: /error loading (?<library>lib[\w.+-]+\.so[\w.]*)$/, sure: 0.88 },
    {
      says: /failed to find libmagic\b/,
      sure: 0.9,
      cause: 'python-magic comes without the library libmagic, which is not installed',
      cure: 'install it: `apt-get install libmagic1`, `apk add libmagic`, `dnf install file-libs`',
    },
    {
      says: /Host system is missing dependencies to run browsers/,
      sure: 0.92,
      cure: 'install what the browser needs: `npx playwright install-deps` (or `--with-deps`) as root',
    },
    { says: /no library called '(?<library>[^']+)' was found/, sure: 0.88 },
    {
      says: /Could not load the Qt platform plugin '(?<plugin>\w+)'/,
      sure: 0.75,
      cure: 'install what the plugin needs (`libxcb-cursor0` and others: `ldd …/libq{plugin|xcb}.so` names them), or set QT_QPA_PLATFORM=offscreen where there is no screen',
    },
    { says: /(?<library>lib[\w.+-]+\.so)\S* not found in the system path/, sure: 0.85 },
    {
      says: /(?<library>lib[\w.+-]+\.so(?:\.[\w.]+)?): cannot open shared object file$/,
      unless: /libQt[56]Core|ld-linux|musl|libc\.so|LD_PRELOAD|\bW tensorflow|dlerror: /,
      sure: 0.88,
    },
    { says: /dpkg-shlibdeps: error: (?:cannot|couldn't) find library (?<library>\S+)/, sure: 0.85 },
    {
      says: /Couldn't find a valid ICU package/,
      sure: 0.93,
      cure: 'install ICU (`apt-get install libicu-dev`, `apk add icu-libs`, `dnf install libicu`), or set DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1',
    },
    {
      says: /error while loading shared libraries: (?<library>[^ :]+): (?:Kann die Shared-Object-Datei nicht|ne peut ouvrir le fichier d'objet partag|no se puede abrir el archivo del objeto compartido|impossibile aprire il file oggetto condiviso|无法打开共享对象文件|共有オブジェクトファイルを開けません|não (?:foi|é) possível abrir (?:o )?arquivo (?:de objetos? )?compartilhado|не удаётся открыть файл)/,
      unless: /libQt[56]Core|ld-linux|musl|: libc\.so/,
      sure: 0.92,
    },
    {
      says: /error while loading shared libraries: (?<library>[^ :]+): cannot open shared object file/,
      unless: /libQt[56]Core|ld-linux|musl|: libc\.so/,
      sure: 0.92,
    },
    {
      says: /(?<library>lib[\w.+-]+\.so(?:\.[\w.]+)?): cannot open shared object file: No such file or directory/,
      unless:
        /libQt[56]Core|ld-linux|musl|libc\.so|Cannot load specified object|LD_PRELOAD|\bW tensorflow|dlerror: /,
      sure: 0.9,
    },
    {
      says: /Error loading shared library (?<library>lib[^ :]+): No such file or directory/,
      unless: /libc\.so\.6|libresolv|libnsl|libmvec|libnss|libanl/,
      sure: 0.9,
    },
    {
      says: /^\s*(?<library>lib[\w.+-]+\.so[\w.]*) => not found/,
      unless: /libQt[56]Core|musl/,
      sure: 0.7,
    },
    { says: /required library '(?<library>[^']+)' could not be located/, sure: 0.85 },
    {
      says: /(?:Unable to find|couldn't find any valid shared libraries matching:?) (?:libclang|\['(?<library>libclang)[^']*')/,
      sure: 0.8,
      cure: {
        any: 'install libclang: `apt-get install libclang-dev` (Debian), `apk add clang-dev` (Alpine), `dnf install clang-devel` (Fedora); or set LIBCLANG_PATH',
        debian: 'install libclang: `apt-get install libclang-dev`; or set LIBCLANG_PATH',
        alpine: 'install libclang: `apk add clang-dev`; or set LIBCLANG_PATH',
        fedora: 'install libclang: `dnf install clang-devel`; or set LIBCLANG_PATH',
      },
    },
    { says: /cannot load library '(?<library>lib[^']+)'/, unless: /error: \S+\.dll/, sure: 0.75 },
    {
      says: /(?:Library|library) not loaded|dlopen(?:\(\)|): (?<library>lib[\w.+-]+\.so[\w.]*)[^:]*: cannot open/,
      sure: 0.6,
    },
    {
      says: /Unable to load (?:dynamic |shared |native )library '?(?<library>lib[\w.+-]+)/,
      sure: 0.8,
    },
  ],
  cause: 'the shared library {library|it needs} is not installed where the program runs',
  cure: {
    any: '{brings|install the package that has {library|the library}: `apt-file search`, `apk add so:{library|NAME}`, `dnf provides`}; or link it statically',
    debian:
      '{brings|install the package that has {library|the library} (`apt-file search {library|NAME}` names it)}{elsewhere|, also in the stage of the image in which the program runs}',
    alpine:
      '{brings|`apk add so:{library|NAME}`}{elsewhere|, also in the stage of the image in which the program runs}',
    fedora:
      '{brings|`dnf install "*/{library|NAME}"`}{elsewhere|, also in the stage of the image in which the program runs}',
  },
  explains: ['versioned-symbol-runtime'],
  references: ['https://man7.org/linux/man-pages/man8/ld.so.8.html'],
  examples: [
    './server: error while loading shared libraries: libssl.so.1.1: cannot open shared object file: No such file or directory',
    'ImportError: libGL.so.1: cannot open shared object file: No such file or directory',
    'Error loading shared library libstdc++.so.6: No such file or directory (needed by /usr/local/bin/node)',
  ],
  lookAlikes: [
    'error while loading shared libraries: libQt5Core.so.5: cannot open shared object file: No such file or directory',
    "ERROR: ld.so: object '/usr/lib/libfakeroot.so' from LD_PRELOAD cannot be preloaded (cannot open shared object file): ignored.",
    'libc.musl-x86_64.so.1: cannot open shared object file: No such file or directory',
  ],
};

import type { FailureClass } from '../failure-class.ts';
import { knownHeaders } from '../package-names.ts';

const headers = knownHeaders()
  .map((name) => name.replaceAll(/[.+]/g, '\\$&') + (name.endsWith('/') ? '[\\w.+/-]+' : ''))
  .join('|');

export const devPackageMissing: FailureClass = {
  class: 'dev-package-missing',
  signs: [
    { says: /cannot load such file -- mkmf\b/, sure: 0.9 },
    {
      says: /No rule to make target '\/(?:usr|opt|lib)\w*\/[^']*\/lib(?<library>[\w+-]+)\.(?:so|a)[\d.]*', needed by/,
      sure: 0.84,
    },
    { says: /^\s*(?<library>[a-z][\w+-]+) is missing\.?$/, beside: /extconf\.rb/, sure: 0.84 },
    {
      says: /configure: error: (?:[Cc]an't|[Cc]annot|[Cc]ould not) find (?<library>lib\w[\w+.-]*)$|Unable to find the '(?<library2>\w+)' library/,
      sure: 0.86,
    },
    {
      says: /fatal error: '?(?<header>[\w+.-]+(?:\/[\w+.-]+)*\.h(?:pp|xx|h)?)'?(?:: No such file| file not found)/,
      beside: /^\s*(?:\d+ ?\| ?)?\s*# ?(?:include|import) <[\w+./-]+>/,
      unless:
        /fatal error: '?(?:sys|linux|asm|asm-generic|bits|gnu|net|netinet|arpa|rpc|drm|mtd|scsi|sound|video|generated|config|std\w+|execinfo|features|fts|argp|obstack|error|libintl|values|ucontext)[/.]/,
      within: 2,
      sure: 0.68,
    },
    {
      says: /fatal error: '?(?<header>(?:erl_nif|erl_interface|hdf5|netcdf|mpi|cblas|lapacke|gsl\/\w+|fftw3|gdal|geos_c|proj_api|perl|lber|ldap|sasl\/sasl|krb5|gssapi|mysql|libmemcached\/\w+|portaudio|sndfile|samplerate|alsa\/\w+|pulse\/\w+|jack\/\w+|vorbis\/\w+|opus\/\w+|caml\/\w+|graphviz\/\w+|unicode\/\w+|libxslt\/\w+|uuid\/uuid|pcap(?:\/\w+)?|nfnetlink\w*|libnl3?\/\S+|seccomp|cap-ng|selinux\/\w+|acl\/libacl|attr\/\w+|security\/\w+|systemd\/[\w-]+|libudev|usb|libusb\S*|bluetooth\/\w+|cups\/\w+|sane\/\w+|wayland-\w+|xkbcommon\/\w+|EGL\/\w+|GLES\d?\/\w+|vulkan\/\w+|CL\/\w+|SDL2?\/\w+|GLFW\/\w+|ft2build|fontconfig\/\w+|pango\/\w+|cairo(?:\/\w+)?|gtk\/\w+|gio\/\w+|tcl|lua|ruby|Rinternals|jni|tiffio|jpeglib|webp\/\w+|gif_lib|lcms2|ImageMagick\S*|vips\/\w+|opencv2?\/\w+|Eigen\/\w+|boost\/\S+|google\/protobuf\/\S+|absl\/\S+|grpc\S*|gtest\/gtest|benchmark\/benchmark|fmt\/\w+|spdlog\/\w+|nlohmann\/json|tbb\/\w+|zmq|sodium|gcrypt|gpgme|nettle\/\w+|gnutls\/\w+|secp256k1|argon2|snappy|lz4\w*|zstd|brotli\/\S+|lzma|bzlib|leveldb\/\S+|rocksdb\/\S+|lmdb|gdbm|sqlite3|libpq-fe|postgres|sqlext|hiredis\/\w+|librdkafka\/\w+|rabbitmq-c\/\w+|avahi-\S+|dbus\/\w+|expat|yaml|json-c\/\w+|jansson|libconfig|readline\/\w+|histedit|ncurses\w*|slang|libelf|elfutils\/\w+|dwarf|libunwind\S*|bfd|libiberty|infiniband\/\w+|rdma\/\w+|cuda\w*|cudnn|nccl|cublas\w*)\.h(?:pp)?)'?(?:: No such file| file not found)/,
      without: /^\s*(?:\d+ ?\| ?)?\s*# ?include '/,
      within: 2,
      sure: 0.9,
    },
    {
      says: /Can't link\/include C library '(?<library>[^']+)'|Project ERROR: (?<library2>\S+) development package not found|Unknown module\(s\) in QT: (?<module>\S+)|GDAL API version must be specified|Could not find library (?<library3>\S+) or load any of its variants|Unable to load dependency (?<library4>\w+), make sure|Is (?<library5>lib\w+) installed\?|^header '(?<header>[\w./-]+\.h)' not found|The following required packages were not found:/,
      sure: 0.88,
    },
    {
      says: /No such file or directory: '(?<tool>(?:pg|mysql|mariadb|krb5|curl|gdal|geos|xml2|xslt|apr|apu|libpng|freetype|icu|ncurses\w*|pcre2?|gpgme|net-snmp|sdl2?|Magick|Wand|llvm|R|nc|nx|h5cc|cups|wx)-?_?config)'/,
      sure: 0.92,
    },
    {
      says: /configure: error: system (?<library>lib\w+) must be upgraded|ERROR: configuration failed for package '(?<package>[^']+)'/,
      sure: 0.72,
    },
    {
      says: /The pkg-config package '(?<library>[^']+)'(?: version \S+)? is required but it could/,
      sure: 0.92,
    },
    { says: /could not find system library '(?<library>[^']+)' required by/, sure: 0.9 },
    {
      says: /You need to install (?<package>\S+-dev\S*) |[Pp]lease install (?:the )?(?:\S+ ){0,3}'?(?<package2>[\w.+-]+-dev(?:el)?)\b|Unable to find PostgreSQL client library|\w+-config for (?<library>lib\w+) not found|compilation of (?<package3>conf-[\w-]+)\S* failed/,
      unless: /warning|optional|^I: |recommend|poppler-data/,
      sure: 0.8,
      soft: true,
    },
    {
      says: /System requirements: '(?<package>[^']+)' are missing|missing system (?:dependencies|requirements|packages)\b/,
      sure: 0.85,
    },
    {
      says: /Unmet build dependencies: |error: Failed build dependencies:|^==> Missing dependencies:/,
      sure: 0.88,
      cause: 'packages that the package is built with are not installed: the message names them',
      cure: {
        any: 'install them: `apt-get build-dep .`, `dnf builddep FILE.spec`, `makepkg -s`',
        debian: '`apt-get build-dep .` (or `mk-build-deps -i`), before dpkg-buildpackage',
        fedora: '`dnf builddep FILE.spec`, before rpmbuild',
      },
    },
    {
      says: /The compilation of conf-(?<library>\w[\w+-]*)(?:\.\S+)? failed at '(?:pkg-config|sh|cc|gcc|\/bin\/sh|\S+sandbox\.sh build (?:pkg-config|cc|gcc|sh))/,
      unless:
        /conf-(?:pkg-config|m4|autoconf|automake|libtool|which|perl|python|cmake|gcc|clang|rust|git|bison|flex|ninja)/,
      sure: 0.88,
      cause: 'the library that conf-{library} stands for is not installed for the system',
      cure: '`opam depext conf-{library}` (opam 2.0) or `opam install --confirm-level=unsafe-yes` (2.1) installs what it asks for',
    },
    {
      says: /configure: error: \**\s*(?:(?<library>GMP|GNU MP|MPFR|MPC|ICU|PCRE2?|GnuTLS|OpenSSL|expat|readline|libevent|ncurses) not found|[Nn]o (?:termcap|curses)\b|Building GCC requires GMP|Please reinstall the (?<library2>\w+) distribution)/,
      sure: 0.9,
    },
    {
      says: /Could not build the ssl module|RequiredDependencyException: (?<library>\w+)$/,
      sure: 0.88,
    },
    {
      says: /^(?<library>lib\w+) is missing\. Please locate mkmf\.log|(?<library2>\w+) must be installed prior to building|Could not find header file for (?<module>\w+)|Failed finding (?<library3>\w+) header (?<header>\w+\.h)|^(?:psych|fiddle|openssl|readline|zlib): Could not be configured/,
      sure: 0.88,
    },
    { says: /error: Couldn't find library: (?<library>\w[\w+.-]*)/, sure: 0.86 },
    {
      says: /(?:cannot|can't|could not|couldn't|unable to|did not) find (?:the )?(?<library>[\w.+-]+) (?:headers?\b|development (?:files|headers|libraries|package))/,
      unless: /kernel|linux|node|precompiled|checking|warning|python/,
      sure: 0.78,
    },
    { says: /Did not find pkg-config module '?(?<module>[\w.+-]+)/, sure: 0.72 },
    {
      says: /'pkg-config' .*'(?<module>[\w.+-]+)'' did not exit successfully: exit (?:status|code): 1\b/,
      sure: 0.88,
    },
    {
      says: /^\s*A required package was not found/,
      beside: /FindPkgConfig|CMake Error/,
      within: 4,
      sure: 0.8,
    },
    { says: /^ld: library '(?<library>[\w.+-]+)' not found/, unless: /'(?:c|m|System)'/, sure: 0.9 },
    { says: /\bmodule requires the (?<library>\w+) library\b/, sure: 0.88 },
    { says: /^ERROR: (?<module>[\w.+-]+)(?: [<>=]+ ?[\d.]+)? not found using pkg-config/, sure: 0.92 },
    {
      says: /No module named '?_(?<module>ctypes|ssl|bz2|lzma|sqlite3|curses|tkinter|dbm|readline)'?$/,
      sure: 0.8,
      cause:
        'this Python was built where the headers of the library for its module _{module} were not installed, so it was left out',
      cure: 'install them (libffi-dev, libssl-dev, libbz2-dev, liblzma-dev, libsqlite3-dev …) and build Python again, or take one that is whole',
    },
    { says: /Call to 'pkg-config (?<module>[\w.+-]+)[^']*' returned exit status 1\b/, sure: 0.88 },
    {
      says: /The (?:Ruby|Python) (?<module>\w+) extension was not compiled/,
      sure: 0.86,
    },
    {
      says: /[Tt]ry (?:running )?'?(?:sudo )?(?:apt-get|apt|yum|dnf|apk) (?:install|add) (?:-y )?(?<library>[\w.+-]+-(?:dev|devel))\b/,
      sure: 0.84,
    },
    {
      says: /Missing \(or bad\) (?:C librar(?:y|ies)|header files?): (?<library>[\w+.-]+)/,
      sure: 0.9,
    },
    {
      says: /You may need to '(?:sudo )?(?:apt-get|apt|yum|dnf|apk) (?:-y )?(?:install|add) '?(?<library>[\w+.-]+-(?:dev|devel))\b/,
      sure: 0.86,
    },
    {
      says: /[Cc]an't find (?:the )?(?:header files? (?:for|of) (?<module>[\w.+-]+)|'?(?<header>[\w/-]+\.h)'? header)/,
      unless: /checking/,
      sure: 0.86,
    },
    { says: /can't decompress data; zlib not available/, sure: 0.86 },
    {
      says: /(?:Configuration failed because|Configuration failed to find) (?:the )?(?<library>[\w.+-]+)/,
      sure: 0.88,
    },
    {
      says: /[Pp]lease install (?:the )?(?<library>[\w.+-]+)(?: \w+)? \(?(?:with )?(?:development (?:headers|files|libraries|packages?)|headers)/,
      sure: 0.84,
    },
    {
      says: /Cannot compile '(?<header>[\w/.-]+\.h)'|Command 'pkg-config --exists (?<module>[\w.+-]+)' returned non-zero exit status 1\b|Can not find valid pkg-config name/,
      sure: 0.86,
    },
    {
      says: /(?:找不到|無法找到|no se puede encontrar|impossible de trouver|ne peut trouver|kann|não foi possível (?:localizar|encontrar)|impossibile trovare|не(?:возможно|льзя) найти) -l:?(?<library>[\w.+-]+)|-l(?<library2>[\w.+-]+)(?: kann nicht gefunden werden| が見つかりません)/,
      sure: 0.9,
    },
    { says: /Could not find \(the correct version of\) (?<module>\w+)/, beside: /CMake Error/, sure: 0.85 },
    {
      says: new RegExp(
        `(?:: |：)'?(?<header>(?:${headers}))'? ?(?:: |：)(?:Datei oder Verzeichnis nicht gefunden|Aucun fichier ou dossier de ce|No existe el (?:fichero|archivo)|File o directory non esistente|Arquivo ou diretório (?:inexistente|não encontrado)|Нет такого файла|没有那个文件或目录|そのようなファイル)`,
      ),
      sure: 0.9,
    },
    {
      says: /(?:mold|ld): (?:fatal: |error: )?library not found: (?<library>[\w+.-]+)/,
      unless: /: (?:c|m|pthread|gcc|gcc_s|dl|rt)$/,
      sure: 0.9,
    },
    {
      says: /Could not find (?<module3>\w[\w+.-]*) via pkg-config|The system library '(?<module>[^']+)' required by crate '[^']+' was not found|The file '(?<module2>[^']+)\.pc' needs to be installed/,
      sure: 0.95,
    },
    {
      says: /ERROR: +(?:Dependency|C\+\+ (?:shared or static )?library|C (?:shared or static )?library|Pkg-config dependency) '(?<module>[\w.+-]+)' not found/,
      sure: 0.92,
    },
    {
      says: new RegExp(
        `fatal error: '?(?<header>(?:${headers}))'?(?:: No such file or directory| file not found)`,
      ),
      unless: /error: '?db\.h/,
      sure: 0.93,
    },
    {
      says: new RegExp(`^\\S+:\\d+:\\d+: (?<header>(?:${headers})): No such file or directory`),
      unless: /error: '?db\.h/,
      sure: 0.88,
    },
    {
      says: new RegExp(
        `(?:error: |cannot find |Cannot find |missing |could not find |couldn't find )(?:the )?(?:header )?(?:file )?<?'?(?<header>(?:${headers}))'?>?(?::? (?:No such file|not found|file not found|is missing|header)| is required|$)`,
      ),
      unless: /checking|error: '?db\.h/,
      sure: 0.82,
    },
    {
      says: /cannot find -l:?(?<library>[\w.+-]+)/,
      unless: /-l(?:c|gcc|gcc_s|gcc_eh|m|pthread|dl|rt|util)(?:$|[:, )'])|Too many open files/,
      sure: 0.9,
    },
    {
      says: /unable to find library -l(?<library>[\w.+-]+)|library not found for -l(?<library2>[\w.+-]+)|cannot find library:? '?-l(?<library3>[\w.+-]+)/,
      unless: /-l(?:c|gcc|gcc_s|m|pthread|dl|rt|util)(?:$|[:, )'])|-l[gS]?crt\w+\.o/,
      sure: 0.9,
    },
    {
      says: /could not find native static library '(?<library>\w[^']+)'|unable to find (?:dynamic |static )?system library '(?<library2>[^']+)'/,
      sure: 0.88,
    },
    {
      says: /Package '?(?<module>[\w.+-]+)'?,? (?:was )?not found in the pkg-config search path|Package '(?<module2>[^']+)',? required by '[^']+',? not found|No package '(?<module3>[^']+)' found/,
      sure: 0.88,
    },
    {
      says: /(?:Problem encountered|ERROR|error): (?<library>(?:lib)[\w+.-]+) (?:development files? )?(?:is|are|was|were) (?:missing|not found|required|needed)/,
      beside: /found: NO|meson\.build|CMakeLists|configure/,
      sure: 0.85,
    },
    { says: /^- Failed to find (?<header>[\w/-]+\.h)\b/, beside: /configure/, sure: 0.86 },
    {
      says: /configure: error: (?:can ?not|could not|unable to) find (?:the )?(?:required )?(?:library (?<library>lib\w[\w+.-]*)|(?:[\w.+-]+\/)?(?<library2>[a-z][\w.+-]*) library$)/,
      sure: 0.86,
    },
    {
      says: /configure: error: [*'\s]*(?:(?<library>\w[\w.+-]*)(?: library| headers?)? (?:is|are) (?:required|needed|missing|not found|not installed)|(?<library2>lib\w[\w.+-]*) (?:was )?not found)/,
      unless: /compiler|Python|perl\b|kernel|cmake|bison|flex|yasm|nasm|ninja|meson/,
      sure: 0.8,
    },
    { says: /^\*\*\* extconf\.rb failed|lack of necessary$|necessary libraries and\/or headers/, sure: 0.72 },
    { says: /Package requirements \((?<module>[\w.+-]+)[^)]*\) were not met/, sure: 0.9 },
    {
      says: /(?:Dependency|dependency) '?(?<module>[\w.+-]+)'? (?:not found|is required but not found)|Dependency lookup for (?<module2>\S+) with method .{0,40}failed/,
      unless: /Run-time|tried|optional|fallback|peer/,
      sure: 0.8,
    },
    {
      says: /Could NOT find (?<module>\w+) \(missing: [^)]*(?:INCLUDE|LIBRAR)/,
      beside: /CMake Error|Configuring incomplete|error/,
      sure: 0.88,
    },
    {
      says: /Could NOT find (?<module>\w+)(?: \(missing|\s*$|,)/,
      beside: /CMake Error|Configuring incomplete/,
      within: 12,
      unless: /Git\b|Doxygen|Python|Perl|BISON|FLEX|ccache|Ninja|Java\b|SWIG|Threads|Protoc\b/,
      sure: 0.78,
    },
    {
      says: /By not providing 'Find(?<module>\w+)\.cmake' in CMAKE_MODULE_PATH|Could not find a package configuration file provided by '(?<module2>[^']+)'/,
      sure: 0.85,
    },
    {
      says: /Could not find directory of OpenSSL installation|Could not find OpenSSL|openssl-sys.{0,80}(?:could not|unable|cannot) find/,
      sure: 0.92,
      cause:
        "OpenSSL's headers and libraries, by which `openssl-sys` is built, are not installed for the target CPU",
      cure: {
        any: 'install them: `apt-get install libssl-dev pkg-config`, `apk add openssl-dev pkgconf`, `dnf install openssl-devel`; when compiling across, those of the target CPU and OPENSSL_DIR; or use the feature `vendored`',
        debian:
          '`apt-get install libssl-dev pkg-config`; when compiling across `libssl-dev:arm64` and PKG_CONFIG_ALLOW_CROSS=1',
        alpine: '`apk add openssl-dev pkgconf` (and openssl-libs-static for a static program)',
        fedora: '`dnf install openssl-devel pkgconf-pkg-config`',
      },
    },
    {
      says: /skipping incompatible \S*lib(?<library>[\w+-]+)\.(?:so|a)\S* when searching for/,
      unless: /lib(?:c|gcc|gcc_s|m|pthread|dl)\.(?:so|a)/,
      sure: 0.7,
      soft: true,
    },
    {
      says: /configure: error: .{0,80}(?:(?:library|headers?|development (?:files|package|libraries)|devel) .{0,40}(?:not found|required|missing|needed|could not be found)|(?:not found|missing|required|cannot find|could not find|unable to find|need)\b.{0,60}(?:library|librar|headers?|lib\w+|-dev\b|-devel\b|\.h\b))/,
      unless: /compiler|Python|perl\b|kernel|libtool|[Rr]equired tool/,
      sure: 0.78,
    },
    {
      says: /(?:pg_config|mysql_config|mariadb_config|xml2-config|xslt-config|curl-config|krb5-config|pcap-config|freetype-config|gdal-config|geos-config|libpng-config|sdl2?-config|wx-config|icu-config|ncurses\w*-config|llvm-config)\b.{0,60}(?:not found|executable not found|No such file|is required|command not found|missing)/,
      sure: 0.88,
    },
    {
      says: /(?:libxml2 and libxslt|libxml2|libffi|zlib|libjpeg|jpeg|freetype|libpng|libsodium|libcurl|OpenSSL|libpq|unixODBC|gmp|mpfr).{0,40}(?:development (?:packages|files|headers)|headers|dev package).{0,40}(?:installed|not found|missing|required|needed)/,
      sure: 0.85,
    },
    { says: /The headers or library files could not be found for (?<library>\w+)/, sure: 0.92 },
    {
      says: /(?:fatal error|error): (?:cannot find|could not find|missing) .{0,40}(?:header|library|lib)\b.{0,60}(?:lib\w+|\.h)/,
      unless: /user|own/,
      sure: 0.6,
    },
    {
      says: /ld: (?:fatal error: |error: )?(?:cannot open|unable to open|library) .{0,40}lib(?<library>[\w+-]+)\.(?:so|a)\b.{0,40}(?:No such file|not found)/,
      unless: /lib(?:c|gcc|gcc_s|m|pthread)\./,
      sure: 0.8,
    },
    {
      says: /required (?:by|for) .{0,80}(?:lib[\w.+-]+|[\w.+-]+)(?:-dev|-devel)\b/,
      unless: /apt|dpkg|apk/,
      sure: 0.6,
    },
  ],
  cause:
    'the development files of {header|{library|{module|a library}}} (headers, or the link that the linker takes) are not installed for the CPU that is built for',
  cure: {
    any: '{install}{across|; when compiling across, the one of the target CPU}',
    debian: '{install}{across|; when compiling across, that of the target CPU (`NAME:arm64`)}',
    alpine: '{install}; for a static program also the package `NAME-static`',
    fedora: '{install}',
  },
  references: ['https://packages.debian.org/file:', 'https://pkgs.alpinelinux.org/contents'],
  examples: [
    'src/compress.c:3:10: fatal error: zlib.h: No such file or directory',
    '/usr/bin/ld: cannot find -lssl\ncollect2: error: ld returned 1 exit status',
    "Package openssl was not found in the pkg-config search path.\nPerhaps you should add the directory containing `openssl.pc'",
    'CMake Error at FindPackageHandleStandardArgs.cmake:230 (message):\n  Could NOT find ZLIB (missing: ZLIB_LIBRARY ZLIB_INCLUDE_DIR)',
    'Error: pg_config executable not found.',
  ],
  lookAlikes: [
    'src/main.c:1:10: fatal error: myproject/config.h: No such file or directory',
    'src/app.c:3:10: fatal error: execinfo.h: No such file or directory',
    '/usr/bin/ld: cannot find -lc',
    '-- Could NOT find Doxygen (missing: DOXYGEN_EXECUTABLE)',
  ],
};

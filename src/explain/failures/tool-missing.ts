import type { FailureClass } from '../failure-class.ts';
import { sentencesOfMissingTools } from './tool-missing-sentences.ts';

export const toolMissing: FailureClass = {
  class: 'tool-missing',
  signs: [
    { says: /^You need (?<program>autoconf|automake|libtool|gettext|m4) [\d.]+x? to build/, sure: 0.86 },
    {
      says: /No such file or directory - (?<program>git|svn|hg|make|cmake|node|npm|yarn|java|bundle|curl|wget|tar|unzip|patch|pkg-config|which|gpg|xz)(?: \(Errno::ENOENT\))?$|[Ee]rror executing command '?(?<program2>[\w.+-]+)'?: program not found|[Aa] required tool \((?<program3>[\w.+-]+)\) was not found|[Nn]o suitable (?<program4>yacc|lex|awk|make|sed|m4)\b.{0,20} found|JAVA_HOME is set to an invalid directory/,
      sure: 0.87,
    },
    ...sentencesOfMissingTools,
    {
      says: /The program '(?<program>[\w.+-]+)'(?: version .{1,30})? is required but it could not be found/,
      unless: /'(?:pkg-config|gcc|ld)'/,
      sure: 0.94,
    },
    {
      says: /currently requires the following (?:programs|tools) from the system package manager/,
      sure: 0.92,
      cause: 'the port of vcpkg calls programs that are not installed: the message names them',
    },
    {
      says: /the following commands are required for opam to operate|tool (?<program>\w+) was not found\. You should install/,
      sure: 0.92,
    },
    { says: /Error: Program (?<program>[\w.+-]+) not found in the tree or in PATH/, sure: 0.93 },
    {
      says: /failed to (?:create process|execute|spawn|run|start|launch|invoke):? (?:the )?(?:command |process |program )?'(?<program>[\w.+-]+)'/,
      beside: /No such file or directory|did you install it|program not found|\bENOENT\b/,
      unless: /'(?:\S*-)?(?:gcc|g\+\+|cc|c\+\+|clang|pkg-config)'/,
      within: 4,
      sure: 0.87,
    },
    {
      says: /(?<program>cargo|rustc), the Rust (?:package manager|compiler), is not (?:installed|on PATH)|This package requires (?<program2>Rust) .{0,20}to compile extensions/,
      sure: 0.92,
    },
    { says: /Errno::ENOENT: No such file or directory - (?<program>[a-z][\w+-]*)$/, sure: 0.86 },
    {
      says: /\bis '(?<program>[\w.+-]+)' installed\?/,
      unless: /gcc|g\+\+|'(?:cc|c\+\+)'|clang|pkg-config|-ld'|'ld'/,
      sure: 0.85,
    },
    {
      says: /No compiler is provided in this environment|No Java compiler found|does not provide the required capabilities: \[JAVA_COMPILER\]|Could not find tools\.jar|No matching toolchains found for requested specification|Cannot find a Java installation on your machine/,
      sure: 0.9,
      cause:
        'the JDK that the build asks for is not installed: there is none, only a JRE, or another version',
      cure: 'install the JDK of the asked version (`apt-get install openjdk-17-jdk-headless`, `apk add openjdk17-jdk`, `dnf install java-17-openjdk-devel`) and point JAVA_HOME to it',
    },
    {
      says: /Cannot run program '(?<program>[\w.+-]+)'.{0,200}error=2|A problem occurred starting process 'command '(?<program2>[\w.+-]+)''/,
      sure: 0.9,
    },
    {
      says: /(?<program>CMake) '[\d.]+' was not found in SDK, PATH|unable to find utility '(?<program2>[\w.+-]+)', not a developer tool/,
      sure: 0.92,
    },
    {
      says: /No \.NET SDKs were found/,
      sure: 0.9,
      cause: 'the .NET SDK is not installed here, only a runtime of it',
      cure: 'install the SDK (`dotnet-sdk-8.0`), or build in an image that has it',
    },
    {
      says: /Auto-Configuration Error: Cannot find (?<program>[\w.+-]+);/,
      unless: /find (?:gcc|CC|cc)\b/,
      sure: 0.9,
    },
    { says: /error: executing '(?<program>[\w.+-]+)': No such file/, sure: 0.92 },
    { says: /program '(?<program>[\w.+-]+)' failed with exit code 127/, sure: 0.9 },
    {
      says: /zip extension and (?<program>unzip)\/7z commands are both missing/,
      sure: 0.85,
      soft: true,
    },
    {
      says: /Cannot find module '(?<program>node-gyp|@mapbox\/node-pre-gyp|node-pre-gyp|cmake-js|prebuild-install)\b/,
      sure: 0.85,
      cause: '{program}, which builds native addons, is not installed',
      cure: '`npm install --save-dev {program}`, or the npm that brings node-gyp',
    },
    {
      says: /(?<program>pandoc) version [\d.]+ or higher is required and was not found|no suitable (?<program2>Python) interpreter found/,
      sure: 0.88,
    },
    { says: /ERROR: Program\(s\) \['(?<program>[^']+)'.{0,40}\] not found/, sure: 0.93 },
    {
      says: /missing required (?:program|tool|command|utility|executable)s?:? '?(?<program>[\w.+-]+)/,
      unless: /pkg-config|gcc/,
      sure: 0.84,
    },
    {
      says: /'?\b(?<program>[\w.+-]+)'? is required,? (?:but|and) (?:it )?(?:is not|isn't|was not|could not be|cannot be) (?:found|installed|available)/,
      unless: /pkg-config|gcc|\blib|header|module|package|version|librar/,
      sure: 0.82,
    },
    { says: /^go: missing (?<program>Git|Mercurial|Subversion|Bazaar|Fossil) command\b/, sure: 0.92 },
    {
      says: /(?<program>[\w.+-]+)'? (?:(?:is|was) )?not (?:found|available|present) (?:in|on) (?:your |the |system )?\$?PATH\b/,
      unless:
        /which|script|directory|warn|checking|pkg-config|gcc|g\+\+|clang|\bcc\b|optional|executable file/,
      sure: 0.72,
    },
    {
      says: /(?:git|docker): '(?<program>[\w-]+)' is not a (?:git|docker) command/,
      unless: /'(?:switch|restore|sparse-checkout|maintenance|worktree)'/,
      sure: 0.93,
    },
    {
      says: /No such command: (?<program>[\w-]+)\. Please use \S*(?:dnf|yum)/,
      unless: /command: (?:x86_64|aarch64|noarch|i686)\./,
      sure: 0.84,
      cause: 'the plugin of dnf that brings `{program}` is not installed',
      cure: '`dnf install dnf-plugins-core` (`dnf5-plugins` for dnf 5)',
    },
    {
      says: /unknown shorthand flag: 'f' in -f/,
      beside: /docker --help|docker compose/,
      sure: 0.8,
      cause: 'Docker has no compose plugin, so it takes its options for its own',
      cure: 'install it: `docker-compose-plugin` of the repository of Docker, `docker-compose` of the distro',
    },
    { says: /'(?<program>[\w.+-]+)' command not found/, unless: /gcc|g\+\+|clang|pkg-config/, sure: 0.9 },
    { says: /Unknown compiler\(s\): \[\['(?<program>gfortran|nvcc|swiftc|dmd|ldc2|rustc)'/, sure: 0.92 },
    {
      says: /CUDA_HOME environment variable is not set|Unable to find (?<program>nvcc|NASM|Ninja|yasm)\b/,
      sure: 0.8,
    },
    { says: /The term '(?<program>[\w.+-]+)' is not recognized as (?:the|a) name of a cmdlet/, sure: 0.9 },
    { says: /executable file '(?<program>[\w.+-]+)' not found in \$PATH/, sure: 0.93 },
    { says: /can't execute '(?<program>\w[\w.+-]*)': No such file/, unless: /pkg-config|gcc/, sure: 0.9 },
    { says: /[Ff]ailed to find the (?<program>protoc) binary/, sure: 0.92 },
    {
      says: /possibly undefined macro: (?<macro>AM_ICONV|AM_GNU_GETTEXT|AC_(?:PROG_)?LIBTOOL\w*|LT_\w+|AX_\w+|AM_NLS|GTK_DOC_CHECK|IT_PROG_INTLTOOL|AM_PATH_\w+)/,
      sure: 0.8,
      cause: 'autoconf does not know the macro {macro}: the package that brings it is not installed',
      cure: 'install it: `libtool` for LT_ and AC_PROG_LIBTOOL, `gettext` (Debian: autopoint) for AM_GNU_GETTEXT and AM_ICONV, `autoconf-archive` for AX_',
    },
    {
      says: /BackendUnavailable: Cannot import '(?<module>[\w.]+)'|ERROR:? Backend '(?<module2>[\w.]+)' is not available/,
      sure: 0.88,
      cause: 'the Python module {module}, by which the package is built, is not installed for this Python',
      cure: 'list it under `[build-system] requires` of pyproject.toml, or install it where `--no-isolation` or `--no-build-isolation` is given',
    },
    { says: /Could not detect (?<program>Ninja)/, sure: 0.9 },
    {
      says: /buildx component is missing or broken/,
      sure: 0.9,
      cause: 'Docker has no buildx plugin, by which it builds with BuildKit',
      cure: 'install it (`docker-buildx-plugin` of the repository of Docker, `docker-buildx` of the distro), or the plugin under ~/.docker/cli-plugins',
    },
    { says: /toolchain '(?<program>[^']+)' is not installed/, sure: 0.88 },
    { says: /(?<program>[\w.+-]+): program not found or is not executable/, sure: 0.92 },
    { says: /(?<program>gpgv), gpgv2 or gpgv1 required for verification/, sure: 0.88 },
    {
      says: /(?:can't|cannot|could not|couldn't|unable to) find (?:a |an |the )?(?<program>Rust|Fortran|Java|Go|Haskell|Swift|Cython|Ada|Pascal|TypeScript|CUDA) compiler/,
      unless: /checking/,
      sure: 0.9,
    },
    {
      says: /exec: '(?<program>\/(?:usr\/)?bin\/\w+)': stat \S+: no such file or directory/,
      sure: 0.85,
    },
    { says: /^fish: Unknown command:? '?(?<program>[\w.+-]+)/, unless: /gcc|clang|pkg-config/, sure: 0.92 },
    { says: /Unable to locate executable file: '?(?<program>[\w.+-]+)/, unless: /pkg-config|gcc/, sure: 0.9 },
    {
      says: /unable to execute '(?<program>[\w.+-]+)': No such file/,
      unless: /'(?:\S*-)?(?:gcc|g\+\+|cc|c\+\+|clang)/,
      sure: 0.9,
    },
    {
      says: /\b(?:command|program|tool|executable|utility) '(?<program>[\w.+-]+)' (?:(?:was|is) )?(?:not|could not be|cannot be|couldn't be) (?:found|installed)/,
      unless: /pkg-config|gcc|g\+\+|clang/,
      sure: 0.88,
    },
    {
      says: /Cannot find (?:tool|program|command|executable|utility):? '?(?<program>[\w.+-]+)'?$/,
      unless: /pkg-config|gcc/,
      sure: 0.86,
    },
    { says: /install: cannot (?:exec|run) '?(?<program>strip)'?/, sure: 0.9 },
    {
      says: /could not execute process '(?<program>\w[\w.+-]*)\b[^']*' \(never executed\)/,
      beside: /No such file or directory \(os error 2\)/,
      unless: /process '(?:gcc|g\+\+|cc|clang|pkg-config|rustc|sccache)\b/,
      within: 4,
      sure: 0.86,
    },
    {
      says: /^\s*(?<program>[A-Z]\w+)(?:, .{1,60},)? is not installed or is not (?:on|in) (?:the )?\$?PATH/,
      unless: /pkg-config/,
      sure: 0.9,
    },
    {
      says: /The method driver (?<program>\S+) could not be found/,
      sure: 0.88,
      cause: 'apt has no way to ask this kind of address: `{program}` is not installed',
      cure: 'old releases want `apt-get install apt-transport-https ca-certificates` from an http source first; or name the source with http',
    },
    { says: /Cannot find required (?:utility|program|tool|command) '(?<program>[^']+)'/, sure: 0.92 },
    {
      says: /^(?:\S+ \(child\)|\S+): (?<program>[\w.+-]+): Cannot exec: No such file/,
      unless: /pkg-config|gcc|g\+\+/,
      sure: 0.92,
    },
    {
      says: /: line \d+: (?:\.: )?(?<program>[A-Za-z][\w+-]*): (?:No such file or directory|file not found)$/,
      unless: /gcc|clang|pkg-config/,
      sure: 0.75,
    },
    {
      says: /gyp ERR! stack Error: not found: (?<program>\w+)|\b(?:not found|Missing dependency): (?<program2>make|cmake|git|ninja|nasm|perl)$/,
      sure: 0.92,
    },
    {
      says: /(?<program>[\w.+-]+) ?: (?:Befehl nicht gefunden|Kommando nicht gefunden|commande introuvable|orden no encontrada|(?:comando|command|ordem) n.{0,3}o encontrad[oa]|comando non trovato|未找到命令|コマンドが見つかりません|команда не найдена|指令找不到|找不到指令|nie znaleziono polecenia|명령어를 찾을 수 없음)/,
      unless: /\\r|\^M|gcc|g\+\+|clang|pkg-config/,
      sure: 0.9,
    },
    {
      says: /make(?:\[\d+\])?: (?<program>[\w.+-]+) ?: (?:Datei oder Verzeichnis nicht gefunden|Aucun fichier ou dossier de ce (?:type|nom)|No existe el (?:fichero|archivo) o el directorio|没有那个文件或目录|Нет такого файла или каталога|File o directory non esistente|Arquivo ou diretório (?:inexistente|não encontrado))/,
      unless: /gcc|g\+\+|clang|: cc:|pkg-config|c\+\+/,
      sure: 0.9,
    },
    {
      says: /no '?(?<program>java|javac|mvn|gradle)'? command could be found|JAVA_HOME is (?:not set|not defined correctly)/,
      sure: 0.85,
    },
    {
      says: /invalid command 'bdist_wheel'/,
      sure: 0.85,
      cause: 'the Python module wheel, which builds the package, is not installed for this Python',
      cure: '`pip install wheel` (or setuptools 70.1 or newer, which brings it) into the Python that builds',
    },
    {
      says: /npm (?:ERR!|error) syscall spawn (?<program>[\w.-]+)|(?:Could not|Cannot|Can't|could not|cannot) find (?:a |an |the )?(?<program2>bison|flex|gperf|nasm|yasm|autoconf|automake|libtool|makeinfo|m4|swig|perl|python3?|cmake|ninja|patchelf|protoc|make|git)(?:$|[,.;:(])/,
      sure: 0.85,
    },
    // Scripts that tell a version by it go on without.
    {
      says: /(?:^|: )(?:line \d+: |\d+: )?(?<program>git): (?:command not found|not found)$/,
      sure: 0.55,
    },
    {
      says: /(?:^|: )(?:line \d+: |\d+: )?(?<program>[\w.+-]+): (?:command not found|not found)$/,
      unless:
        /: git: |^git: |(?:pg|mysql|mariadb)_config|(?:xml2|xslt|curl|krb5|freetype|gdal|geos|icu|pcap|sdl2?|wx)-config|lib\S*\.so|\\r|\^M|checking|404|gcc|g\+\+|clang|cc: |pkg-config|=>|header|file not found|symbol|GLIBC|module|package|manifest|host|error: |page|secret|\.h:|reference|No such host|\bld: |^remote: /,
      sure: 0.85,
    },
    {
      says: /(?<program>[\w.+/-]+): command not found/,
      unless:
        /\bgit: |\\r|\^M|gcc|g\+\+|clang|pkg-config|(?:pg|mysql|mariadb)_config|(?:xml2|xslt|curl|krb5|freetype|gdal|geos|icu|pcap|sdl2?|wx)-config/,
      sure: 0.9,
    },
    {
      says: /exec: '(?<program>[^']+)': executable file not found in/,
      unless: /'(?:gcc|g\+\+|cc|clang|pkg-config|docker-credential)/,
      sure: 0.92,
    },
    { says: /\benv: (?:can't execute )?'?(?<program>[\w.+-]+)'?: No such file or directory/, sure: 0.93 },
    {
      says: /make(?:\[\d+\])?: (?<program>[\w.+-]+): (?:No such file or directory|Command not found|not found)/,
      unless: /gcc|g\+\+|clang|: cc:|pkg-config|c\+\+/,
      sure: 0.92,
    },
    {
      says: /(?:cannot|can't|could not|couldn't|unable to) find (?:the |a |an )?(?:program |tool |command |executable |binary )?'(?<program>[\w.+-]+)'(?: (?:tool|command|program|binary|executable))?,?/,
      unless:
        /lib|header|module|symbol|file|package|-l|crt|gcc|'cc'|'ld'|pkg-config|image|in scope|in registry|\.(?:toml|json|ya?ml|txt|lock|xml|md|cfg|ini|mod)'/,
      sure: 0.82,
    },
    {
      says: /Program '(?<program>[^']+)' (?:not found|was not found|not found or not executable)/,
      sure: 0.9,
    },
    {
      says: /CMake was unable to find a build program corresponding to '(?:Unix )?(?<program>Ninja|Make)|CMAKE_MAKE_PROGRAM is not set/,
      sure: 0.92,
    },
    { says: /No CMAKE_(?<program>ASM_NASM|ASM|CUDA|Fortran|Swift|RC)_COMPILER could be found/, sure: 0.88 },
    { says: /Can't exec '(?<program>[^']+)': No such file/, unless: /pkg-config|gcc/, sure: 0.93 },
    {
      says: /(?:'|^)(?<program>(?:aclocal|automake|autoconf|autoheader|makeinfo|bison|flex)(?:-[\d.]+)?)'? is (?:missing|needed)|WARNING: '(?<program2>[\w.-]+)' is missing on your system/,
      sure: 0.86,
    },
    {
      says: /(?:error: )?command '(?<program>[\w.+-]+)' failed: No such file or directory|is '(?<program2>[^']+)' not installed\?|failed to execute command: No such file or directory/,
      unless: /'(?:[\w.-]*-)?(?:gcc|g\+\+|cc|clang|c\+\+)'/,
      sure: 0.9,
    },
    { says: /\bspawn (?<program>[\w.+-]+) ENOENT/, sure: 0.88 },
    {
      says: /No such file or directory: '(?<program>(?:cmake|git|make|ninja|meson|swig|cargo|rustc|node|npm|yarn|java|patchelf|nvcc|gfortran|bazel|go|curl|wget|tar|unzip|protoc|autoreconf|m4|perl|ruby|doxygen|hg|svn|clang-format|docker|ffmpeg|pandoc|latex|dot|ldconfig|ldd|file|readelf|objdump|strip|nm|ar))'/,
      sure: 0.92,
    },
    {
      says: /(?:Could NOT find (?<program>BISON|FLEX|Git|Perl|PerlLibs|Doxygen|SWIG|Java|Python3?|PythonInterp|Protobuf_PROTOC|Gettext|M4|LATEX|Patch)\b)/,
      beside: /CMake Error|Configuring incomplete/,
      within: 15,
      sure: 0.82,
    },
    {
      says: /Could not find '?(?<program>protoc|cmake|nasm|ninja|yasm|clang|python3?|perl|make|git|go|npm|node|java|gradle|mvn|bison|flex)'?\b/,
      unless: /protoc-\S*\d|\(\S+:\S+:\S+\)/,
      sure: 0.88,
    },
    {
      says: /(?<program>gnupg, gnupg2 and gnupg1) do(?:es)? not seem to be installed|not found: (?<program2>make|cmake|git|python|node|ninja)\b/,
      sure: 0.93,
    },
    {
      says: /No module named '?(?<module>pip|setuptools|wheel|build|venv|ensurepip|virtualenv|Cython|cython|numpy|pybind11|cffi|hatchling|poetry|flit_core|scikit_build_core|skbuild|maturin|mesonpy|setuptools_rust|setuptools_scm|packaging|jinja2|yaml|mako|docutils|sphinx|ply|markupsafe|six)'?\b/,
      unless: /distutils/,
      without: /\bgyp\b|FAILED tests|pytest/,
      sure: 0.72,
      cause: 'the Python module {module}, which the build uses, is not installed for this Python',
      cure: '`pip install {module}` into the Python that builds, or list it under `[build-system] requires` of pyproject.toml',
    },
    {
      says: /ensurepip is not\s*$|ensurepip is not available|The virtual environment was not created successfully|No module named (?:pip|ensurepip|venv)\b/,
      sure: 0.9,
      cause: 'this Python comes without venv or pip, which distros pack by themselves',
      cure: {
        any: 'install them: `apt-get install python3-venv python3-pip`, `apk add py3-pip`, `dnf install python3-pip`',
        debian: '`apt-get install python3-venv python3-pip`',
        alpine: '`apk add py3-pip`',
        fedora: '`dnf install python3-pip`',
      },
    },
    {
      says: /(?:configure: error|ERROR|Error|error|fatal|FATAL):? .{0,60}(?:(?<program>cmake|bison|flex|gperf|nasm|yasm|autoconf|automake|libtool|gettext|makeinfo|texinfo|m4|perl|python3?|ninja|meson|swig|patchelf|protoc|git|rsync|unzip|curl|wget|xsltproc|doxygen|gawk|awk|patch|ccache|java|javac|ruby|node|npm|go|rustc|cargo)\b)(?: \S+){0,4} (?:(?:is |was )?(?:not (?:found|installed|available)|missing|required|needed|could not be found|must be installed))/,
      unless:
        /package|\blib|header|module|version|import|extension|\.\w+ (?:is|was)|host|\d or (?:newer|later|higher)/,
      sure: 0.82,
    },
    {
      says: /(?:you (?:need|must|have) (?:to (?:have|install)|install)|please install|needs? to be installed).{0,30}(?<program>cmake|bison|flex|gperf|nasm|yasm|autoconf|automake|libtool|gettext|makeinfo|m4|ninja|meson|swig|patchelf|protoc|rsync|unzip)\b/,
      unless: /^npm (?:WARN|warn)/,
      sure: 0.78,
    },
    {
      says: /error trying to exec '(?<program>cc1plus|cc1|cc1obj|f951|d21|gnat1|as)': execvp: No such file|fatal error: cannot execute '(?<program2>cc1plus|cc1obj|f951|lto1|cc1)'/,
      sure: 0.9,
    },
    {
      says: /OCI runtime (?:create|exec) failed.*exec:? '(?<program>[^']+)': executable file not found/,
      unless: /'(?:gcc|cc|pkg-config)'/,
      sure: 0.93,
    },
    { says: /is not recognized as an internal or external command/, sure: 0.7 },
    {
      says: /failed to run command '(?<program>[^']+)': No such file or directory|(?:sudo|nohup|timeout|time|xargs|nice|env|command|exec|stdbuf|su-exec|gosu|tini|dumb-init)[\w:. -]{0,20}: '?(?<program2>[\w.+-]+)'?: (?:command not found|No such file or directory|not found|cannot execute)/,
      unless: /cannot open|\/\S+: No such/,
      sure: 0.8,
    },
    {
      says: /(?:'|\b)(?<program>rustc|cargo(?:-\w+)?|rustfmt|clippy-driver|rustup)'? is not installed for the toolchain|no such (?:command|subcommand): '(?<program2>[^']+)'/,
      sure: 0.88,
    },
    {
      says: /executable '(?<program>[^']+)' (?:was )?(?:not found|could not be found)|(?<program2>[\w.-]+) executable (?:is |was )?not found/,
      unless: /pg_config|mysql_config/,
      sure: 0.8,
    },
  ],
  cause: 'the program `{program|that is called}` is not installed in this environment, or not on PATH',
  cure: {
    any: '{install}{elsewhere|, before it is called, and in the stage of the image that calls it}',
    debian: '{install}{elsewhere|, before it is called, and in the stage of the image that calls it}',
    alpine: '{install}; Alpine comes without bash and most GNU tools',
    fedora: '{install}',
  },
  explains: ['connection-failed'],
  references: ['https://github.com/pypa/auditwheel/issues/214'],
  examples: [
    'error: failed to run custom build command for `aws-lc-sys v0.14.1`\n  Missing dependency: cmake',
    "auditwheel: error: cannot find the 'patchelf' tool, which is required",
    '/bin/sh: 1: cmake: not found',
    "/usr/bin/env: 'python': No such file or directory",
    'OCI runtime create failed: runc create failed: unable to start container process: exec: "bash": executable file not found in $PATH: unknown',
    'make: yasm: No such file or directory',
    "meson.build:12:0: ERROR: Program 'bison' not found or not executable",
  ],
  lookAlikes: [
    'checking for bison... not found',
    "./build.sh: line 2: $'\\r': command not found",
    'error: linker `cc` not found',
    'libfoo.so.1 => not found',
    'error: cannot find module providing package x: module not found',
    'which: no ccache in (/usr/bin:/bin)',
  ],
};

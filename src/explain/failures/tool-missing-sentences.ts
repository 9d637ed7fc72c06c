/**
 * What scripts of builds say in sentences of their own when a program is missing. As a library or a file can be meant by the
 * same words, these only look for programs that builds are known to call.
 */
import type { Sign } from '../failure-class.ts';

const program =
  "'?(?<program>c?make|ninja|meson|bison|flex|gperf|re2c|ragel|nasm(?:\\/yasm)?|yasm|autoconf|autoreconf|autoheader|autopoint|automake|aclocal|libtool(?:ize)?|m4|gettext|msgfmt|xgettext|msgmerge|intltool\\w*|makeinfo|help2man|xsltproc|xmlto|asciidoc\\w*|a2x|scdoc|pandoc|sphinx-build|doxygen|gtkdoc\\w*|gi-docgen|g-ir-scanner|valac|vapigen|glib-compile-resources|glib-mkenums|gdbus-codegen|wayland-scanner|qmake6?|moc|lrelease|rpcgen|protoc(?:-gen-\\w+)?|flatc|thrift|swig|cython|gawk|awk|bc|cpio|rsync|unzip|zip|xz|zstd|lz4c?|bzip2|patch|patchelf|chrpath|diffstat|file|which|wget|curl|git|svn|hg|perl|python[23]?|ruby|rake|bundler?|node(?:js)?|npm|yarn|pnpm|bun|deno|go|cargo|rustc|rustup|wasm-(?:pack|opt|bindgen)|javac?|ant|maven|mvn|gradle|sbt|php|composer|lua|luarocks|ghc|cabal|stack|opam|dune|ocamlfind|erlc?|rebar3|elixir|mix|dotnet|zig|nim|ldc2|dmd|gfortran|nvcc|clang-format|llvm-config|dtc|mkimage|xorriso|mtools|fakeroot|rpmbuild|dpkg-buildpackage|debhelper|docker(?:-compose)?|podman|qemu-img|terraform|helm|kubectl|graphviz|dot|pdflatex|xelatex|convert|ffmpeg|jq|yq|strip|objcopy|readelf)'?";
const kind = '(?: (?:command|executable|program|binary|tool|utility|compiler))?';
const lacks = '(?:not|was not|is not|cannot be|could not be) (?:found|installed|available|located)\\b';
const isOptional =
  /optional|warn|skip|disab|checking|^-- |module|header|librar|\blib[^t]|package|extension|host|secret|version \d|falling back|instead|if you|404|\.\w{1,4} (?:is|was|not)/;

export const sentencesOfMissingTools: readonly Sign[] = [
  {
    says: new RegExp(
      `^(?:.{0,60}\\b(?:error|fatal)\\b:? ?(?:\\*+ ?)?|[\\w./-]+: |\\*+ ?)?(?:the )?${program}${kind} ${lacks}`,
    ),
    unless: isOptional,
    sure: 0.84,
  },
  {
    says: new RegExp(
      `(?:cannot|can't|could not|couldn't|unable to|failed to) (?:find|locate|detect) (?:the |an? )?(?:required )?(?:program |tool |command |executable )?${program}(?:${kind}$|${kind} (?:in|on) |${kind}[,.;:!] |${kind}[,.;:!]$)`,
    ),
    unless: isOptional,
    sure: 0.84,
  },
  {
    says: new RegExp(
      `you (?:must|need to|have to) (?:have |install )(?:the |gnu )?${program}|build dependency: please install (?:the |gnu )?${program.replace('<program>', '<program2>')}`,
    ),
    unless: isOptional,
    sure: 0.86,
  },
  {
    says: new RegExp(`\\b${program} must be installed`),
    unless: /optional|warn|header|package|version/,
    sure: 0.88,
  },
  {
    says: new RegExp(
      `neither ${program} nor .{1,30}(?:found|installed|available)|need ${program.replace('<program>', '<program2>')} \\(command not found\\)`,
    ),
    unless: isOptional,
    sure: 0.9,
  },
  { says: new RegExp(`\\[Errno 2\\] No such file or directory: ${program}$`), sure: 0.9 },
  {
    says: /(?:fail(?:ed|ure) to|unable to|could not|couldn't|cannot|error) (?:exec\w*|spawn\w*|run\w*|start\w*|launch\w*|invok\w*)(?: \w+){0,3}:? '(?<program>[\w.+-]+)(?: [^']*)?'.{0,40}(?:No such file|\bENOENT\b|not found)/,
    unless:
      /\.(?:sh|py|js|ts|rb|pl|exe|jar|json|ya?ml|toml|bin|out)\b|'(?:\S*-)?(?:gcc|g\+\+|cc|clang|pkg-config)\b/,
    sure: 0.88,
  },
  {
    says: /(?:execute|run|spawn|start|command).{0,40}Os \{ code: 2, kind: NotFound/,
    sure: 0.8,
  },
  {
    says: /Cannot find matching toolchain definitions|No locally installed toolchains match|No matching toolchain could be found|Unable to locate the javac compiler|JAVA_HOME environment variable is not (?:set|defined correctly)/,
    sure: 0.88,
    cause: 'the JDK that the build asks for is not installed: there is none, only a JRE, or another version',
    cure: 'install the JDK of the asked version (`apt-get install openjdk-17-jdk-headless`, `apk add openjdk17-jdk`, `dnf install java-17-openjdk-devel`) and point JAVA_HOME to it',
  },
  {
    says: /Could NOT find \w+ \(missing: (?:\w+ )*\w+_(?:EXECUTABLE|PROGRAM|COMPILER)\b/,
    unless: /PKG_CONFIG/,
    beside: /CMake Error|Configuring incomplete/,
    within: 15,
    sure: 0.86,
  },
  {
    says: /Could not find \w+ using the following names: (?<program>[\w.+-]+)/,
    beside: /\(find_program\)|_EXECUTABLE using/,
    within: 3,
    sure: 0.9,
  },
  {
    says: /following required tools .{0,60}unavailable in PATH|Please install the following missing utilities|build host lacks|Cannot find the (?<program>[\w.+-]+) binary/,
    sure: 0.92,
  },
  {
    says: /The compilation of conf-(?<program>m4|autoconf|automake|libtool|which|perl|python-[23]\S*|cmake|g\+\+|gcc|clang|rust|git|bison|flex|ninja|findutils|diffutils|bash|wget|unzip|zip|awk|texinfo|npm|node|emacs|ruby|swi-prolog|time|bmake)(?:\.\S+)? failed/,
    sure: 0.9,
  },
  {
    says: /no container engine found|could not get container engine/,
    sure: 0.9,
    cause: 'cross builds in containers, and neither docker nor podman is on PATH',
    cure: 'install one of them, or name it in CROSS_CONTAINER_ENGINE; inside of a container build without cross',
  },
  {
    says: /SDK location not found\. Define|No version of NDK matched|could not find any NDK|SDK '\w+' cannot be located/,
    sure: 0.88,
    cause: 'the SDK (Android, Xcode) that the build asks for is not installed, or its place is not told',
    cure: 'install it (`sdkmanager "ndk;…"`, `xcode-select`), and set ANDROID_HOME or ANDROID_NDK_HOME',
  },
  {
    says: /Libtool library used but 'LIBTOOL' is undefined|required file '\.\/ltmain\.sh' not found|syntax error near unexpected token '(?:AX_|AM_|LT_|GTK_|GLIB_|IT_|AC_PROG_)/,
    sure: 0.86,
    cause:
      'the macros of libtool, autoconf-archive or gtk-doc are not installed, so autoconf left their names in configure',
    cure: 'install it: `libtool` for LT_ and LIBTOOL, `autoconf-archive` for AX_, `gtk-doc-tools` for GTK_DOC_; then `autoreconf -fi`',
  },
  {
    says: /\((?:or )?'?(?<program>[\w.+-]+)'?(?: or '[\w.+-]+')?\) (?:was |is )?not found (?:in|on) (?:the |your )?PATH\b|'(?<program2>[\w.+-]+)' - this package requires \w+ to be installed|\b[Dd]o you have (?<program3>[\w.+-]+) (?:in|on) (?:your|the) PATH|requires (?<program4>[\w.+-]+) from the system package manager|[Tt]ry installing an? (?<program5>Rust|Go|Fortran|Haskell) (?:compiler|toolchain) from your system/,
    sure: 0.9,
  },
  {
    says: /could not get a working generator for your system|Problem with the (?<program>CMake) installation/,
    sure: 0.86,
  },
  {
    says: /[Rr]equired (?:tool|program|command|utility)\(?s?\)? (?:is |was |are )?(?:not found|missing|not installed): '?(?:GNU )?(?<program>[\w.+-]+)|^Build dependency: Please install (?:the )?(?:GNU )?'?(?<program2>(?:file|tar|find|xargs|patch|bzip2|awk|gawk|getopt|fileutils|git|Git|svn|rsync|which|wget|unzip|diff|sed|grep|python3?|Python|perl|make|install|stat|seq|cp|bash|gzip|xz|swig|quilt)\b)/,
    sure: 0.92,
  },
  {
    says: /^(?:\/bin\/)?(?:ba|da|a)?sh: (?:(?:line )?\d+: )?\/(?:usr\/)?bin\/(?<program>bash|zsh|python[\d.]*|perl|env|node|npm|npx|make|git|curl|wget|tar|cmake|sudo|ssh|file|install|sed|awk|xz|unzip|java|ruby|php|which|gpg|rsync|jq): (?:not found|No such file or directory)$/,
    sure: 0.8,
  },
  {
    says: /\bThe '(?<program>[\w.+-]+)' command was not found|Failed to locate program '(?<program2>[\w.+-]+)'/,
    sure: 0.88,
  },
];

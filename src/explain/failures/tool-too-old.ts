import type { FailureClass } from '../failure-class.ts';
import { signsOfOldCompilers } from './tool-too-old-compiler.ts';
import { signsOfLateOptions } from './tool-too-old-options.ts';

export const toolTooOld: FailureClass = {
  class: 'tool-too-old',
  signs: [
    {
      says: /class file has wrong version (?<need>[\d.]+), should be|^git: '?unknown option|make: unrecognized option '--output-sync/,
      sure: 0.88,
    },
    ...signsOfOldCompilers,
    ...signsOfLateOptions,
    {
      says: /Current (?<tool>Conan|Bazel) version (?:is )?\(?(?<have>[\d.]+)\)?(?: does not satisfy the defined one \(|, expected at least )(?<need>[^)\s]+)/,
      sure: 0.95,
    },
    {
      says: /on (?<tool>Elixir) v(?<have>[\d.]+) but it has declared in its mix\.exs file it supports only Elixir (?<need>.+)|(?<tool2>OTP) release (?<need2>[\d.]+) or later is required/,
      sure: 0.94,
    },
    {
      says: /requires (?<tool>Elixir) '(?<need>[^']+)' but you are running on v(?<have>[\d.]+)/,
      sure: 0.86,
      soft: true,
    },
    {
      says: /requires (?<tool>Ruby|RubyGems|Bundler|PHP|Perl|R|Nix|Poetry|Conan|Julia|Nim|Elixir) \(?version (?<need>[^,)]+)\)?,? (?:which is incompatible|installed version is (?<have>[\d.]+))/,
      sure: 0.93,
    },
    {
      says: /dependencies require a (?<tool>PHP) version '(?<need>[^']+)'\. You are running (?<have>[\d.]+)|requires (?<tool2>PHP) \(version (?<need2>.{1,60})\), installed version is/,
      sure: 0.95,
    },
    { says: /The current (?<tool>Dart|Flutter) SDK version is (?<have>[\d.]+)/, sure: 0.9 },
    {
      says: /rejecting: base-(?<have>[\d.]+)\/installed.{0,20}\(conflict: \S+ => base ?>=? ?(?<need>[\d.]+)/,
      sure: 0.82,
      cause: 'this GHC is older than the package asks for: its base is {have}, and {need} is wanted',
      cure: 'take a newer GHC (`ghcup install ghc`), or an older version of the package',
    },
    {
      says: /unsupported cabal spec version|Unsupported cabal-version (?<need>[\d.]+)|^cabal: \S+\.cabal:\d+: '\w+' expects no argument/,
      sure: 0.92,
      cause: 'cabal is older than the package description that it reads',
      cure: 'take a newer cabal (`ghcup install cabal`)',
    },
    {
      says: /version of (?<tool>stack) you are using \((?<have>[\d.]+)\) is outside the required|using (?<tool2>Swift) tools version (?<need>[\d.]+) .{0,40}but the installed version is/,
      sure: 0.95,
    },
    {
      says: /this (?<tool>R) is version (?<have>[\d.]+), package '[^']+' requires R (?<need>.+)/,
      sure: 0.95,
    },
    {
      says: /(?<tool>Perl|[A-Z]\w+(?:::\w+)*) (?:version )?v?(?<need>[\d._]+) required--this is only (?:version )?v?(?<have>[\d._]+)/,
      sure: 0.95,
    },
    {
      says: /Version (?<need>[\d.]+) of the (?<tool>dune) language is not supported|(?<tool2>julia) version requirement for package .{1,80} not satisfied|Unsatisfied dependency: (?<tool3>nim) \(/,
      sure: 0.93,
    },
    {
      says: /Your (?<tool>Zig) version v?(?<have>\S+) does not meet the minimum build requirement of v?(?<need>\S+)/,
      sure: 0.96,
    },
    {
      says: /'(?<tool>git) ?(?:switch|restore|sparse-checkout)'|git: '(?<command>switch|restore|sparse-checkout|maintenance|worktree)' is not a git command/,
      unless: /^\s*\(use '|use 'git/,
      sure: 0.9,
      cause: 'this git is older than the command that it is given',
    },
    {
      says: /Detected (?<tool>Maven|JDK) Version:? (?<have>\S+) .{0,120}is not in the allowed range (?<need>\S+)/,
      sure: 0.96,
    },
    {
      says: /invalid flag: --release\b|Unrecognized option: --(?:add-(?:opens|exports|modules)|enable-preview|illegal-access)/,
      sure: 0.9,
      cause: 'this Java is older (8) than the options that it is given',
      cure: 'take a newer JDK, and point JAVA_HOME to it',
    },
    {
      says: /A compatible (?:installed )?\.NET (?:Core )?SDK .{0,80}was not found|must install or update \.NET to run this application|not possible to find any compatible framework version|Requested SDK version: (?<need>[\d.]+)/,
      sure: 0.88,
      cause:
        'the .NET here is of another version than the one that is asked for: {need|see global.json or the runtimeconfig}',
      cure: 'install the SDK or runtime of that version (`dotnet-install.sh --channel`), or let global.json roll forward (`"rollForward": "latestMajor"`)',
    },
    {
      says: /requires (?<tool>Bazel) (?<need>[\d.]+) \(specified in|:: Unrecognized option: (?<option>--\S+)/,
      sure: 0.9,
    },
    {
      says: /requires the language dialect '(?<need>\w+)'|CMake does not know the (?:compile )?flags/,
      sure: 0.88,
      cause:
        'the compiler, or CMake, is older than the dialect that the project asks for: {need|a newer C++}',
    },
    {
      // Headers that came with C++17 and later.
      says: /fatal error: '?(?<header>charconv|filesystem|optional|variant|any|string_view|memory_resource|execution|format|concepts|source_location|span|ranges|numbers|bit|coroutine|compare|barrier|latch|semaphore|stop_token|syncstream|expected|print|generator|mdspan|flat_map|stacktrace)'?(?:: No such file| file not found)/,
      sure: 0.9,
      cause: "the compiler's C++ library is older than its header <{header}>",
      cure: 'use a newer compiler (a newer release, gcc-toolset, backports), and the standard that has the header (`-std=c++20`)',
    },
    {
      says: /requires compiler and library support for the ISO C\+\+|(?:support for|does not support) (?<need>C\+\+\d\w)(?: language features)?(?: (?:is|are) required|$)|None of values .{1,80} are supported by the C\w* compiler|Value '(?<need2>(?:c|gnu)(?:\+\+)?\w\w)' \(of type/,
      sure: 0.88,
      cause:
        'the compiler is older than the language standard that the project asks for: {need|{need2|a newer C++}}',
      cure: 'use a newer compiler (a newer release, gcc-toolset, backports)',
    },
    {
      says: /(?<tool>[A-Za-z][\w.+-]*) (?:version )?v?(?<need>\d[\d.]*)\+? or (?:newer|later|higher|greater|above)(?: version)? (?:is |was )?(?:required|needed|expected)/,
      unless: /glibc|kernel|warn|recommended/,
      sure: 0.86,
    },
    {
      says: /incompatible with the project's (?<tool>Python) requirement: '(?<need>[^']+)'|the current (?<tool2>Python) version \((?<have>[\d.]+)\) does not satisfy Python(?<need2>[^ ]+)/,
      sure: 0.93,
    },
    {
      says: /(?:Current|currently activated) (?<tool>Python) version \(?(?<have>[\d.]+)\)? is not (?:allowed|supported) by the project \((?<need>[^)]+)/,
      sure: 0.94,
    },
    {
      says: /Required (?<tool>uv|pixi|pnpm|poetry) version '(?<need>[^']+)' does not match the running version|lock file is not compatible with the current version of (?<tool2>Poetry)|project requires (?<tool3>Poetry) (?<need2>[<>=^~]\S+)/,
      sure: 0.94,
    },
    {
      says: /is known not to run on Node\.js v?(?<have>[\d.]+)|npm does not support Node\.js v?(?<have2>[\d.]+)|tool requires a Node version compatible with (?<need>\S+)|CLI requires a minimum Node\.js version of (?:either )?v?(?<need2>[\d.]+)/,
      sure: 0.95,
      cause: 'this Node.js is older than what the package manager or tool asks for',
      cure: 'take a Node.js that it asks for, or an older version of the tool',
    },
    {
      says: /(?:crypto\S*\.(?:hash|getRandomValues)|Object\.(?:hasOwn|groupBy)|Promise\.(?:any|withResolvers)|\w\.(?:replaceAll|toSorted|findLast|toReversed)|util\.(?:parseArgs|styleText)|structuredClone) is not (?:a function|defined)/,
      beside: /node_modules\/|node:internal|internal\/|npm (?:ERR!|error)|yarn|Node\.js v\d/,
      within: 12,
      sure: 0.84,
      cause: 'this Node.js is older than the functions that a package calls',
      cure: 'take a Node.js that the package asks for (`engines` of its package.json)',
    },
    {
      says: /Cannot find module 'node:\w|No such built-in module: node:/,
      sure: 0.92,
      cause: 'this Node.js is older than the module that a package asks for by its `node:` name',
      cure: 'take a Node.js that the package asks for (`engines` of its package.json)',
    },
    {
      says: /(?:Unsupported|unknown|outdated) lockfile version/,
      sure: 0.88,
      cause: 'the package manager is older than the one that wrote the lock',
      cure: 'take the version that wrote it (`packageManager` of package.json, `bun upgrade`, `deno upgrade`)',
    },
    {
      says: /\(requires go(?<need>[\d.]+) or later\)|cannot find package '(?:slices|maps|cmp|io\/fs|embed|log\/slog|iter|net\/netip|crypto\/ecdh)' in any of|package (?:crypto\/(?:ecdh|mlkem|hkdf|sha3|pbkdf2)|net\/netip|testing\/(?:slogtest|synctest)|structs|weak|go\/version|debug\/buildinfo) is not in (?:GOROOT|std)/,
      sure: 0.93,
    },
    {
      says: /flag provided but not defined: -(?<option>buildvcs|modfile|overlay|pgo|coverpkg|trimpath|C)$|go: unknown subcommand '?(?:work|telemetry)/,
      sure: 0.84,
      cause: 'this Go is older than the flag or command that it is given',
      cure: 'take the Go that the project asks for (`go` in go.mod)',
    },
    {
      says: /are only allowed on the nightly channel|is only accepted on the nightly compiler|feature '(?<need>[a-z][\w-]+)' is required$|unknown variant '20\d\d', expected one of '2015'/,
      unless: /edition20/,
      sure: 0.88,
      cause:
        'this Cargo is older than what the manifest uses, or it is no nightly: {need|a feature that is not stable in it}',
      cure: 'take a newer Rust (`rustup update`), an older version of the crate, or the nightly toolchain where it is asked for',
    },
    {
      says: /interpreter version \((?<have>[\d.]+)\) is (?:newer than|lower than) PyO3's (?:maximum|minimum) supported version \((?<need>[\d.]+)\)/,
      sure: 0.95,
      cause:
        'the package was written with a PyO3 that does not know this Python ({have}; PyO3 ends or begins at {need})',
      cure: 'take a Python that it knows or a newer version of the package; `PYO3_USE_ABI3_FORWARD_COMPATIBILITY=1` builds against the stable ABI',
    },
    {
      says: /only supported on a Docker daemon with experimental features|parse error .{0,20}unknown instruction: (?:set|<<EOF|EOF|EOT|cat|echo|apt-get|mkdir)\b/,
      sure: 0.84,
      cause: 'the Dockerfile or command uses what this Docker or builder is too old for',
      cure: 'build with BuildKit (`DOCKER_BUILDKIT=1`, `docker buildx build`), and put `# syntax=docker/dockerfile:1` in the first line',
    },
    {
      says: /rpmlib\((?<need>\w+)\) <= \S+ is needed by|uses unknown compression for member/,
      sure: 0.94,
      cause: 'rpm or dpkg here is older than the way the package is packed (zstd): {need|its compression}',
      cure: 'install it on the release that it was made for, or take the package of this release',
    },
    {
      says: /file was generated by an? (?:newer|older) version of (?<tool>protoc)|contains proto3 optional fields, but --experimental/,
      sure: 0.95,
    },
    {
      says: /\bld(?:\.\w+)?: (?:error: |fatal error: )?(?:unknown|unrecogni[sz]ed) (?:-z )?(?:option|argument)|bad value \('?(?<option>[^')]+)'?\) for '?-m(?:arch|cpu|tune)|unknown value '(?<option2>[^']+)' for '?-m(?:arch|cpu|tune)|unknown target CPU '(?<option3>[^']+)'|unrecognized argument in option '-m(?:arch|cpu|tune)=|Unsupported gpu architecture '\w+'|unknown pseudo-op: '\.(?:base64|variant_pcs|cfi_negate\w+)'/,
      unless: /warning/,
      sure: 0.84,
      cause:
        'the compiler, assembler or linker is older than the option or CPU that it is given: {option|{option2|{option3|}}}',
      cure: 'use a newer compiler and binutils, or leave the option out',
    },
    {
      says: /libtool: +(?:error: )?Version mismatch error|gettext infrastructure mismatch/,
      sure: 0.85,
      cause:
        'the generated files of the source are of another libtool or gettext than the one that is installed',
      cure: 'make them anew: `autoreconf -fi`',
    },
    {
      says: /configuration does not support (?<tool>Terraform) version (?<have>[\d.]+)|requires (?<tool2>kubeVersion): (?<need>\S+) which is incompatible with|setuptools==(?<have2>\S+) is used in combination with/,
      sure: 0.92,
    },
    {
      says: /Node\.js version '?(?:>=|\^)? ?v?[\d.]+'? is required|The requested module 'node:\w+' does not provide an export named/,
      sure: 0.88,
      cause: 'this Node.js is older than what the package asks for',
      cure: 'take a Node.js that the package asks for (`engines` of its package.json)',
    },
    {
      says: /(?:error|fatal)\b.{0,40}requires (?<program>[\w.+-]+) (?:version )?v?[\d.]+ or (?:newer|later|higher|greater|above)/,
      sure: 0.84,
    },
    { says: /Could not create named generator Ninja Multi-Config/, sure: 0.86 },
    {
      says: /no such instruction: '(?:v[a-z]\w{3,}|tdp\w+|tile\w+|endbr64|encls)/,
      sure: 0.8,
      cause: 'the assembler (binutils) is older than the instructions that it is given',
    },
    {
      says: /client version [\d.]+ is too new\. Maximum supported|Version in '[^']*compose[^']*' is (?:unsupported|invalid)|current global version of Yarn is|Minimum supported Gradle version is|\brelease version \d+ not supported/,
      sure: 0.9,
    },
    { says: /\bld: unrecognized option '|\bld\.lld: error: unknown argument '/, sure: 0.66 },
    {
      says: /No module named '?(?<module>tomllib|zoneinfo|importlib\.metadata|importlib\.resources|dataclasses|graphlib)'?$/,
      sure: 0.86,
      cause: 'the module {module} came with a newer Python than this one',
      cure: 'take a newer Python (3.11 for tomllib, 3.9 for zoneinfo, 3.8 for importlib.metadata), or install its backport',
    },
    {
      says: /(?<tool>Gradle|Maven|Kotlin|sbt|Bazel) requires (?:JVM|Java|JDK)(?: version)? (?<need>\d+)\b/,
      sure: 0.88,
    },
    {
      says: /SyntaxError: Unexpected token '(?:\?\?=|\|\|=|&&=)'/,
      sure: 0.75,
      cause: 'this Node.js is older than the JavaScript that it is given',
      cure: 'take a Node.js that the package asks for (`engines` of its package.json)',
    },
    {
      says: /Unsupported class file major version \d+/,
      sure: 0.86,
      cause: 'Gradle, Groovy or another tool is older than the Java that runs it',
      cure: 'take a newer Gradle (`./gradlew wrapper --gradle-version …`), or the older JDK that it knows',
    },
    {
      says: /invalid mode: 'rU' while trying to load binding\.gyp/,
      sure: 0.86,
      cause: 'this node-gyp is older than the Python that it runs',
      cure: 'take a newer npm or node-gyp (9.4 or newer), or Python 3.10',
    },
    { says: /unsupported GNU version! gcc versions later than/, sure: 0.75 },
    {
      says: /current \.NET SDK does not support targeting|Your (?<tool>Ruby|PHP|Python|Bundler) version (?:is|\() ?\(?(?<have>[\d.]+)\)?,? (?:but|does not satisfy)/,
      sure: 0.9,
    },
    {
      says: /your (?<tool>php) version \((?<have>[\d.]+)\S* does not satisfy that requirement/,
      sure: 0.9,
    },
    {
      says: /#error '?.{0,60}(?:at least|newer|or later|minimum) .{0,20}(?<tool>gcc|clang|C\+\+\d\d)/,
      sure: 0.84,
    },
    {
      says: /(?<program>\w+) version \((?<has>[\d.]+)\) incompatible with .{0,60}required_version.{0,20}\((?<need>[\d.]+)\)/,
      sure: 0.93,
    },
    { says: /This project requires (?<tool>yarn|npm|pnpm|node|Node\.js|bun|cmake|python)\b.*\d/, sure: 0.85 },
    {
      says: /CMake (?<need>[\d.]+) or higher is required\. +You are running version (?<have>[\d.]+)/,
      sure: 0.97,
    },
    {
      says: /requires? (?:at least )?(?:rustc|Rust) (?<need>[\d.]+)(?: or newer)?, while the currently active rustc version is (?<have>[\d.]+)|requires rustc (?<need2>[\d.]+)|it requires rustc|rustc [\d.]+ is not supported by the following packages/,
      sure: 0.95,
      cause: 'this Rust is older than the project asks for: {need|{need2|a newer version}}',
      cure: 'take a newer Rust, of a newer release of the distro or by rustup{inside| (in an environment `debian: sid`, and a `sysroot:` of the release that the result shall run on)}; or an older version of the project',
    },
    {
      says: /feature '(?<need>edition20\d\d)' is required|lock file version '?(?<need2>\d)'? (?:was found, but this version of Cargo|requires)|this version of Cargo is older than the '(?<need3>20\d\d)' edition|unknown edition '?20\d\d/,
      sure: 0.94,
    },
    {
      says: /go\.mod requires go >= (?<need>[\d.]+) \(running go (?<have>[\d.]+)|invalid go version '[\d.]+': must match format|module requires Go (?<need2>[\d.]+)|note: module requires Go|unknown directive: toolchain|go: download go1\S+ .{0,60}toolchain not available|package (?:slices|maps|cmp|log\/slog|iter|embed|io\/fs|unique|math\/rand\/v2) is not in (?:GOROOT|std)/,
      sure: 0.93,
    },
    {
      says: /The engine '(?<tool>[^']+)' is incompatible with this module\. Expected version '(?<need>[^']+)'\. Got '(?<have>[^']+)'/,
      sure: 0.95,
    },
    {
      says: /npm (?:ERR!|error) (?:code EBADENGINE|notsup (?:Unsupported engine|Not compatible)|engine Unsupported)|ERR_PNPM_UNSUPPORTED_ENGINE/,
      sure: 0.92,
    },
    {
      says: /(?:requires|needs|expects?|require) (?:a )?(?:different Python:|Python|Node(?:\.js)?|npm|pnpm|GCC|gcc|g\+\+|clang|glibc >=|Meson|meson|ninja|Ninja|bison|Bison|autoconf|Autoconf|automake|Automake|make|GNU [Mm]ake|git|Git|Cython|setuptools|pip|Go|go|Java|JDK|Gradle|protoc|patchelf|OpenSSL|perl|Perl|ruby|Ruby|swig|SWIG|nasm|NASM|zig|Zig|LLVM|cargo|Cargo)(?: version)?(?: v?| ?(?:>=?|=>|~=|\^) ?v?| at least v?| to be at least v?| newer than v?)(?<need>'?[>=~^]* ?\d[\w.<>=,*' |-]*)/,
      unless:
        /Requires-Python|^npm WARN|ignored|optional|^Collecting|Requirement already|Python requires an? OpenSSL|#error .* Python/,
      sure: 0.78,
    },
    { says: /Meson version is (?<have>[\d.]+) but project requires (?<need>\S+)/, sure: 0.96 },
    {
      says: /Autoconf version (?<need>[\d.]+) or higher is required|require Automake (?<need2>[\d.]+), but have (?<have>[\d.]+)|Automake \S+ or (?:newer|higher)/,
      sure: 0.95,
    },
    {
      says: /(?:unrecognized|unknown|unsupported)(?: command[- ]line)? (?:option|argument|flag)s?:? '(?<option>-(?:std=|f|W|m|march|mtune|g|O)[^']*)'|invalid value '(?<option2>(?:c|gnu)(?:\+\+)?\w+)' in '-std=|unrecognized (?:command[- ]line )?option '(?<option3>--?[\w=+.-]+)'; did you mean/,
      unless: /warning|cc1: note|no-|bison|getopt/,
      sure: 0.82,
      cause:
        'the compiler is older than the option `{option|{option2|{option3}}}` that the project passes to it',
      cure: 'use a newer compiler (a newer release, gcc-toolset, backports), or leave the option out',
    },
    {
      says: /(?<tool>[\w.+-]+)(?: version)? (?:is|was) (?<have>[\d.]+),? (?:but|and) (?:at least |version )?(?<need>[\d.]+) (?:or (?:newer|higher|later|above) )?(?:is )?(?:required|needed)|(?<tool2>[\w.+-]+) >= ?(?<need2>[\d.]+) (?:is )?required/,
      unless: /pip|Collecting|^WARNING: |could not be found|not found|The pkg-config package/,
      sure: 0.82,
    },
    {
      says: /(?:version (?:of (?<tool>[\w.+-]+) )?(?:is )?too old|(?<tool2>[\w.+-]+) (?:\S+ )?is too old|(?:too old|outdated|older) (?:a )?version of (?<tool3>[\w.+-]+)|(?:your|installed|current) (?:version of )?(?<tool4>[\w.+-]+).{0,30} (?:is )?(?:too? old|outdated|not new enough|older than))/,
      unless:
        /kernel|glibc|GLIBC|pkg-config script could not be found|pip version|index|lists|DB|cache|musl|[Dd]ownloading|falling back|instead/,
      sure: 0.8,
    },
    {
      says: /(?:at least|minimum)(?: required)?(?: version)?(?: of)? (?<tool>cmake|gcc|g\+\+|clang|python|node|npm|rustc|cargo|go|meson|ninja|bison|make|git|java|autoconf|automake)\b.{0,12}(?<need>\d[\d.]+)/,
      unless: /found suitable|minimum required is|#error .* Python/,
      sure: 0.72,
    },
    {
      says: /Policy CMP\d+ is not known|Unknown CMake command '(?<command>cmake_path|block|target_precompile_headers|FetchContent_MakeAvailable|cmake_language|target_link_options|add_link_options|add_compile_definitions)'|Unrecognized 'version' field|Unknown arguments? --preset|No 'version' field: CMake/,
      sure: 0.85,
    },
    {
      says: /requires a different Python: (?<have>[\d.]+) not in '(?<need>[^']+)'|Requires-Python (?<need2>\S+)|Python (?<have2>[\d.]+) (?:is )?(?:not supported|no longer supported|too old)|This version of Python is not supported|Unsupported Python version/,
      unless: /Ignored the following/,
      sure: 0.88,
    },
    {
      says: /package '[^']+' cannot be built because it requires rustc|error\[E0658\]: use of unstable library feature|'#!\[feature\]' may not be used on the stable release channel|error\[E0599\]: no (?:method|function).{0,60}is_none_or/,
      sure: 0.78,
      cause: 'this Rust is older than the project asks for: {need|{need2|a newer version}}',
      cure: 'take a newer Rust, of a newer release of the distro or by rustup{inside| (in an environment `debian: sid`, and a `sysroot:` of the release that the result shall run on)}; or an older version of the project',
    },
    {
      says: /unsupported class file version|class file version \d+\.\d+, this version of the Java Runtime only recognizes|invalid (?:target|source) release: (?<need>\d+)|UnsupportedClassVersionError/,
      sure: 0.92,
    },
    {
      says: /SyntaxError: (?:Unexpected token '?(?:\?|\?\?=|\?\.|\|\|=|&&=|\.|\{|import)|invalid syntax)/,
      beside:
        /node_modules\/|npm (?:ERR!|error)|site-packages|node:internal|internal\/modules|python3?\.[4-8]|unsupported engine|EBADENGINE/,
      within: 15,
      unless: /src\//,
      sure: 0.66,
    },
  ],
  cause:
    'a build tool ({tool|{tool2|{tool3|the one that is named}}}{have| }) is older than the project asks for: {need|{need2|{need3|a newer version}}}',
  cure: "install a newer one: from a newer release or backports of the distro, by the tool's own installer (rustup, nvm, `pip install cmake`), or pinned under `tools:` in targetry.yaml; or take an older version of the project",
  explains: ['dev-package-missing', 'tool-missing', 'package-conflict'],
  references: [
    'https://cmake.org/cmake/help/latest/command/cmake_minimum_required.html',
    'https://doc.rust-lang.org/cargo/reference/rust-version.html',
  ],
  examples: [
    'CMake Error at CMakeLists.txt:1 (cmake_minimum_required):\n  CMake 3.22 or higher is required.  You are running version 3.18.4',
    'error: package `time v0.3.36` cannot be built because it requires rustc 1.67.1 or newer, while the currently active rustc version is 1.63.0',
    "go: errors parsing go.mod:\n/src/go.mod:3: invalid go version '1.21.0': must match format 1.23",
    'error cli@1.0.0: The engine "node" is incompatible with this module. Expected version ">=18". Got "16.20.2"',
    'meson.build:1:0: ERROR: Meson version is 0.56.2 but project requires >=0.59.0',
  ],
  lookAlikes: [
    "npm WARN EBADENGINE Unsupported engine { package: 'x' }",
    "error: unknown option `--foo'",
    '-- Found ZLIB: /usr/lib/libz.so (found suitable version "1.2.13", minimum required is "1.2.3")',
  ],
};

import type { FailureClass } from '../failure-class.ts';

export const toolTooOld: FailureClass = {
  class: 'tool-too-old',
  signs: [
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
        /Requires-Python|^npm WARN|ignored|optional|^Collecting|Requirement already|Python requires an? OpenSSL/,
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
      unless: /pip|Collecting|^WARNING: /,
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
      unless: /found suitable|minimum required is/,
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
      says: /the --(?:mount|chmod|link|parents|checksum|exclude) (?:option|flag) requires BuildKit|unknown flag: (?:mount|chmod|link)|Unknown flag: --?(?<option>mount|chmod|link)/,
      sure: 0.88,
      cause: 'the Dockerfile uses an instruction that the old builder or an old BuildKit does not know',
      cure: 'build with BuildKit (`DOCKER_BUILDKIT=1`, `docker buildx build`), and put `# syntax=docker/dockerfile:1` in the first line',
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
  explains: ['dev-package-missing', 'tool-missing'],
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

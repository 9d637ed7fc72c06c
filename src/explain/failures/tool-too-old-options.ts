/**
 * Options and commands of well-known programs that came late: an older one says that it doesn't know them. Others may be
 * mistakes in the project, which are no business of ours.
 */
import type { Sign } from '../failure-class.ts';

const cause = '{tool} is older than its option or command {option|{option2|}}';
const cure =
  "use a newer {tool} (a newer release, backports), or leave {option|{option2|}} out; BusyBox has few of GNU's options: install the program itself";

export const signsOfLateOptions: readonly Sign[] = [
  {
    says: /`project\.license` must be valid exactly by one definition|`project` must not contain \{'license-files'\}/,
    sure: 0.94,
    cause:
      'setuptools is older than the way the project tells its licence (PEP 639), which came with setuptools 77',
    cure: "use a newer setuptools (`pip install 'setuptools>=77'`, a newer release of the distro{inside| (`debian: trixie`)}), or leave out pip's `--no-build-isolation` and let it fetch the one that the project asks for",
  },
  {
    says: /\b(?<tool>tar|gzip|cp|make|gmake|xargs|sort|date|ln|install|touch|nasm|ar|ranlib|strip|objcopy|grep|realpath|mktemp|env)(?:: error)?: (?:unrecogni[sz]ed option:? ?'?(?<option>(?:--)?(?:zstd|sort=\w+|no-xattrs|rsyncable|update=none|shuffle\S*|output-sync\S*|reproducible|process-slot-var\S*|relative|no-ignore-case|split-string\S*|default-signal\S*|iso-8601\S*|enable-deterministic-archives|parents|reflink=?\S*|owner=\S+|mtime=\S+|numeric-owner|xattrs|strip-components\S*|hard-dereference|transform\S*))'?(?:$|\s)|invalid option -- '?(?<option2>U|D)'?$)/,
    sure: 0.8,
    cause,
    cure,
  },
  {
    says: /(?<tool>curl): option --?(?<option>retry-all-errors|retry-connrefused|fail-with-body|fail-early|parallel|proto-redir|proto-default|tlsv1\.[23]|output-dir|remove-on-error|json|variable|no-progress-meter|doh-url|ssl-revoke-best-effort|happy-eyeballs-timeout-ms|location-trusted|http2|http3|create-file-mode|rate|skip-existing): is unknown/,
    sure: 0.9,
    cause,
    cure: 'use a newer curl (a newer release, backports), or leave --{option} out',
  },
  {
    says: /error: unknown (?:option|switch) '(?<option>filter\S*|sparse|shallow-since\S*|depth|recurse-submodules|no-show-forced-updates|also-filter-submodules|refetch|show-current|initial-branch\S*|jobs\S*|no-recurse-submodules|cone|revision\S*|reject-shallow|remote-submodules|single-branch)'/,
    sure: 0.86,
    cause: 'git is older than its option {option}',
    cure: 'use a newer git (a newer release, backports), or have the CI system check out without it',
  },
  {
    says: /E: Command line option --(?<option>allow-downgrades|allow-change-held-packages|allow-releaseinfo-change|allow-insecure-repositories|autoremove|with-new-pkgs) is not understood/,
    sure: 0.9,
    cause: 'apt is older than its option --{option}: this is an old release',
    cure: 'leave it out, or build on a newer release',
  },
  {
    says: /(?:CMake Error: |cmake: )?Unknown argument --(?<option>install|preset|fresh|workflow|build|parallel)\b|source directory "\S*\/--(?<option2>preset|install|fresh|workflow)\S*" does not exist/,
    unless: /warning/,
    sure: 0.86,
    cause: 'CMake is older than its option --{option|{option2|}}',
    cure: "use a newer CMake (`pip install cmake`, Kitware's repository, a newer release)",
  },
  {
    says: /^go:? unknown (?:sub)?command "(?<option>work|mod|telemetry)"/,
    sure: 0.86,
    cause: 'Go is older than its command {option}',
    cure: 'use a newer Go (an image golang:1.N, go.dev/dl)',
  },
  {
    says: /npm ERR! Unknown command: "(?<option>ci|exec|pkg|query|audit|fund|sbom)"|Unsupported option name \("--(?<option2>immutable|mode|inline-builds)"\)/,
    sure: 0.84,
    cause: 'npm or Yarn is older than {option|--{option2|}}',
    cure: 'use a newer one (a newer Node.js, `corepack enable`, `npm install -g npm`)',
  },
  {
    says: /the --(?<option>mount|chmod|link|parents|checksum|exclude) (?:option|flag) requires BuildKit|(?:parse error|Dockerfile).*unknown flag: (?:--)?(?<option2>mount|chmod|link|parents|checksum|exclude)\b|^unknown flag: (?<option3>mount|chmod|link|parents|checksum|exclude)$|sh: (?:\d+: )?--(?<option4>mount|network|security)=\S+: not found/,
    sure: 0.88,
    cause:
      'the Dockerfile uses --{option|{option2|{option3|{option4|}}}}, which only BuildKit knows, and what builds is the builder before it or an old BuildKit',
    cure: 'build with BuildKit (`DOCKER_BUILDKIT=1`, `docker buildx build`), and put `# syntax=docker/dockerfile:1` in the first line',
  },
  {
    says: /^(?:ERROR: |error: )?unknown (?:flag|shorthand flag): '?-{0,2}(?<option>platform|mount|secret|ssh|progress|cache-to|cache-from|load|push|output|provenance|sbom|attest|build-context|link|chmod|pull|layers|jobs|timestamp|source-date-epoch|rewrite-timestamp|manifest|retry|compression-format)'?$/,
    beside:
      /See '(?:docker|podman|buildah|nerdctl) |docker build|buildx|podman (?:build|manifest)|buildah bud/,
    sure: 0.82,
    cause:
      'the client (docker, podman, buildah) is older than its option --{option}, or buildx is not installed',
    cure: 'use a newer one, with the buildx plugin; or leave --{option} out',
  },
  {
    says: /^(?:pip3?: )?(?:ERROR: )?no such option: --(?<option>break-system-packages|use-pep517|prefer-binary|config-settings|no-build-isolation|dry-run|report|use-feature|root-user-action|no-clean|progress-bar|group)\b/,
    sure: 0.86,
    cause: 'pip is older than its option --{option}',
    cure: '`python3 -m pip install --upgrade pip` first, in a virtual environment',
  },
  {
    says: /(?:zstd|unzstd|xz): .{0,30}(?:unknown|unrecogni[sz]ed) option '?--(?<option>long\S*|adapt|patch-from\S*|threads=0)|error: Found argument '--(?<option2>locked|offline|profile|artifact-dir|config|keep-going|timings)' which wasn't expected/,
    sure: 0.82,
    cause: 'the program is older than its option --{option|{option2|}}',
    cure: 'use a newer one (a newer release, `rustup update` for cargo), or leave the option out',
  },
  {
    says: /install TARGETS given no (?<option>\w+ DESTINATION) for|Policy '(?<option2>CMP\d+)' is not known to this version|(?:list|string|file) (?:does not recognize sub-command|sub-command) (?<option3>PREPEND|TRANSFORM|JOIN|POP_BACK|POP_FRONT|FILTER|SUBLIST|JSON|REPEAT|COPY_FILE|CREATE_LINK|READ_SYMLINK|REAL_PATH|ARCHIVE_\w+|CHMOD\w*|CONFIGURE|SIZE|GET_RUNTIME_DEPENDENCIES)\b|Unknown CMake command '(?<option4>target_link_directories|target_sources|include_guard|cmake_host_system_information|fetchcontent_makeavailable|cmake_pkg_config)'|Could not read presets from .{1,200}: Unsupported version/,
    sure: 0.86,
    cause:
      "CMake is older than what the project's CMakeLists.txt calls: {option|{option2|{option3|{option4|its presets}}}}",
    cure: "use a newer CMake (`pip install cmake`, Kitware's repository, a newer release)",
  },
  {
    says: /'\S+' is imported but not globally visible/,
    beside: /cannot create ALIAS target/,
    within: 2,
    sure: 0.84,
    cause: 'CMake before 3.18 makes no alias of an imported target',
    cure: "use a newer CMake (`pip install cmake`, Kitware's repository, a newer release)",
  },
  {
    says: /^\s*(?<option>Check(?:LinkerFlag|PIESupported|IPOSupported|SourceCompiles|CompilerFlag|OBJCXX\w+)|FetchContent|CMakePackageConfigHelpers|CTestCoverageCollectGCOV|FindPackageMessage|GoogleTest|ProcessorCount|UseSWIG|CheckCCompilerFlag)$/,
    beside: /include could not find (?:load|requested) file/,
    within: 3,
    sure: 0.84,
    cause: 'CMake is older than its module {option}',
    cure: "use a newer CMake (`pip install cmake`, Kitware's repository, a newer release)",
  },
];

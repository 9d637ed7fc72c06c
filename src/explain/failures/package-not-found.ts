import type { FailureClass } from '../failure-class.ts';

export const packageNotFound: FailureClass = {
  class: 'package-not-found',
  signs: [
    {
      says: /depends on the unavailable system package '?(?<package>[^' ]+)|Package '(?<package2>[^']+)' is not in the repositories|No formulae or casks found for (?<package3>[\w@+-]+)|could not find or read package '(?<package4>[^']+)'/,
      sure: 0.88,
    },
    {
      says: /Unknown package '(?<package>[^']+)'\.$|opkg_install_cmd: Cannot install package (?<package2>\S+)\.$|cannot find dependency (?<package3>\S+) for \S+$|Cannot satisfy the following dependencies for/,
      sure: 0.9,
    },
    {
      says: /unable to satisfy dependency '(?<package>[^']+)' required by|ebuilds that could satisfy '(?<package2>[^']+)' have been masked|has no buildable providers/,
      sure: 0.87,
    },
    {
      says: /error: attribute '(?<package>[^']+)' missing|undefined variable '(?<package2>[^']+)'|does not provide attribute '(?<package3>[^']+)'/,
      beside: /\.nix\b|nixpkgs|\bflake '/,
      within: 4,
      sure: 0.74,
      cause:
        'nixpkgs, or the flake, has no attribute {package|{package2|{package3|of that name}}}: it has another name in that release, or is misspelt',
      cure: '`nix search nixpkgs NAME` tells its name; a newer or older nixpkgs (flake.lock) may have it',
    },
    {
      says: /\/ports\/(?<package>[\w-]+): error: \S+ does not exist|The port directory \(\S+\) does not exist|not contain an entry for port|(?<package2>[\w-]+) was not found in the baseline|dependency was not found in the baseline/,
      sure: 0.87,
    },
    {
      says: /Missing prebuilt package for '(?<package>[^']+)'/,
      sure: 0.88,
      cause:
        'no remote of conan has {package|the package} built for these settings and options (compiler, libc, CPU)',
      cure: 'build it here: `conan install … --build=missing`, or take a profile for which there are packages',
    },
    {
      says: /No package matching (?<package>\S+) found|\] unknown package: (?<package2>[\w-]+)|(?<package3>[\w-]+) needed, but the stack configuration has no specified version|Package not found in any repo: (?<package4>\S+)/,
      sure: 0.88,
    },
    {
      says: /No results matching query were found for Lua|requires (?<package>[\w./-]+)[^,]*, it could not be found in any version|No releases available for package '(?<package2>[^']+)'|JSR package not found: (?<package3>\S+)|npm package '(?<package4>[^']+)' does not exist/,
      sure: 0.9,
    },
    {
      says: /YN0035: .*(?:Package not found|Response Code: 404)|unexpected error occurred: 'https?:\/\/\S+: Not found'/,
      sure: 0.86,
      cause: 'the npm registry has no package of that name, or does not show it to who is not logged in',
      cure: 'correct the name; for a private package give the registry and the token (`.npmrc`, `NPM_TOKEN`)',
    },
    {
      says: /go: module (?<package>\S+): reading \S+: 404|\/@v\/list: 404 Not Found/,
      sure: 0.84,
    },
    {
      says: /not found in project, manifest or registry|dependenc(?:y|ies) '(?<package>[^']+)'.{0,120} (?:is|are) not available for package/,
      sure: 0.9,
    },
    {
      says: /there is no package called '(?<package>[^']+)'/,
      sure: 0.72,
      cure: "install it first: `install.packages('{package}')`, or the distro's r-cran package",
    },
    {
      says: /^not found: https?:\/\/\S+\.pom$|Error downloading (?<package>[\w.-]+:[\w.-]+:\S+)/,
      sure: 0.82,
    },
    {
      says: /(?<package>[\w.-]+) (?:=?\* ?)*does not exist \(perhaps a typo or a missing channel|No candidates were found for (?<package2>[\w.-]+) \*/,
      sure: 0.9,
    },
    {
      says: /Nothing matches (?<package>\S+) in remote|error: snap '(?<package2>[^']+)' not found|^E: Release '[^']+' for '(?<package3>[^']+)' was not found|Error\(1011\) : No matching packages|^No such package\(s\): (?<package4>\S+)/,
      sure: 0.9,
    },
    { says: /^E: Unable to find a source package for (?<package>\S+)/, sure: 0.93 },
    {
      says: /^E: (?:Paket (?<package>\S+) kann nicht gefunden werden|Impossible de trouver le paquet (?<package2>\S+)|No se ha podido localizar el paquete (?<package3>\S+)|Impossibile trovare il pacchetto (?<package4>\S+)|(?:Não foi possível localizar|Impossível encontrar) o pacote (?<package5>\S+)|(?:无法定位软件包|未發現軟體包|找不到套件) ?(?<package6>\S+)|Не удалось найти пакет (?<package7>\S+)|パッケージ (?<package8>\S+) が見つかりません)/,
      sure: 0.93,
    },
    { says: /^error: GET https?:\/\/\S+ - 404|could not find '(?<package>[^']+)' in registry '/, sure: 0.9 },
    { says: /Could not find a matching version of package (?<package>[\w./-]+)/, sure: 0.85 },
    {
      says: /Could not find artifact (?<package>[\w.-]+:[\w.:-]+)/,
      sure: 0.86,
    },
    {
      says: /Could not find (?<package>[\w.-]+:[\w.-]+:[\w.-]+)\.$/,
      beside: /Searched in the following locations/,
      within: 3,
      sure: 0.86,
    },
    {
      says: /Couldn't find module or a distribution (?<package>[\w:-]+)|No package named (?<package2>\S+) found|There is no package named '(?<package3>[^']+)'|package '(?<package4>[^']+)' is not available for this version of R|Unable to find '(?<package5>[^']+)' in remotes|No package with name (?<package6>\S+) \(from: mix/,
      sure: 0.88,
    },
    { says: /there are no ebuilds to satisfy '?(?<package>[^'\s]+)/, sure: 0.92 },
    {
      says: /No package matches '(?<package>[^']+)'|Unable to find package '?(?<package2>[\w.+-]+)/,
      unless: / with version /,
      sure: 0.9,
    },
    { says: /Unable to locate package (?<package>\S+)/, sure: 0.92 },
    { says: /Couldn't find any package by (?:regex|glob) '(?<package>[^']+)'/, sure: 0.88 },
    { says: /Package '(?<package>[^']+)' has no installation candidate/, sure: 0.93 },
    { says: /Package (?<package>\S+) is not available, but is referred to by another package/, sure: 0.88 },
    { says: /(?<package>\S+) \(no such package\)/, sure: 0.93 },
    {
      says: /unsatisfiable constraints:?|ERROR: unable to select packages/,
      beside: /\(missing\)/,
      sure: 0.88,
    },
    { says: /^\s*(?<package>\S+) \(missing\):/, sure: 0.9 },
    { says: /No match for argument: (?<package>\S+)/, unless: /-\d+[.:]\d/, sure: 0.9 },
    { says: /Unable to find a match: (?<package>.+)/, unless: /-\d+[.:]\d/, sure: 0.9 },
    { says: /No package (?<package>\S+) available/, unless: /-\d+[.:]\d/, sure: 0.9 },
    { says: /could not find package (?:that provides )?(?<package>\S+)/, sure: 0.9 },
    { says: /error: target not found: (?<package>\S+)/, sure: 0.92 },
    {
      says: /No provider of '(?<package>[^']+)' found|nothing provides '?(?<package2>[\w+.-]+)'?(?: needed by)?/,
      sure: 0.85,
    },
    {
      says: /PackagesNotFoundError|ResolvePackageNotFound|The following packages (?:are not available|are missing) (?:from|in) (?:the target|current) channels/,
      sure: 0.9,
    },
    {
      says: /No (?:available|formulae|formula) (?:formula|or cask|found).{0,40}(?:with the name|for) '(?<package>[^']+)'/,
      sure: 0.85,
    },
    { says: /no matching package (?:named '(?<package>[^']+)' )?found/, sure: 0.92 },
    {
      says: /npm (?:ERR!|error) (?:code E404|404)/,
      unless: /version not found/,
      without: /version not found: /,
      within: 4,
      sure: 0.9,
      cause: 'the npm registry has no package of that name, or does not show it to who is not logged in',
      cure: 'correct the name; for a private package give the registry and the token (`.npmrc`, `NPM_TOKEN`)',
    },
    {
      says: /'(?<package>[^']+)' is not in (?:this registry|the npm registry)|ERR_PNPM_FETCH_404|(?:package|Couldn't find package) '(?<package2>[^']+)'.{0,40}(?:required by|on the 'npm' registry|not found)/,
      unless:
        /pkg-config|required by '[^']+', not found|No package '|but package exists|version not found: |\.pc\b/,
      sure: 0.9,
    },
    {
      says: /\(from versions: none\)/,
      sure: 0.8,
      cause:
        "pip's index has no version of it that fits this Python, CPU and libc, or the index was not read",
      cure: 'correct the name; where it has wheels only for other Pythons, CPUs or libc (see its file list), take another version or build from source with its build packages installed',
    },
    {
      says: /No matching distribution found for (?<package>\S+)/,
      without: /from versions: [\d(]/,
      unless: /[=<>]=?\d/,
      sure: 0.75,
    },
    {
      says: /Because (?<package>\S+) was not found in the (?:package registry|provided package locations|cache)/,
      sure: 0.9,
    },
    {
      says: /Could not find a valid gem '(?<package>[^']+)'|Could not find gem '(?<package2>[^']+)/,
      unless: /'[\w-]+' \((?:=|~>|<)/,
      without: /The source contains the following/,
      within: 3,
      sure: 0.88,
    },
    {
      says: /package '(?<package>[^']+)' (?:could not be found|not found|does not exist|is not available) (?:in|on) (?:any|the) (?:\w+ )?(?:repositor|index|registr|source|channel|mirror)/,
      sure: 0.88,
    },
    {
      says: /E: Package (?<package>\S+) (?:was )?not found|dpkg: error: .{0,60}no package named|solve(?:r|d)?:? .{0,40}"?(?<package2>[\w+.-]+)"?:? (?:package )?not in indexes/,
      sure: 0.82,
    },
  ],
  cause:
    "no package of the name {package|asked for} is in the indexes that were read: it has another name in this distro or release, is in a repository that isn't switched on, or is misspelt",
  cure: {
    any: 'look for its name in this release (`apt-cache search`, `apk search`, `dnf search`), and switch on the repository that has it (contrib, universe, community, EPEL)',
    debian:
      '`apt-get update` first, then `apt-cache search {package|NAME}` for its name in this release; it may be in contrib, non-free or universe',
    alpine:
      "`apk search {package|NAME}` for its name; many are in the community repository, and Wolfi's names carry versions",
    fedora: '`dnf search {package|NAME}`; many are in EPEL or CRB',
  },
  explains: ['tool-missing', 'dev-package-missing', 'runtime-lib-missing'],
  candidates: [
    {
      class: 'repo-index-unreachable',
      decides: 'lines above that say an index was not fetched; or no `apt-get update` at all in the log',
    },
  ],
  references: [
    'https://pkgs.alpinelinux.org/packages',
    'https://packages.debian.org/',
    'https://github.com/chainguard-dev/apko/issues/1116',
  ],
  examples: [
    'ERROR: unable to select packages:\n  alpine-keys (no such package):\n    required by: sdk-0.0.1-r0[alpine-keys]',
    'could not find package that provides php-cli in indexes',
    'E: Unable to locate package python3.13-dev',
    'Error: Unable to find a match: ninja-build',
  ],
  lookAlikes: [
    'npm ERR! notarget No matching version found for left-pad@99.0.0',
    "ModuleNotFoundError: No module named 'app'",
  ],
};

import type { FailureClass } from '../failure-class.ts';

export const pkgConfigMissing: FailureClass = {
  class: 'pkg-config-missing',
  signs: [
    {
      says: /The program 'pkg-config'(?: version .{1,30})? is required but it could not be found|The compilation of conf-pkg-config\S* failed|'pkg-config' is required to build/,
      sure: 0.93,
    },
    {
      says: /possibly undefined macro: AC_(?:MSG_ERROR|MSG_WARN|SUBST|DEFINE)\b/,
      without: /possibly undefined macro: (?:LT_|AC_PROG_LIBTOOL|AX_|AM_)/,
      sure: 0.64,
    },
    { says: /Call to 'pkg-config [^']*' returned exit status 127/, sure: 0.93 },
    { says: /\bPKG_(?:PROG_PKG_CONFIG|CHECK_MODULES): (?:command )?not found/, sure: 0.93 },
    { says: /requires the 'pkg-config' utility/, sure: 0.95 },
    { says: /The pkg-config command could not be found/, sure: 0.97 },
    { says: /(?:^|[\s:'/])(?:[\w.]+-)*pkg-?conf(?:ig)?'?: (?:command )?not found/, sure: 0.95 },
    {
      says: /(?:exec:|spawn|execvp|Can't exec|can't execute|failed to (?:run|execute|spawn)|unable to execute|Could not (?:run|execute|find)|Cannot find|couldn't find|unable to find) .{0,12}(?:[\w.]+-)*pkg-?conf(?:ig)?\b/,
      unless: /--libs|--cflags|--modversion|search path|Could NOT find PkgConfig|via pkg-config/,
      sure: 0.9,
    },
    {
      says: /pkg-config (?:script )?could not be found|pkg-config (?:is |was )?(?:not (?:found|installed|available)|missing|required)|(?:requires|need(?:s|ed)?|(?:please|must|to|then|try|and) install(?:ing)?|without) pkg-config\b/,
      unless: /search path|checking|package .{0,40} was not found|apt|apk|Found pkg-config: NO|perhaps/,
      sure: 0.86,
    },
    {
      says: /Could NOT find PkgConfig|(?:Did not find|Pkg-config|Pkg-config binary|pkgconfig).{0,40}(?:not found|'pkg-config'|missing)|PKG_CONFIG_EXECUTABLE/,
      unless: /-- Found|search path/,
      sure: 0.82,
      soft: true,
    },
    { says: /exec: 'pkg-config': executable file not found/, sure: 0.97 },
    { says: /No such file or directory: '(?:[\w.]+-)*pkg-config'/, sure: 0.95 },
    {
      says: /(?:syntax error near unexpected token|PKG_CHECK_MODULES|possibly undefined macro: (?:AC_MSG_ERROR|PKG_))/,
      beside: /PKG_CHECK_MODULES|PKG_PROG_PKG_CONFIG|pkg\.m4/,
      sure: 0.85,
    },
  ],
  cause: 'pkg-config itself, by which libraries are found, is not installed',
  cure: {
    any: '`apt-get install pkg-config` (Debian), `apk add pkgconf` (Alpine), `dnf install pkgconf-pkg-config` (Fedora)',
    debian: '`apt-get install pkg-config`',
    alpine: '`apk add pkgconf`',
    fedora: '`dnf install pkgconf-pkg-config`',
  },
  explains: ['dev-package-missing', 'tool-missing'],
  references: ['https://github.com/rust-openssl/rust-openssl/issues/1739'],
  examples: [
    'Could not run `"pkg-config" "--libs" "--cflags" "openssl"`\nThe pkg-config command could not be found.',
    '# pkg-config --cflags -- gtk+-3.0\npkg-config: exec: "pkg-config": executable file not found in $PATH',
    'configure: error: The pkg-config script could not be found or is too old.',
  ],
  lookAlikes: [
    'Package openssl was not found in the pkg-config search path.',
    'checking for pkg-config... no',
  ],
};

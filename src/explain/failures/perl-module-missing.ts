import type { FailureClass } from '../failure-class.ts';

export const perlModuleMissing: FailureClass = {
  class: 'perl-module-missing',
  signs: [
    { says: /Can't locate (?<module>[\w/]+\.pm) in @INC/, unless: /Term\/ReadLine|debconf/, sure: 0.93 },
  ],
  cause: "the Perl module {module|} that the build uses (OpenSSL's own build needs several) is not installed",
  cure: {
    any: 'install Perl as a whole: `apt-get install perl`, `apk add perl`, `dnf install perl` (perl-core, perl-IPC-Cmd, perl-FindBin)',
    debian: "`apt-get install perl` (or the library's package, `lib…-perl`)",
    alpine: '`apk add perl`',
    fedora: '`dnf install perl-core perl-IPC-Cmd perl-FindBin`',
  },
  references: ['https://github.com/sfackler/rust-openssl/issues/2036'],
  examples: [
    "Can't locate IPC/Cmd.pm in @INC (you may need to install the IPC::Cmd module)",
    "Can't locate FindBin.pm in @INC (@INC contains: /usr/local/lib64/perl5)",
  ],
  lookAlikes: ['perl: warning: Setting locale failed.'],
};

import type { FailureClass } from '../failure-class.ts';

export const muslBinaryOnGlibc: FailureClass = {
  class: 'musl-binary-on-glibc',
  signs: [
    { says: /ld-musl-\w+\.so\.1 => not found|libc\.musl-\w+\.so\.1: cannot open/, sure: 0.93 },
    {
      says: /program interpreter: \/lib\/ld-musl/,
      beside: /no such file or directory|not found$/,
      without: /\balpine\b|\bapk add/,
      within: 4,
      sure: 0.84,
    },
    { says: /(?<program>\S*musl\S*): cannot execute: required file not found/, sure: 0.88 },
    { says: /'linuxmusl-\w+' binaries cannot be used on the 'linux-\w+' platform/, sure: 0.95 },
    {
      says: /interpreter \/lib\/ld-musl-[\w-]+\.so/,
      beside: /required file not found|No such file or directory|: not found/,
      within: 8,
      unless: /interpreter \/lib64/,
      sure: 0.86,
    },
    { says: /ld-musl-[\w-]+\.so\S*: bad ELF interpreter/, sure: 0.96 },
    {
      says: /(?:libc\.musl-\w+\.so\.1|ld-musl-[\w-]+\.so\.1): (?:cannot open shared object file|No such file|not found)/,
      sure: 0.95,
    },
    {
      says: /(?:Could not open|cannot (?:open|find|execute)|No such file or directory:?|not found:?|required file).{0,40}ld-musl-[\w-]+\.so/,
      sure: 0.9,
    },
    { says: /\/(?:usr\/)?lib\/[\w-]*linux-gnu\/libc\.so: (?:invalid ELF header|file too short)/, sure: 0.94 },
    { says: /libc\.so: (?:cannot open shared object file|invalid ELF header)/, sure: 0.85 },
    {
      says: /interpreter:? '?\/lib\/ld-musl-[\w-]+\.so\.1'?.{0,40}(?:not found|missing|does not exist|no such)/,
      sure: 0.9,
    },
    { says: /libc\.musl-\w+\.so\.1 => not found/, sure: 0.93 },
    { says: /lib(?:c|ssl|crypto|stdc\+\+)\.musl\S*\.so\S*: cannot open shared object/, sure: 0.9 },
  ],
  cause: "a program or library built for musl was loaded on a glibc system: musl's libc is not there",
  cure: 'take or make the glibc build (npm `libc: ["glibc"]`, a manylinux wheel), link it statically, or install the package `musl`, which brings the loader',
  explains: ['runtime-lib-missing', 'interp-missing', 'npm-optional-dep-missing', 'tool-missing'],
  references: ['https://github.com/lovell/sharp/issues/3877', 'https://wiki.musl-libc.org/faq.html'],
  examples: [
    'Error: libc.musl-x86_64.so.1: cannot open shared object file: No such file or directory',
    'ImportError: /usr/lib/x86_64-linux-gnu/libc.so: invalid ELF header',
    "bash: ./tool: cannot execute: required file not found\n$ readelf -l tool\n      [Requesting program interpreter: /lib/ld-musl-x86_64.so.1]\nqemu-x86_64: Could not open '/lib/ld-musl-x86_64.so.1': No such file or directory",
  ],
  lookAlikes: [
    'error while loading shared libraries: libssl.so.1.1: cannot open shared object file: No such file or directory',
  ],
};

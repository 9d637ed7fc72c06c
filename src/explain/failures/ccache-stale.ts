import type { FailureClass } from '../failure-class.ts';

const DAMAGED =
  'the object {object} holds no whole object: who wrote it was stopped, or the compiler cache that it came from is damaged';

export const ccacheStale: FailureClass = {
  class: 'ccache-stale',
  blamesCaches: true,
  signs: [
    {
      says: /has been modified since the (?:precompiled header|module file) '[^']+' was built/,
      sure: 0.85,
    },
    { says: /LTO version mismatch|bytecode stream in file '[^']+' generated with LTO version/, sure: 0.93 },
    {
      says: /(?:created|compiled|built) (?:by|with) (?:a |an )?(?:different|another|incompatible|older|newer) version of (?:GCC|clang|the compiler|rustc|Clang)|(?:found crate|crate) '[^']+' compiled by an incompatible version of rustc|not used because .{0,60}(?:not defined|different)|PCH file (?:was )?(?:built|compiled) (?:with|by) (?:a )?different/,
      sure: 0.88,
    },
    {
      says: /(?<object>[^\s:]+\.l?o): file not recognized: file truncated/,
      sure: 0.85,
      cause: DAMAGED,
    },
    {
      says: /(?<object>[^\s:]+\.l?o): file not recognized: file format not recognized/,
      beside: /\bs?ccache\b/,
      sure: 0.8,
      cause: DAMAGED,
    },
    {
      says: /module file .*(?:built with|different version|configuration mismatch|out of date)|AST file .*(?:built|different)/,
      sure: 0.8,
    },
  ],
  cause:
    'objects in the build folder or in a compiler cache were made by another compiler, or with other options, than the ones they are used with now',
  cure: 'remove them and build anew (`make clean`, `cargo clean`, `ccache -C`); give each compiler and set of options a cache of its own',
  candidates: [
    {
      class: 'wrong-arch-binary',
      decides: 'where one file is not recognized: `file NAME` tells whether it is whole, and for which CPU',
    },
  ],
  references: ['https://ccache.dev/manual/latest.html#_troubleshooting'],
  examples: [
    "lto1: fatal error: bytecode stream in file 'libfoo.a' generated with LTO version 11.3 instead of the expected 12.0",
    '/usr/bin/ld: build/word.o: file not recognized: file truncated',
    'error[E0514]: found crate `serde` compiled by an incompatible version of rustc',
  ],
  lookAlikes: [
    'cache hit rate 12 %',
    '/usr/bin/ld: vendor/word.o: file not recognized: file format not recognized',
  ],
};

import type { FailureClass } from '../failure-class.ts';

export const wheelSymbolsTooRecent: FailureClass = {
  class: 'wheel-symbols-too-recent',
  signs: [
    {
      says: /external versioned symbols in these system-provided shared libraries/,
      beside: /cannot repair/,
      within: 8,
      sure: 0.85,
    },
    { says: /too-recent versioned symbols/, sure: 0.97 },
    {
      says: /cannot repair '(?<wheel>[^']+)' to '(?<policy>[^']+)' ABI because/,
      unless: /black-?listed symbol|required library|does not look/,
      sure: 0.9,
    },
    {
      says: /(?:is not|isn't) (?<policy>(?:many|musl)linux\S*) compliant because it links the following symbols|offending versions:|not (?<policy2>(?:many|musl)linux\S*) compliant/,
      sure: 0.92,
    },
    {
      says: /(?:wheel|library|extension).*(?:symbols?|glibc|GLIBC).{0,60}(?:too (?:new|recent)|newer than (?:the )?(?:policy|manylinux|requested|allowed))/,
      sure: 0.85,
    },
    {
      says: /Error ensuring (?<policy>(?:many|musl)linux\S*) compliance/,
      without: /black-?listed symbol|libpython/,
      sure: 0.9,
    },
    {
      says: /(?:version(?:ed symbols?|s)|symbols?) .{0,80}(?:not allowed|exceed\w*|forbidden|disallowed) .{0,40}(?<policy>(?:many|musl)linux\S*)/,
      sure: 0.82,
    },
  ],
  cause: 'the wheel needs newer symbols than {policy|the policy} allows: it was built on a newer system',
  cure: 'build it in the image or environment of that policy (manylinux_2_28: AlmaLinux 8), or ask for the policy that it keeps; `targetry audit WHEEL --verbose` names the symbols that force it',
  references: ['https://github.com/pypa/auditwheel/issues/516'],
  examples: [
    'error: cannot repair "pynemo-0.0.0.dev0-cp311-cp311-linux_x86_64.whl" to "manylinux_2_28_x86_64" ABI because of the presence of too-recent versioned symbols. You\'ll need to compile the wheel on an older toolchain.',
    '💥 maturin failed\n  Caused by: Error ensuring manylinux_2_17 compliance\n  Caused by: Your library is not manylinux_2_17 (aka manylinux2014) compliant because of the presence of too-recent versioned symbols: ["libc.so.6 offending versions: GLIBC_2.28"]. Consider building in a manylinux docker container',
  ],
  lookAlikes: [
    'cannot repair "x.whl" to "manylinux2014_x86_64" ABI because it depends on black-listed symbols',
    "ImportError: /lib/libc.so.6: version `GLIBC_2.34' not found",
  ],
};

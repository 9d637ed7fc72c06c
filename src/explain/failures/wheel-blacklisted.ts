import type { FailureClass } from '../failure-class.ts';

export const wheelBlacklisted: FailureClass = {
  class: 'wheel-blacklisted',
  signs: [
    { says: /(?:black-?listed|blocklisted|forbidden) symbols?/, unless: /test/, sure: 0.88 },
    {
      says: /(?:links|depends on|linked against).{0,80}(?:libpython|libraries? (?:outside|not (?:allowed|in the whitelist)))|(?:links to|depends on) libpython/,
      sure: 0.85,
    },
  ],
  cause:
    'the wheel uses symbols or libraries that the manylinux policy forbids, such as libpython or private parts of zlib',
  cure: "don't link libpython (setuptools and maturin leave it out by themselves); link private needs statically, or ask for a newer policy",
  references: ['https://peps.python.org/pep-0600/'],
  examples: [
    'cannot repair "x.whl" to "manylinux2014_x86_64" ABI because it depends on black-listed symbols.',
    'auditwheel: error: the wheel is linked against libpython3.8.so.1.0, which depends on libpython',
  ],
  lookAlikes: ['too-recent versioned symbols'],
};

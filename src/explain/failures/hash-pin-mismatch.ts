import type { FailureClass } from '../failure-class.ts';

export const hashPinMismatch: FailureClass = {
  class: 'hash-pin-mismatch',
  signs: [
    { says: /PACKAGES (?:DO NOT|DIDN'T) MATCH THE HASHES/, sure: 0.96 },
    { says: /Hash mismatch for '?(?<package>[^']+)|In --require-hashes mode/, sure: 0.86 },
  ],
  cause:
    'a Python package has another hash than the requirements or lock say: it was published again, or a mirror or proxy serves something else',
  cure: "find out which of the two is right (another mirror, the publisher's list), clear pip's or uv's cache, and only then renew the hashes",
  references: ['https://pip.pypa.io/en/stable/topics/secure-installs/'],
  examples: [
    'ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE. If you have updated the package versions, please update the hashes.',
    'error: Hash mismatch for `anyio==4.0.0`',
  ],
  lookAlikes: ['npm ERR! code EINTEGRITY'],
};

import type { FailureClass } from '../failure-class.ts';

export const npmIntegrity: FailureClass = {
  class: 'npm-integrity',
  signs: [
    { says: /Tarball checksum did not match what was provided/, sure: 0.94 },
    { says: /\bEINTEGRITY\b/, sure: 0.96 },
    {
      says: /integrity (?:checksum|check) failed|integrity mismatch|IntegrityCheckFailed|failed integrity check/,
      sure: 0.92,
    },
    { says: /ERR_PNPM_\w*TARBALL_INTEGRITY/, sure: 0.96 },
    { says: /YN0018|The remote archive doesn't match the expected checksum/, sure: 0.94 },
    {
      says: /Got unexpected checksum for '\S+\.tgz'|(?:\.tgz|tarball).*(?:wanted|expected) .{0,20}(?:sha\d+|integrity)/,
      sure: 0.88,
    },
  ],
  cause:
    'a package has another hash than the lock says: it was published again, the registry, a mirror or proxy serves something else, or the local cache is damaged',
  cure: 'clear the cache (`npm cache clean --force`, `yarn cache clean`, `pnpm store prune`) and try again; where it stays, compare the registry of the lock (`resolved`) with the one in use, and renew that entry of the lock only once you know why',
  references: ['https://github.com/saleor/saleor/issues/2552'],
  examples: [
    'npm ERR! code EINTEGRITY\nnpm ERR! sha1-5CGiqOINawgZ3yiQj3glJrlt0f4= integrity checksum failed when using sha1: wanted sha1-5CGiqOINawgZ3yiQj3glJrlt0f4= but got sha1-1jJdG1NZGEDm+dNrQtjJeTOo8aw=. (8955 bytes)',
    "➤ YN0018: │ left-pad@npm:1.3.0: The remote archive doesn't match the expected checksum",
  ],
  lookAlikes: ['verifying github.com/onsi/ginkgo@v1.16.3: checksum mismatch'],
};

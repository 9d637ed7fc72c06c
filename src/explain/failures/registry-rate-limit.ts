import type { FailureClass } from '../failure-class.ts';

export const registryRateLimit: FailureClass = {
  class: 'registry-rate-limit',
  signs: [
    { says: /Quota exceeded for quota metric/, sure: 0.86 },
    { says: /pull QPS exceeded/, sure: 0.86 },
    { says: /\btoomanyrequests\b/, sure: 0.97 },
    {
      says: /(?:reached|exceeded|over|hit) (?:your |the )?(?:\w+ ){0,3}(?:pull )?rate limit/,
      unless: /API rate limit|GitHub/,
      sure: 0.95,
    },
    { says: /pull rate limit|(?:exceeded|reached) (?:your |the |its )?pull limit/, sure: 0.95 },
    {
      says: /(?:status|code|HTTP\S*):? 429\b|\b429\b.{0,30}(?:rate|too many|requests)/,
      unless: /api\.github|test/,
      sure: 0.88,
    },
    { says: /Too Many Requests/, unless: /test|api\.github/, sure: 0.85 },
  ],
  cause:
    "the registry's limit for pulls is reached; without a login it is counted by address, which many builders share",
  cure: 'log in (`docker login`), pull by a mirror or pull-through cache (`registry-mirrors`, mirror.gcr.io, public.ecr.aws), or wait',
  explains: ['image-not-found', 'registry-auth', 'buildkit-session-lost'],
  references: [
    'https://www.docker.com/increase-rate-limit',
    'https://github.com/docker/hub-feedback/issues/2429',
  ],
  examples: [
    'Error: ERROR: Error response from daemon: toomanyrequests: You have reached your pull rate limit. You may increase the limit by authenticating and upgrading: https://www.docker.com/increase-rate-limit',
    'failed to copy: httpReadSeeker: failed open: unexpected status code https://registry.example/v2/library/node/blobs/sha256:abc: 429 Too Many Requests',
  ],
  lookAlikes: [
    'API rate limit exceeded for 203.0.113.7.',
    "pull access denied for foo/bar, repository does not exist or may require 'docker login'",
  ],
};

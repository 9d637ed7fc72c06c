import type { FailureClass } from '../failure-class.ts';

export const registryAuth: FailureClass = {
  class: 'registry-auth',
  signs: [
    {
      says: /\bENEEDAUTH\b|npm (?:ERR!|error) (?:code E401|401 Unauthorized)|ERR_PNPM_FETCH_401|YN0041|^denied: |failed to fetch oauth token/,
      unless: /(?:rate|pull) limit/,
      sure: 0.86,
    },
    {
      says: /pull access denied|insufficient_scope: authorization failed|requested access to the resource is denied/,
      sure: 0.9,
    },
    {
      says: /unauthorized: (?:authentication required|incorrect username|access to the requested resource|unauthenticated|HTTP Basic)|no basic auth credentials|denied: (?:requested access|installation not allowed|permission_denied|access forbidden)/,
      sure: 0.9,
    },
    {
      says: /error getting credentials|docker-credential-\S+.{0,60}(?:not found|executable file|exit status)/,
      sure: 0.88,
    },
    {
      says: /failed to authorize: .*(?:401|403|denied|Unauthorized|Forbidden)|failed to fetch (?:anonymous|oauth) token: .*(?:401|403|denied|Unauthorized|Forbidden)/,
      sure: 0.88,
    },
  ],
  cause:
    'the registry does not show or take the image without a login that may do so, or there is no image of that name',
  cure: 'check the name; `docker login REGISTRY` (as a secret in CI), with a token that may read, or push, this repository; a missing credential helper is named in ~/.docker/config.json',
  references: ['https://docs.docker.com/reference/cli/docker/login/'],
  examples: [
    'ERROR: pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
    'error getting credentials - err: exec: "docker-credential-desktop": executable file not found in $PATH, out: ``',
  ],
  lookAlikes: [
    'toomanyrequests: You have reached your pull rate limit.',
    'failed to authorize: no active session for abc: context deadline exceeded',
  ],
};

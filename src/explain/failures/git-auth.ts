import type { FailureClass } from '../failure-class.ts';

export const gitAuth: FailureClass = {
  class: 'git-auth',
  signs: [
    { says: /could not read (?:Username|Password) for '|terminal prompts disabled/, sure: 0.93 },
    {
      says: /Permission denied \(publickey|Host key verification failed|Could not read from remote repository/,
      sure: 0.9,
    },
    {
      says: /fatal: Authentication failed for|remote: (?:Invalid username or (?:password|token)|HTTP Basic: Access denied|Repository not found|Support for password authentication was removed)|error: cannot run ssh/,
      sure: 0.9,
    },
  ],
  cause: 'git may not read a repository: no key, token or known host was given, or it is private or renamed',
  cure: 'give the credentials to the step as a secret (a token in `http.extraheader` or .netrc, `--ssh default` and known_hosts), and check the address',
  explains: ['package-version-gone'],
  references: ['https://docs.docker.com/build/building/secrets/'],
  examples: [
    "fatal: could not read Username for 'https://github.com': terminal prompts disabled",
    'git@github.com: Permission denied (publickey).\nfatal: Could not read from remote repository.',
  ],
  lookAlikes: ['/bin/sh: 1: ./build.sh: Permission denied'],
};

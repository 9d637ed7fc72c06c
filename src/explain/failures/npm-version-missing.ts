import type { FailureClass } from '../failure-class.ts';

export const npmVersionMissing: FailureClass = {
  class: 'npm-version-missing',
  signs: [
    { says: /ERR_PNPM_NO_VERSIONS|version not found: (?<package>@?[\w./-]+)@/, sure: 0.92 },
    {
      says: /Registry failed to return tag '|package '(?<package>[^']+)' with tag '[^']+' not found, but package exists|Could not find npm package '(?<package2>[^']+)' matching '/,
      sure: 0.92,
    },
    { says: /^error: (?<package>@?[\w./-]+)@\S+ failed to resolve$/, sure: 0.8 },
    { says: /No matching version found for (?<package>\S+)\.?(?: |$)/, sure: 0.95 },
    { says: /npm (?:ERR!|error) (?:code ETARGET|notarget)/, sure: 0.93 },
    { says: /ERR_PNPM_NO_MATCHING_VERSION/, sure: 0.95 },
    { says: /Couldn't find any versions for '(?<package>[^']+)' that matches/, sure: 0.95 },
    {
      says: /No version matching '(?<version>[^']+)' found for specifier '(?<package>[^']+)'|No candidates found/,
      sure: 0.9,
    },
    {
      says: /npm .{0,60}version .{1,40} (?:not found|does not exist|is not in (?:the|this) registry)/,
      unless: /GLIBC|CXX|OPENSSL|lib\S*\.so/,
      sure: 0.85,
    },
  ],
  cause:
    'the npm registry has no version that fits {package|the request}: it was never published, was withdrawn, or a mirror does not have it yet',
  cure: 'see what there is (`npm view NAME versions`), correct the range or the lock; for a private registry or mirror check that it is the one that has it, and `before`/minimum release age settings',
  references: ['https://docs.npmjs.com/cli/commands/npm-view'],
  examples: [
    'npm ERR! code ETARGET\nnpm ERR! notarget No matching version found for left-pad@99.0.0.',
    ' ERR_PNPM_NO_MATCHING_VERSION  No matching version found for vite@^99.0.0',
    'error Couldn\'t find any versions for "foo" that matches "^9.0.0"',
  ],
  lookAlikes: ['npm ERR! code E404\nnpm ERR! 404 Not Found - GET https://registry.example/nopkg - Not found'],
};

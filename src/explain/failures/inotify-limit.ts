import type { FailureClass } from '../failure-class.ts';

export const inotifyLimit: FailureClass = {
  class: 'inotify-limit',
  signs: [
    { says: /System limit for number of file watchers reached/, sure: 0.97 },
    {
      says: /inotify.{0,80}(?:No space left|Too many open files|limit|exhausted|ENOSPC|EMFILE)|(?:limit|number) of inotify (?:watches|instances)/,
      sure: 0.92,
    },
    { says: /max_user_(?:watches|instances)/, unless: /=\s*\d/, sure: 0.75 },
  ],
  cause: "the kernel's limit of watched files (inotify) is reached; the disk is not full",
  cure: "`sysctl -w fs.inotify.max_user_watches=524288 fs.inotify.max_user_instances=512` on the host; or don't watch in a build (`CI=1`, without `--watch`)",
  explains: ['disk-full', 'fd-limit'],
  references: ['https://github.com/facebook/jest/issues/3254'],
  examples: [
    "Error: ENOSPC: System limit for number of file watchers reached, watch '/app/src'",
    'Failed to create inotify instance: Too many open files (inotify)',
  ],
  lookAlikes: ['write error: No space left on device'],
};

import type { FailureClass } from '../failure-class.ts';

export const dpkgInterrupted: FailureClass = {
  class: 'dpkg-interrupted',
  signs: [
    { says: /dpkg was interrupted, you must manually run/, sure: 0.96 },
    {
      says: /dpkg: error: .*(?:parsing file|status database area is locked|unable to access the dpkg)/,
      unless: /locked|permission/,
      sure: 0.75,
    },
  ],
  cause: 'an earlier dpkg was stopped half way, and its database waits to be finished',
  cure: '`dpkg --configure -a`, or build the layer anew without the cache',
  references: ['https://manpages.debian.org/dpkg'],
  examples: [
    "E: dpkg was interrupted, you must manually run 'dpkg --configure -a' to correct the problem.",
    "dpkg: error: parsing file '/var/lib/dpkg/updates/0003' near line 0: newline in field name",
  ],
  lookAlikes: ['Setting up dpkg (1.21.22) ...'],
};

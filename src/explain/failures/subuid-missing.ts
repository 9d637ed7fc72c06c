import type { FailureClass } from '../failure-class.ts';

export const subuidMissing: FailureClass = {
  class: 'subuid-missing',
  signs: [
    {
      says: /new[ug]idmap: .{0,80}(?:not allowed|failed|Operation not permitted|owned by a different user)|newuidmap: uid range|new[ug]idmap.{0,40}(?:not found|executable file not found)/,
      sure: 0.92,
    },
    {
      says: /no subuid ranges found|(?:no|not enough|insufficient) (?:sub)?(?:uids?|gids?|subuids?|subgids?|UIDs or GIDs)\b.{0,60}(?:\/etc\/sub|available|namespace|range|user)/,
      sure: 0.92,
    },
    {
      says: /\/etc\/sub[ug]id.{0,80}(?:no (?:entry|entries|such)|missing|not (?:found|configured)|does not contain|has no)/,
      sure: 0.85,
    },
    { says: /lchown \S+: invalid argument/, sure: 0.82 },
  ],
  cause:
    "this user has no range of further ids in /etc/subuid and /etc/subgid, or the programs newuidmap and newgidmap are missing, so files of other owners can't be made",
  cure: 'install the package uidmap (`newuidmap`) and grant a range: `usermod --add-subuids 100000-165535 --add-subgids 100000-165535 USER`',
  asks: ['ids'],
  references: ['https://github.com/containers/podman/blob/main/troubleshooting.md'],
  examples: [
    'potentially insufficient UIDs or GIDs available in user namespace (requested 0:42 for /etc/gshadow): Check /etc/subuid and /etc/subgid: lchown /etc/gshadow: invalid argument',
    'newuidmap: write to uid_map failed: Operation not permitted',
  ],
  lookAlikes: ['newuidmap is up to date'],
};

import type { FailureClass } from '../failure-class.ts';

export const repoMetadataExpired: FailureClass = {
  class: 'repo-metadata-expired',
  signs: [
    { says: /Verification error: .{0,80}(?:timestamp|mirrors|root|snapshot)\.json.{0,40}expired/, sure: 0.9 },
    {
      says: /Release file expired\b|« ?Release ?».{0,200}est expir|Release-Datei.{0,200}abgelaufen/,
      sure: 0.92,
    },
    { says: /Release file for \S+ is expired \(invalid since/, sure: 0.96 },
    {
      says: /(?:Release|InRelease)\S* (?:file )?.{0,80}(?:is |has )expired/,
      unless: /certificate|key/,
      sure: 0.9,
    },
    { says: /Valid-Until.{0,80}(?:passed|past|expired|before)/, sure: 0.9 },
    {
      says: /(?:repo(?:md|sitory)?|metadata|metalink).{0,80}(?:is|has|was) (?:expired|out of date|outdated|too old|past its)/,
      unless: /certificate|key|cache/,
      sure: 0.75,
    },
    { says: /TUF.{0,60}expired|(?:timestamp|snapshot|root)\.json.{0,40}expired/, sure: 0.8 },
  ],
  cause:
    "the repository's metadata is past the date until which it says it is good: a mirror that is no longer updated, a snapshot of the past, or a clock that runs ahead",
  cure: {
    any: 'take a mirror that is kept up; for a snapshot allow it by name (`targetry build --allow-expired NAME`, `apt-get -o Acquire::Check-Valid-Until=false update`); check `date`',
  },
  explains: ['package-not-found', 'repo-index-unreachable', 'apt-signature'],
  candidates: [{ class: 'clock-skew', decides: '`date -u` against a clock that is right' }],
  references: ['https://wiki.debian.org/DebianRepository/Format#Date.2C_Valid-Until'],
  examples: [
    'E: Release file for http://mirror.example/debian/dists/bullseye-updates/InRelease is expired (invalid since 3d 2h 17min 35s). Updates for this repository will not be applied.',
    'E: Release file for https://snapshot.example/archive/debian/20200101T000000Z/dists/buster/InRelease is expired (invalid since 120d 0h 1min 2s).',
  ],
  lookAlikes: [
    'E: Release file for http://mirror.example/ubuntu/dists/jammy/InRelease is not valid yet (invalid for another 7h 39min 41s).',
    'curl: (60) SSL certificate problem: certificate has expired',
  ],
};

import type { FailureClass } from '../failure-class.ts';

export const downloadHashMismatch: FailureClass = {
  class: 'download-hash-mismatch',
  signs: [
    { says: /computed checksums? did NOT match/, sure: 0.92 },
    {
      says: /(?:HASH mismatch for file|hash mismatch: manifest declares|Incorrect hash for source|Checksum mismatch for|digest mismatch|unexpected (?:hash|digest|checksum)|sha(?:256|512)(?:sum)? (?:mismatch|does not match))/,
      unless: /\.deb|\.rpm|go\.sum|npm|integrity|InRelease/,
      without: /go\.sum:|SECURITY ERROR|EINTEGRITY|verifying \S+@v/,
      sure: 0.82,
    },
  ],
  cause:
    'a downloaded file has another hash than the one that is written down: the publisher replaced it, an error page came in its place, or it was cut short',
  cure: 'look at what came (`file`, `head -c 200`); where the publisher changed it on purpose, check that and renew the hash',
  references: ['https://cmake.org/cmake/help/latest/module/ExternalProject.html'],
  examples: [
    'tool.tar.gz: FAILED\nsha256sum: WARNING: 1 computed checksum did NOT match',
    'error: hash mismatch: manifest declares 1220abc but the fetched package has 1220def',
  ],
  lookAlikes: ['Hash Sum mismatch'],
};

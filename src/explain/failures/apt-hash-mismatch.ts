import type { FailureClass } from '../failure-class.ts';

export const aptHashMismatch: FailureClass = {
  class: 'apt-hash-mismatch',
  signs: [
    {
      says: /does not match intended download|Reason: (?:Filesize|\w+ hash) does not match recorded|Checksum does not match for (?:package|file) /,
      unless: /\.rpm.*GPG/,
      sure: 0.84,
    },
    { says: /(?:size check|(?:md5|sha1|sha256|sha512) hash) mismatch '?\w+'? != /, sure: 0.93 },
    {
      says: /^W: (?:http\S+\.deb was corrupt|Corrupted package )|^E: Couldn't download dists\/\S+\/(?:Packages|Release)/,
      sure: 0.86,
    },
    { says: /Digest verification failed for (?:file )?'(?<file>[^']+)'/, sure: 0.9 },
    { says: /invalid or corrupted package \(checksum\)/, sure: 0.86 },
    {
      says: /\/apt\/archives\/\S+\.deb' (?:is not a Debian format archive|has premature member)|decompressing archive member: (?:\w+ error|.{0,40}corrupt)/,
      sure: 0.84,
    },
    { says: /Size of file \S+ is not what the server reported/, sure: 0.88 },
    {
      says: /Hash (?:校验和不符|校驗和不符)|Hash-Summe stimmt nicht überein|Somme de contrôle de hachage incohérente|La suma hash difiere|Hash Sum não (?:confere|corresponde)|Somma hash non corrispondente|Хеш сумма не совпадает|ハッシュサムが適合しません/,
      sure: 0.95,
    },
    { says: /^E: .{0,200}(?:\.deb was corrupt|: Corrupted package)/, sure: 0.85 },
    { says: /Hash Sum mismatch/, sure: 0.96 },
    { says: /File has unexpected size \(\d+ != \d+\)/, sure: 0.95 },
    { says: /Writing more data than expected /, sure: 0.9 },
    { says: /Hashes of (?:expected|received) file/, sure: 0.85 },
    { says: /Mirror sync in progress/, sure: 0.93 },
    {
      says: /(?:Downloading successful, but checksum doesn't match|Package .{1,80} is not signed|checksum (?:doesn't|does not) match.{0,40}(?:rpm|repomd|metadata)|\[Errno -1\] .{0,40}(?:does not match (?:intended )?(?:download|checksum)|checksum)|Payload SHA256 digest: BAD|repomd\.xml (?:does not match|checksum))/,
      unless: /is not signed/,
      sure: 0.85,
    },
    { says: /(?:\.deb|Packages(?:\.\w+)?|InRelease).{0,80}(?:checksum|hash|size) mismatch/, sure: 0.85 },
    { says: /Bad header data|The method .{0,60}(?:hash|size) mismatch/, sure: 0.55 },
  ],
  cause:
    'a package or index has other bytes than the signed list says: the mirror is in the middle of a sync, or a proxy, a cache or a disk changed them',
  cure: 'try again, from another mirror or over https; `rm -rf /var/lib/apt/lists/*` first; past a proxy `Acquire::http::No-Cache=true` and `Acquire::http::Pipeline-Depth=0`',
  explains: ['package-not-found', 'apt-stale-index', 'repo-index-unreachable'],
  references: ['https://github.com/docker/for-mac/issues/7025'],
  examples: [
    'Err:13 http://mirror.example/debian-security buster/updates/main arm64 dbus arm64 1.12.24-0+deb10u1\n  Hash Sum mismatch',
    'E: Failed to fetch http://mirror.example/ubuntu/dists/jammy/main/binary-amd64/Packages.gz  File has unexpected size (1792 != 1750). Mirror sync in progress? [IP: 192.0.2.1 80]',
  ],
  lookAlikes: ['verifying github.com/onsi/ginkgo@v1.16.3: checksum mismatch'],
};

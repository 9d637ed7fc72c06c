import type { FailureClass } from '../failure-class.ts';

export const eolRepo: FailureClass = {
  class: 'eol-repo',
  signs: [
    {
      says: /'openSUSE-Leap-(?<release>42\.\d|15\.[0-5])|Repository '?(?:repo-)?\S*'? .{0,20}Leap[- ](?:42\.\d|15\.[0-5])/,
      beside: /\[error\]|is invalid|Valid metadata not found|not found on medium/,
      within: 6,
      sure: 0.86,
    },
    {
      says: /Cannot find a valid baseurl for repo: (?:centos-sclo|centos-qemu|centos-release|C[678]\b)/,
      sure: 0.9,
    },
    {
      says: /(?:CentOS|Debian|Ubuntu|Fedora|Scientific Linux|RHEL|openSUSE)\b.{0,40}(?:has )?reached (?:its )?end[- ]of[- ]life|\bis end-of-life: /,
      unless: /warning|deprecat|will reach|note:|soon/,
      sure: 0.75,
      soft: true,
    },
    {
      says: /Failed getting release file \S+\/dists\/(?<release>stretch|jessie|wheezy|squeeze|buster|artful|cosmic|disco|eoan|groovy|hirsute|impish|kinetic|lunar|mantic|oracular|plucky|questing|zesty|yakkety|precise|vivid|wily|utopic|saucy|raring)\/Release/,
      sure: 0.93,
    },
    {
      says: /\b404\b.{0,20} \S*\/fedora\/\S*(?:releases|updates|development)\/(?<release>[12]\d|3\d|4[012])\//,
      sure: 0.93,
    },
    {
      says: /^Fedora (?:Modular )?(?<release>[12]\d|3\d|4[012])\b/,
      beside: /Status code: 404|repomd\.xml: All mirrors were tried/,
      within: 8,
      sure: 0.9,
    },
    {
      says: /\b404\b.{0,20} \S*(?:\/openmandriva\/[1-4]\.|\/mageia\/distrib\/[1-8]\/|\/leap\/(?:42|15\.[0-5])\/|\/rocky(?:linux)?\/[89]\.[0-4]\/|\/almalinux\/[89]\.[0-4]\/|\/amzn2?\/20(?:1\d|2[0-2]))/,
      sure: 0.86,
    },
    {
      says: /Repository '(?<url>[^']+)' changed its '(?:Suite|Codename|Version)' value from/,
      sure: 0.75,
      cause:
        'the release of {url|the repository} moved on: what was stable is now oldstable, or is archived, and apt asks before it goes along',
      cure: '`apt-get update --allow-releaseinfo-change`, or a newer image; where the release is at its end, its archive or the next release',
    },
    {
      says: /not found on medium '\S*\/\d\d\.\d\//,
      unless: /\/15\.[6-9]\/|\/1[6-9]\.\d\//,
      sure: 0.85,
    },
    {
      says: /^(?:\S+ )?CentOS[- ](?:Linux |Stream )?[5-8]\b.*(?:AppStream|BaseOS|Base|Extras|Updates)/,
      beside:
        /Failed to download metadata for repo|Cannot find a valid baseurl|Errors during downloading metadata/,
      within: 6,
      sure: 0.86,
    },
    {
      says: /^(?:Err|Ign):\d+ \S+ (?:stretch|jessie|wheezy|buster|artful|cosmic|disco|eoan|groovy|hirsute|impish|kinetic|lunar|mantic|oracular|plucky|questing)\S* (?:(?:In)?Release|\w+ (?:Packages|Sources))$/,
      beside: /404 +Not Found/,
      within: 12,
      sure: 0.92,
    },
    { says: /All mirror URLs are not using ftp, http|removing mirrorlist with no valid mirrors/, sure: 0.9 },
    {
      says: /Cannot find a valid baseurl for repo: (?:base|extras|updates|centos\S*|C\d\S*|epel)\/?(?:[5678]\b|\$releasever)/,
      sure: 0.9,
    },
    { says: /mirrorlist\.centos\.org/, unless: /^(?:mirrorlist=|#)/, sure: 0.95 },
    { says: /Cannot prepare internal mirrorlist: No URLs in mirrorlist/, sure: 0.93 },
    {
      says: /(?:stretch|jessie|wheezy|squeeze|buster|bullseye|trusty|xenial|artful|cosmic|disco|eoan|groovy|hirsute|impish|kinetic|lunar|mantic|oracular|plucky|questing|zesty|yakkety|precise|vivid|wily|utopic|saucy|raring)(?:[/-](?:updates|security|backports|proposed|proposed-updates))*(?:\/\w+)? (?:Release|InRelease)'? (?:does not have|no longer has) a Release file/,
      sure: 0.94,
    },
    { says: /no longer has a Release file/, sure: 0.85 },
    {
      says: /does not have a Release file/,
      unless: /(?:stretch|jessie|wheezy|buster|eoan|groovy|hirsute|impish|kinetic|lunar|mantic)/,
      sure: 0.66,
    },
    {
      says: /(?:dists\/|\b)(?:stretch|jessie|wheezy|buster|artful|cosmic|disco|eoan|groovy|hirsute|impish|kinetic|lunar|mantic|oracular|plucky|questing|zesty|yakkety)(?:[/-](?:updates|security|backports))*\S* .{0,60}404 +Not Found/,
      unless: /\.deb\b/,
      sure: 0.9,
    },
    {
      says: /(?:centos|epel)\/?(?:5|6|7|8)\b.*(?:404|repomd\.xml|not found)|vault\.centos\.org/,
      unless: /200|^(?:sed|RUN|\+)/,
      sure: 0.78,
    },
    {
      says: /(?:release|distribution|version|suite|repositor(?:y|ies)).{0,60}(?:end[- ]of[- ]life|reached (?:its )?EOL|is EOL|no longer supported|has been archived|moved to archive)/,
      unless: /^npm|deprecat|node|python|warning|note:/,
      sure: 0.66,
      soft: true,
    },
    {
      says: /Errors during downloading metadata for repository '(?:appstream|baseos|extras)'/,
      beside: /Status code: 404|centos|No URLs in mirrorlist/,
      without: /\b404 for \S+\/almalinux\/(?:8\.10|9\.[6-9]|10)\S*\/repodata\/\w{40,}-/,
      sure: 0.88,
    },
    {
      says: /fedora-(?:[12]\d|3[0-8])\b.*(?:404|not found)|metalink.{0,60}fedora-(?:[12]\d|3[0-8])\b/,
      unless: /200/,
      sure: 0.8,
    },
  ],
  cause:
    'the release has reached its end of life: its repositories were moved to an archive or removed, so nothing is at the old address. The network is fine',
  cure: {
    any: 'take a newer release; or, to stay, point the sources at the archive: archive.debian.org, old-releases.ubuntu.com, vault.centos.org',
    debian:
      'take a newer release; or, to stay, point the sources at archive.debian.org (Debian) or old-releases.ubuntu.com (Ubuntu)',
    fedora:
      'take a newer release or image (manylinux_2_28 for manylinux2014); or, to stay, `sed -i "s/mirrorlist/#mirrorlist/; s|#baseurl=http://mirror|baseurl=http://vault|" /etc/yum.repos.d/*`',
  },
  explains: [
    'dns-failure',
    'repo-index-unreachable',
    'package-not-found',
    'apt-signature',
    'apt-stale-index',
    'repo-metadata-expired',
    'connection-failed',
    'apt-key-missing',
  ],
  references: ['https://github.com/PyO3/maturin-action/issues/277', 'https://wiki.debian.org/DebianReleases'],
  examples: [
    'Could not retrieve mirrorlist http://mirrorlist.centos.org/?release=7&arch=x86_64&repo=os&infra=container error was\n14: curl#6 - "Could not resolve host: mirrorlist.centos.org; Unknown error"',
    "E: The repository 'http://mirror.example/debian stretch Release' does not have a Release file.",
    "Error: Failed to download metadata for repo 'appstream': Cannot prepare internal mirrorlist: No URLs in mirrorlist",
  ],
  lookAlikes: [
    "Temporary failure resolving 'mirror.example'",
    'npm WARN deprecated request@2.88.2: request has been deprecated',
  ],
};

import type { FailureClass } from '../failure-class.ts';

export const repoIndexUnreachable: FailureClass = {
  class: 'repo-index-unreachable',
  signs: [
    {
      says: /Fetcher failure for URL: '(?:https?|git):\S+'\. URL \S+ doesn't work/,
      unless: /certificate|resolve/,
      sure: 0.84,
    },
    {
      says: /Status code: 404 for \S+\/repodata\/\w{40,}-\w+\.\S+/,
      unless: /\/(?:centos|fedora)\/|mirrorlist\.centos/,
      sure: 0.9,
    },
    {
      says: /repodata\/\S+: \[Errno (?:12|14)\] (?:Timeout|curl#(?:7|28|35|52|56)|HTTPS? Error 5\d\d|PYCURL ERROR)/,
      without: /mirrorlist\.centos\.org/,
      sure: 0.9,
    },
    { says: /Unable to load the service index for source \S+/, sure: 0.76 },
    { says: /Download \(curl\) error for 'http|^Unable to read from 'https?:/, sure: 0.84 },
    {
      says: /Repository '[^']+' is invalid\.|Some of the repositories have not been refreshed|error: failed to update \S+ \(|\[reposync\] failed to fetch|opkg_download: Failed to download|Failed to download the package list from|Timeout exceeded when accessing '|Error trying to read from '|Cannot retrieve metalink for repository/,
      sure: 0.88,
    },
    {
      says: /CondaHTTPError: HTTP \d|UnavailableInvalidChannel|(?:Timeout was reached|Download error|HTTP \d{3}).{0,120}repodata\.json|Collecting package metadata \(\S+\): failed/,
      sure: 0.86,
    },
    {
      says: /Could not update repository '|Initial download of repository failed|Could not fetch specs from|Unable to download data from \S+ - |Failed to download \S+index\.tar\.gz|hackage-security: Host unreachable|Clou?d not download (?:index|archive)|download of \S*config\.json failed/,
      unless: /certificate|unknown CA|nodename|resolve|getaddrinfo/,
      sure: 0.86,
    },
    {
      says: /unable to download '\S+(?:nix-cache-info|\.narinfo|flake-registry\.json|nixexprs\.tar\.xz)': HTTP error \d|unable to access index for repository/,
      unless: /retrying|^warning: error/,
      sure: 0.76,
      soft: true,
    },
    {
      says: /\{:?failed_connect, |HttpExceptionRequest Request/,
      unless: /unknown_ca|nxdomain|tls_alert|UnknownCa|certificate/,
      without: /unknown_ca|nxdomain|UnknownCa|does not exist \(Name|no_cacerts/,
      within: 12,
      sure: 0.76,
    },
    {
      says: /^(?:ERROR|WARNING): (?:\w+ing )?https?:\/\/\S+: (?:operation timed out|network connection aborted|connection (?:refused|reset by peer|aborted)|I\/O error|remote server returned error|unexpected end of file)/,
      sure: 0.86,
    },
    {
      says: /One of the configured repositories failed|(?:Timeout exceeded|Error) when accessing 'https?:\S*repodata|Problem retrieving files from '/,
      without: /resolve host|mirrorlist\.centos\.org|certificate/,
      sure: 0.82,
    },
    {
      says: /\bCurl error \(\d+\): /,
      beside:
        /Errors during downloading metadata for repository|Cannot prepare internal mirrorlist|Failed to download metadata for repo/,
      unless: /resolve host|certificate|repo\/os\/|mirrorlist\.centos\.org/,
      within: 3,
      sure: 0.84,
    },
    {
      says: /No more mirrors to try|all mirrors were already tried/,
      unless: /checksum/,
      without: /\.rpm: .{0,40}\b404\b/,
      within: 12,
      sure: 0.82,
      soft: true,
    },
    {
      says: /Librepo error: |Failed to download metadata \((?:metalink|mirrorlist|baseurl)|Usable URL not found|Failed to (?:synchronize|retrieve new) repository (?:metadata|index)/,
      without: /No URLs in mirrorlist|mirrorlist\.centos\.org/,
      unless: /Could(?:n't| not) resolve|certificate/,
      sure: 0.85,
    },
    {
      says: /\S+: network error \(check Internet connection and firewall\)|could not connect to server \(check repositories file\)|remote server returned error \(try 'apk update'\)/,
      sure: 0.92,
    },
    {
      says: /(?:updating and opening|updating|fetching|Ignoring|opening(?: from cache)?) \S+: (?:temporary error|network error|could not connect|operation timed out|Connection (?:refused|reset|timed out|aborted)|Network unreachable|Host is unreachable|remote server returned error|HTTP \d+|No such file or directory|I\/O error|IO ERROR|unexpected end of file|Permission denied|network connection aborted|connect\w*)/,
      unless: /TLS:|DNS|Ignoring APKINDEX\./,
      sure: 0.93,
      soft: true,
    },
    {
      // Of lists in a cache that was emptied before: harmless where all packages were found.
      says: /Ignoring APKINDEX\.\w+\.tar\.gz: No such file/,
      beside: /^ERROR: un|\(no such package\)|\(missing\)/,
      sure: 0.85,
    },
    {
      says: /not found on medium 'https?:|Valid metadata not found at specified URL/,
      sure: 0.82,
    },
    { says: /temporary error \(try again later\)/, unless: /database/, sure: 0.93, soft: true },
    { says: /\d+ unavailable, \d+ stale/, unless: /\b0 unavailable/, sure: 0.85 },
    {
      says: /(?:Failed to fetch|Err:\d+) \S+(?:InRelease|Release|Packages\S*|Sources\S*)?.*(?:Could not connect|Connection (?:timed out|failed|refused|reset)|Cannot initiate the connection|Unable to connect|Network is unreachable|\b(?:403|500|502|503|504)\b|timed out|Undetermined Error|Error reading from server|invalid reply header|Could not create a socket|Connection closed|Bad Gateway|server closed)/,
      sure: 0.88,
    },
    {
      says: /^\s*(?:Could not connect to \S+ \(|Cannot initiate the connection to|Unable to connect to \S+:(?:http|\d+):|Connection timed out|Connection failed|Could not wait for server fd|Error reading from server|Could not create a socket for|The HTTP server sent an invalid reply header|Data socket timed out|Undetermined Error|403 +Forbidden|50[0234] +\w+)/,
      beside: /^(?:Err|E|W|Ign):|^Err https?:|apt-get|InRelease/,
      sure: 0.82,
    },
    {
      says: /Some index files failed to download/,
      without:
        /Temporary failure resolving|Could not resolve|not valid yet|NO_PUBKEY|is expired|Hash Sum|unexpected size|certificate|404 +Not Found/,
      sure: 0.72,
      soft: true,
    },
    {
      says: /Cannot download repomd\.xml|Cannot download \S+: All mirrors were tried|Failed to (?:download|synchronize) (?:metadata|cache) for repo|Cannot retrieve repository metadata|Could not retrieve mirrorlist|All mirrors were tried|Cannot find a valid baseurl for repo|failure: repodata\/repomd\.xml from/,
      without: /No URLs in mirrorlist|mirrorlist\.centos\.org/,
      sure: 0.85,
    },
    {
      says: /Retrying \(Retry\(total=\d+.*(?:ConnectTimeout|NewConnectionError|ReadTimeout|Connection (?:refused|reset|aborted)|RemoteDisconnected|ProtocolError|ProxyError)/,
      unless: /NameResolution|Name or service|name resolution|SSLError|CERTIFICATE/,
      sure: 0.68,
      soft: true,
    },
    {
      says: /HTTPSConnectionPool\(.*Max retries exceeded/,
      unless: /NameResolution|Name or service|name resolution|SSLError|CERTIFICATE|getaddrinfo|ProxyError/,
      sure: 0.78,
    },
    {
      says: /(?:failed to (?:update|fetch|download|load|query)|Unable to update|error: could not (?:fetch|update)) .{0,60}(?:registry|crates\.io-index|index\.crates\.io|package index|simple index|metadata for repo)/,
      unless: /corrupt|parse|Permission denied/,
      without: /failed to (?:decode|parse)|invalid type: /,
      within: 8,
      sure: 0.72,
    },
    {
      says: /ERROR: (?:Unable to|failed to) (?:fetch|read|load|open|download) .{0,80}(?:index|APKINDEX|repository|repo)/,
      unless: /lock|Permission denied/,
      sure: 0.78,
    },
    {
      says: /(?:Download error on|failed retrieving file) .*(?:\.db|repodata|Packages|primary\.xml|Curl error|Connection|timed out|timeout)/,
      sure: 0.8,
    },
    {
      says: /failed to synchronize all databases|error: failed to (?:init|update|synchronize) .{0,40}(?:databases?|\bdb\b)/,
      unless: /unable to lock|PGP signature/,
      sure: 0.88,
    },
  ],
  cause:
    'the index of a package repository could not be fetched; "no such package" after it only says that nothing was read',
  cure: 'try again, or another mirror; see from inside the step what it can reach (`wget -S URL`), and whether a proxy or firewall is between. The names of the packages are not what is wrong',
  asks: ['mirrors'],
  explains: [
    'package-not-found',
    'package-version-gone',
    'package-conflict',
    'apt-signature',
    'tool-missing',
    'apt-stale-index',
    'connection-failed',
    'npm-version-missing',
  ],
  candidates: [{ class: 'dns-failure', decides: '`getent hosts NAME` in the step' }],
  references: ['https://github.com/malwarepad/cavOS/pull/33'],
  examples: [
    'fetch http://mirror.example/alpine/v3.21/community/x86_64/APKINDEX.tar.gz\nWARNING: updating and opening http://mirror.example/alpine/v3.21/community: temporary error (try again later)\nERROR: unable to select packages:\n  fastfetch (no such package):\n    required by: world[fastfetch]',
    'E: Failed to fetch http://mirror.example/debian/dists/bookworm/InRelease  Could not connect to mirror.example:80 (192.0.2.1), connection timed out\nE: Unable to locate package curl',
    "Error: Failed to download metadata for repo 'baseos': Cannot download repomd.xml: Cannot download repodata/repomd.xml: All mirrors were tried",
  ],
  lookAlikes: [
    'ERROR: unable to select packages:\n  alpine-keys (no such package):\n    required by: sdk-0.0.1-r0[alpine-keys]',
    "WARNING: Retrying (Retry(total=4, connect=None, read=None, redirect=None, status=None)) after connection broken by 'ReadTimeoutError'\nSuccessfully installed six-1.16.0",
  ],
};

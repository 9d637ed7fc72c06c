import type { FailureClass } from '../failure-class.ts';

export const aptSignature: FailureClass = {
  class: 'apt-signature',
  signs: [
    {
      says: /Signature verification failed for (?:file|repository) '/,
      unless: /unknown key|public key/,
      without: /4-Signatures public key|NOKEY|unknown key/,
      sure: 0.84,
    },
    {
      says: /gpgv?: BAD signature from|Invalid Release signature/,
      beside: /InRelease|\bapt\b|debootstrap|Archive|Release/,
      sure: 0.85,
    },
    { says: /error: \S+: signature from '[^']+' is invalid|invalid or corrupted database \(PGP/, sure: 0.88 },
    {
      says: /No good signature|\bsqv returned an error code.*(?:is not bound|No binding signature|Policy rejected|Bad signature|Malformed)/,
      unless: /will reject/,
      sure: 0.86,
    },
    { says: /At least one invalid signature was encountered/, sure: 0.93 },
    { says: /\bBADSIG\b/, sure: 0.92 },
    {
      says: /Clearsigned file isn't valid, got 'NOSPLIT'|NODATA 1|does the network require authentication/,
      sure: 0.82,
      cause:
        'what came in place of the signed file is something else, such as a login page of a network or an error page of a proxy',
      cure: 'fetch the address by hand and look at it (`curl -v`); then cure the proxy or the network',
    },
    {
      says: /(?:Unknown error executing|Couldn't execute|Could not execute) '?\S*(?:apt-key|gpgv|sqv)/,
      sure: 0.8,
    },
    {
      says: /Couldn't create temporary file \S+ for passing config to apt-key|Splitting up \S+ into data and signature failed/,
      sure: 0.88,
    },
    {
      says: /The following signatures were invalid/,
      unless: /EXPKEYSIG|KEYEXPIRED|NO_PUBKEY|REVKEYSIG/,
      without: /NO_PUBKEY|EXPKEYSIG|the public key is not available/,
      sure: 0.85,
    },
    {
      says: /SHA1 is not considered secure|weak digest algorithm|uses weak (?:digest )?algorithm|Policy rejected .{0,80}(?:signature|SHA1)/,
      unless: /^W:|warning/,
      sure: 0.7,
      cause: 'the repository is signed by a key or with a hash (SHA-1) that this apt no longer takes',
      cure: 'the publisher has to sign anew; until then take the packages from another repository or a release that still has them',
    },
    {
      says: /is not signed\.?$/,
      unless: /codesign|Package \S+ is not signed/,
      without:
        /NO_PUBKEY|public key is not available|Temporary failure|EXPKEYSIG|Could not resolve|does not have a Release file|is expired|not valid yet|Missing key/,
      sure: 0.7,
    },
    { says: /\.(?:rpm|drpm).{0,60}(?:signature|digest).{0,30}(?:BAD|NOT OK)|GPG check FAILED/, sure: 0.75 },
  ],
  cause:
    "the signature of the repository's metadata can't be checked here. Mostly it is whole: the disk (of Docker's virtual machine) is full, /tmp can't be written, or an old libseccomp on the host breaks the check; else a mirror or proxy changed it",
  cure: 'first `df -h` and `docker system df` (`docker system prune`), then update libseccomp and Docker on the host, then another mirror; never switch the check off',
  explains: ['package-not-found', 'repo-index-unreachable', 'package-conflict'],
  candidates: [
    { class: 'disk-full', decides: '`df -h /var/lib/docker /tmp`' },
    {
      class: 'seccomp-blocks-syscall',
      decides: 'the same with `--security-opt seccomp=unconfined` goes well',
    },
    { class: 'apt-hash-mismatch', decides: 'another mirror goes well' },
  ],
  references: ['https://github.com/docker-library/php/issues/898'],
  examples: [
    "W: GPG error: http://mirror.example/debian-security buster/updates InRelease: At least one invalid signature was encountered.\nE: The repository 'http://mirror.example/debian-security buster/updates InRelease' is not signed.",
    'W: GPG error: http://mirror.example/ubuntu jammy InRelease: The following signatures were invalid: BADSIG 871920D1991BC93C Ubuntu Archive Automatic Signing Key (2018)',
  ],
  lookAlikes: [
    "W: GPG error: http://mirror.example/debian bookworm InRelease: The following signatures couldn't be verified because the public key is not available: NO_PUBKEY 0E98404D386FA1D9",
  ],
};

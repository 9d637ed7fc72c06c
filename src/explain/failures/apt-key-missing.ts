import type { FailureClass } from '../failure-class.ts';

export const aptKeyMissing: FailureClass = {
  class: 'apt-key-missing',
  signs: [
    {
      says: /There is no secret key available to sign with|could not be (?:locally signed|lsigned)|(?:No such file or directory|cannot open file|Couldn't open|failed to open).{0,60}RPM-GPG-KEY-\S+|RPM-GPG-KEY-\S+.{0,20}No such file/,
      sure: 0.88,
      cause:
        'the key of a repository is not where it is looked for, or the keyring that is to vouch for it was never set up',
      cure: 'pacman: `pacman-key --init && pacman-key --populate` before the rest; dnf: install the package that brings the key (`fedora-gpg-keys`, `distribution-gpg-keys`) of that release',
    },
    {
      says: /: NOKEY$|Header V\d \S+ Signature, key ID \w+: NOKEY|Unable to find public key for repo/,
      unless: /^W|warning/,
      sure: 0.82,
    },
    {
      says: /^I: Keyring file not available at|Cannot check Release signature; keyring file not available|Keyring-based check was requested; aborting|No keyring (?:installed|found) in /,
      sure: 0.72,
      soft: true,
    },
    {
      says: /GPG key retrieval failed|gpg: no valid OpenPGP data found|Failed to retrieve GPG key for repo|Couldn't open file \S*\/rpm-gpg\//,
      sure: 0.84,
      cause:
        'what was to be the key of a repository could not be read: an error page came in its place, or the file is not there',
      cure: 'look at what the address of the key gives (`curl -fsSL URL | head`), and put the right one into the keyring',
    },
    {
      says: /signature from '[^']+' is (?:unknown|marginal) trust|required key missing from keyring|invalid or corrupted package \(PGP signature\)|Public keyring not found; have you run 'pacman-key|key '\w+' could not be (?:looked up remotely|imported)/,
      sure: 0.86,
      cause:
        "the keyring of pacman is not set up or is older than the key that signs the package, so the signature can't be trusted",
      cure: '`pacman-key --init && pacman-key --populate`, then `pacman -Sy archlinux-keyring` before the rest; never `SigLevel = Never`',
    },
    {
      says: /(?:is|are) signed with an unknown key|Signature verification failed \[4-Signatures public key/,
      sure: 0.86,
    },
    {
      says: /GPG keys listed for the .{1,80} repository are already installed but they are not correct/,
      sure: 0.85,
    },
    {
      says: /(?:certificate is not alive|primary key is not live|certificate .{0,60}invalid: .{0,40}expired|signing key .{0,60}(?:has )?expired)/,
      sure: 0.85,
      cause: 'the key that signs this repository has expired, as far as the keyring here knows',
    },
    // apt goes on with what it has, and a build may go well; but that it has fetched the other indexes says nothing of that.
    {
      says: /\bNO_PUBKEY |\bEXPKEYSIG /,
      beside: /^Err:\d+ /,
      without: /^Setting up |^Processing triggers for |\bSuccessfully (?:built|tagged)\b|\bnaming to \S/,
      sure: 0.85,
    },
    { says: /\bNO_PUBKEY (?<key>[0-9A-F]+)/, sure: 0.97, soft: true },
    { says: /the public key is not available/, sure: 0.95, soft: true },
    {
      says: /\b(?:EXPKEYSIG|KEYEXPIRED|REVKEYSIG) (?<key>\w*)/,
      sure: 0.85,
      soft: true,
      cause:
        'the key that signs this repository has expired, as far as the keyring here knows; the publisher has a newer one or has prolonged it',
    },
    { says: /Missing key (?<key>[0-9A-F]{8,}), which is needed to verify signature/, sure: 0.96, soft: true },
    {
      says: /(?:Public key for \S+ is not installed|keyserver receive failed: (?:No data|No keyserver available|General error|Not found)|GPG key .*(?:not (?:installed|imported)|are already installed but (?:they are )?not correct)|NOKEY\b|gpgv?: Can't (?:check|verify) signature: (?:No public key|public key not found)|Release signed by unknown key|unknown public key|key "?\w+"? (?:is unknown|could not be (?:looked up|imported)))/,
      // What rpm says of every package that it installs without its key.
      unless: /^warning: .+ NOKEY$/,
      sure: 0.82,
    },
    {
      says: /keyring.{0,80}(?:does not exist|not found|is missing|cannot be read)|(?:key\(s\)|keys?) in the keyring .*are ignored/,
      sure: 0.75,
      soft: true,
    },
    { says: /couldn't be verified because the public key/, sure: 0.95, soft: true },
  ],
  cause:
    "the key that signs this repository {key|} is not in the keyring here: the keyring is older than the key, or the repository's key was never added",
  cure: {
    any: "install a newer keyring package (`debian-archive-keyring`, `ubuntu-keyring`, `centos-gpg-keys`), or put the publisher's key into /etc/apt/keyrings and name it by `signed-by=`; never `trusted=yes`",
  },
  explains: ['apt-signature', 'package-not-found', 'repo-index-unreachable', 'package-conflict', 'eol-repo'],
  references: ['https://wiki.debian.org/SecureApt'],
  examples: [
    "W: GPG error: http://mirror.example/debian bookworm InRelease: The following signatures couldn't be verified because the public key is not available: NO_PUBKEY 0E98404D386FA1D9 NO_PUBKEY 6ED0E7B82643E131\nE: The repository 'http://mirror.example/debian bookworm InRelease' is not signed.",
    'Sub-process /usr/bin/sqv returned an error code (1), error message is: Missing key 4CB50190207B4758A3F73A796ED0E7B82643E131, which is needed to verify signature.',
  ],
  lookAlikes: [
    'W: GPG error: http://mirror.example/debian buster InRelease: At least one invalid signature was encountered.',
  ],
};

import type { FailureClass } from '../failure-class.ts';

export const apkUntrusted: FailureClass = {
  class: 'apk-untrusted',
  signs: [
    {
      says: /(?:verifying|verify) (?:the )?(?:index |apk )?signature.{0,80}(?:could not find key|no (?:such )?key|unknown key)|no keys found for arch/,
      unless: /rpm|dnf|gpg/,
      sure: 0.84,
    },
    { says: /no key found to verify signature|no matching key for signature/, sure: 0.9 },
    { says: /UNTRUSTED signature|: -\d+ - UNTRUSTED$/, sure: 0.97 },
    {
      says: /(?:apk|APKINDEX|index|package).*(?:untrusted|unknown (?:signing )?key|no (?:trusted )?(?:public )?key|key .{0,60}not (?:trusted|found|installed))/,
      unless: /\bdeb\b|InRelease|--allow-untrusted|untrusted=true|rpm|dnf|yum|pip|trusted-host/,
      sure: 0.82,
    },
  ],
  cause: 'it is signed by a key that is not in /etc/apk/keys, or is there under another name',
  cure: "put the publisher's public key into /etc/apk/keys under exactly the name the signature gives (`wget -P /etc/apk/keys URL.rsa.pub`); `--allow-untrusted` would take anybody's",
  explains: ['package-not-found', 'repo-index-unreachable', 'apk-signature'],
  references: ['https://github.com/sgerrand/alpine-pkg-glibc/issues/21'],
  examples: [
    'ERROR: glibc-2.23-r1.apk: UNTRUSTED signature',
    'WARNING: Ignoring https://packages.example/alpine/APKINDEX.tar.gz: UNTRUSTED signature\nERROR: unable to select packages:\n  foo (no such package):',
  ],
  lookAlikes: ['ERROR: bash-5.0.17-r0: BAD signature'],
};

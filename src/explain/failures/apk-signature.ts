import type { FailureClass } from '../failure-class.ts';

export const apkSignature: FailureClass = {
  class: 'apk-signature',
  signs: [
    {
      says: /Unable to read database(?: state)?: v2 database format error|(?:APKINDEX|\.apk\b|apk index).{0,120}\brsa: verification error|(?:verifying|verify).{0,120}(?:APKINDEX|\.apk\b).{0,80}verification error/,
      sure: 0.88,
    },
    {
      says: /opkg_verify_(?:integrity|file_signature|gpg_signature): (?:Checksum|Signature|size|signature check)/,
      sure: 0.88,
      cause:
        'the bytes of a package or list of opkg are not those that were signed: something on the way changed them, or the list is older than the package',
      cure: '`opkg update` and again, over https or from another mirror',
    },
    {
      says: /^(?:ERROR|WARNING): (?<package>[\w.+-]+-r\d+|https?:\S+): (?:package file format error|content integrity error|ADB \w+(?: block)? error|cryptographic (?:algorithm|key) .{0,30}not (?:supported|recognized)|v2 \w+ (?:integrity|format) error|crypto error)/,
      sure: 0.9,
    },
    {
      says: /package (?<package>[\w.+-]+-r\d+): (?:control |data |package )?(?:checksum|hash|digest) mismatch|\b(?:control|data) hash (?:mismatch|does not match) .{0,80}(?:APKINDEX|\.apk|-r\d)/,
      sure: 0.86,
    },
    { says: /Unable to read database state: v2 database format error/, sure: 0.8 },
    {
      says: /(?<package>\S+): (?:v2 (?:package|database|index) (?:format|integrity) error|ADB (?:header|block|signature block|schema|integrity) error|file integrity error|file format is invalid or inconsistent)/,
      beside: /\bapk\b|APKINDEX|ADB|-r\d+: |\(\d+\/\d+\) Installing/,
      sure: 0.88,
    },
    { says: /(?<package>[\w.+-]+\.apk): (?:unexpected end of file|crypto error|BAD)/, sure: 0.86 },
    { says: /(?<package>\S+): BAD (?:signature|archive)/, unless: /gpgv?:/, sure: 0.95 },
    { says: /ERROR: v2 (?:package|database) (?:format|integrity) error/, sure: 0.85 },
    { says: /BAD signature$/, unless: /gpg|BADSIG/, sure: 0.8 },
    {
      says: /(?:APKINDEX|\.apk|\bapk\b|ADB).*(?:BAD signature|BAD archive|integrity (?:error|check failed)|signature (?:verification )?(?:failed|error|mismatch)|package (?:file )?format error|v2 (?:package|database) format error)/,
      unless: /UNTRUSTED/,
      sure: 0.9,
    },
    {
      says: /ERROR: (?<package>[\w.+-]+-r\d+): (?:package mentioned in index not found|v2 package integrity error|package integrity|checksum|hash mismatch|unexpected end of file|corrupt)/,
      unless: /mentioned in index/,
      sure: 0.88,
    },
    {
      says: /apk.{0,40}(?:verif\w+|signature).{0,60}(?:mismatch|bad|corrupt|invalid)/,
      unless: /UNTRUSTED|unknown key/,
      sure: 0.75,
    },
  ],
  cause:
    'the bytes of {package|a package or index} are not those that were signed: something on the way changed them (a proxy, a mirror half way through its sync), or the disk or its cache did',
  cure: 'take it anew over https or from another mirror (`rm -rf /var/cache/apk/*`, `apk update`); look at the disk and at proxies; never `--allow-untrusted`',
  candidates: [{ class: 'disk-full', decides: '`df -h` where the packages are unpacked' }],
  explains: ['apt-stale-index'],
  references: ['https://github.com/alpinelinux/docker-alpine/issues/127'],
  examples: [
    'ERROR: bash-5.0.17-r0: BAD signature\nERROR: sudo-1.9.0-r0: BAD signature',
    'WARNING: updating and opening https://mirror.example/alpine/v3.20/main: BAD archive',
  ],
  lookAlikes: ['ERROR: glibc-2.23-r1.apk: UNTRUSTED signature', 'gpg: BAD signature from "Release Key"'],
};

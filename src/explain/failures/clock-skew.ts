import type { FailureClass } from '../failure-class.ts';

export const clockSkew: FailureClass = {
  class: 'clock-skew',
  signs: [
    {
      says: /is not valid yet,? (?:\(|and )?(?:is )?invalid for another|\bNot live until \d{4}-|\b(?:JWT|token) issued at future time|\bclaim .{0,20}too far in the future|notBefore .{0,20}in the future/,
      sure: 0.9,
    },
    {
      says: /not within its valid time range|certificate (?:is )?not (?:yet )?active|Clock skew too great|(?:token|JWT|assertion).{0,60}(?:issued in the future|not yet valid|is not valid yet)/,
      sure: 0.84,
    },
    {
      says: /CertificateNotYetValidException|token used before issued|Check your iat and exp values|still dirty after \d+ tries|is still later than \d{8}T|system clock (?:is|seems|may be) (?:wrong|incorrect|off|set incorrectly)/,
      sure: 0.86,
    },
    {
      says: /RequestTimeTooSkewed|difference between the request time and the (?:current|server) time is too large|Signature not yet current: |Signature expired: \S+ is now earlier than/,
      sure: 0.9,
    },
    {
      says: /newly created file is older than distributed files/,
      sure: 0.9,
    },
    { says: /is not valid yet \(invalid for another/, sure: 0.97 },
    {
      says: /not (?:yet valid|valid (?:yet|until))/,
      unless: /certificate has expired or is not yet valid: current time .{1,40} is after/,
      sure: 0.9,
    },
    { says: /certificate.{0,30}(?:is )?not yet (?:valid|active|activated)/, sure: 0.94 },
    { says: /CERT_NOT_YET_VALID|NotValidYet|CertNotValidYet|certificate is not yet valid/, sure: 0.95 },
    { says: /has expired or is not yet valid: current time .{1,40} is (?:before|after)/, sure: 0.88 },
    { says: /current time (?:19|200|201)\S+/, sure: 0.9 },
    {
      says: /(?:system|your|the) (?:clock|time|date)(?: \w+){0,4} (?:is|may be|might be|seems|appears|could be) (?:wrong|incorrect|skewed|not (?:set|correct|synchroni[sz]ed)|in the (?:past|future)|out of sync|behind|ahead|inaccurate)/,
      sure: 0.88,
    },
    {
      says: /(?:clock skew(?: detected)?|RequestTimeTooSkewed|timestamp in the future|(?:created|made|signed|signature) .{0,60}in the future|time is (?:too far )?in the (?:past|future))/,
      unless: /Clock skew detected\.? +Your build may be incomplete|modification time .{0,40} in the future/,
      sure: 0.85,
    },
    {
      says: /time stamp .{0,60}in the future|[\d.]+ s in the future|Modification time.{0,60}in the future|Clock skew detected/,
      unless: /\b0\.\d+ s in the future/,
      sure: 0.45,
      soft: true,
    },
  ],
  cause:
    'the clock of this machine, or of the virtual machine that builds, is wrong: dates of certificates and of repository files do not fit it',
  cure: 'set the clock: `timedatectl set-ntp true` or `chronyc makestep`; restart Docker Desktop, `wsl --shutdown` on WSL; then run it again',
  asks: ['clock'],
  explains: [
    'tls-ca-missing',
    'repo-metadata-expired',
    'apt-signature',
    'repo-index-unreachable',
    'package-not-found',
    'apt-key-missing',
    'registry-auth',
  ],
  references: ['https://github.com/intel/intel-cmt-cat/issues/216'],
  examples: [
    'E: Release file for http://mirror.example/ubuntu/dists/jammy/InRelease is not valid yet (invalid for another 7h 39min 41s). Updates for this repository will not be applied.',
    'curl: (60) SSL certificate problem: certificate is not yet valid',
    'x509: certificate has expired or is not yet valid: current time 2015-01-01T00:00:10Z is before 2023-02-01T00:00:00Z',
  ],
  lookAlikes: [
    'E: Release file for http://mirror.example/debian/dists/bullseye-updates/InRelease is expired (invalid since 3d 2h). Updates for this repository will not be applied.',
    'curl: (60) SSL certificate problem: unable to get local issuer certificate',
  ],
};

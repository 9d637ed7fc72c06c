import type { FailureClass } from '../failure-class.ts';

/** Nothing is written into an environment, and certificates differ from machine to machine. */
const OF_A_STEP =
  '{inside|give the step its root certificate as a secret that is a file, by the variable PIP_CERT, NODE_EXTRA_CA_CERTS, CARGO_HTTP_CAINFO or SSL_CERT_FILE (docs/secrets.md)}';

export const tlsCaMissing: FailureClass = {
  class: 'tls-ca-missing',
  signs: [
    {
      says: /\bpeer not authenticated\b|trustAnchors parameter must be non-empty|TrustFailure \(|\bissued by an unknown authority/,
      sure: 0.9,
    },
    {
      says: /\bunknown_ca\b|\bno_cacerts_found\b|certificate has unknown CA|\bUnknownCa\b|Could not verify the SSL certificate for|RemoteCertificateValidationCallback|Fatal - Unknown CA/,
      sure: 0.92,
    },
    { says: /The SSL connection could not be established/, unless: /expired/, sure: 0.72 },
    {
      says: /problem confirming the ssl certificate|UNKNOWN_CERTIFICATE_VERIFICATION_ERROR|no native root CA certificates|could not load platform cert/,
      sure: 0.92,
    },
    {
      says: /certificate (?:of|for) '[^']+' (?:is not trusted|doesn't have a known issuer)|Error in the certificate verification|doesn't have a known issuer/,
      sure: 0.94,
    },
    { says: /unable to get (?:local )?issuer certificate|UNABLE_TO_GET_ISSUER_CERT\w*/, sure: 0.95 },
    {
      says: /self[- ]signed certificate|SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT/,
      unless: /generat|creating|created/,
      sure: 0.93,
    },
    { says: /unable to verify the first certificate|UNABLE_TO_VERIFY_LEAF_SIGNATURE/, sure: 0.94 },
    { says: /certificate signed by unknown authority|failed to load system roots/, sure: 0.96 },
    {
      says: /server certificate verification failed|(?:server )?certificate (?:is )?not trusted|certificate is NOT trusted|certificate issuer (?:is )?unknown/,
      sure: 0.94,
    },
    {
      says: /CERTIFICATE_VERIFY_FAILED|certificate verify failed/,
      unless: /not yet valid|certificate has expired/,
      sure: 0.92,
    },
    { says: /cannot verify \S+(?:'s)? certificate/, sure: 0.92 },
    {
      says: /UnknownIssuer|invalid peer certificate|CertificateIssuerNotFound|CertificateUnknown|TlsInitializationFail(?:ed|ure)|CertificateBundleLoadFailure/,
      unless: /NotValidYet|Expired/,
      sure: 0.9,
    },
    {
      says: /(?:error setting certificate (?:verify locations|file)|error adding trust anchors|Problem with the SSL CA cert|No CA certificates? (?:found|were|could)|Couldn't load (?:the )?CA|could not load (?:PEM|CA) (?:client )?certificate)/,
      sure: 0.95,
    },
    { says: /unable to find valid certification path|PKIX path building failed/, sure: 0.95 },
    { says: /SSL certificate problem/, unless: /not yet valid|certificate has expired/, sure: 0.9 },
    {
      says: /Peer certificate cannot be authenticated|SSL peer certificate or SSH remote key was not OK|remote certificate is invalid (?:because of|according to)|Peer's Certificate issuer is not recognized/,
      sure: 0.92,
    },
    {
      says: /fetching https:\/\/\S+: Permission denied|TLS: (?:server )?certificate (?:not trusted|verif\w+)/,
      sure: 0.85,
    },
    {
      says: /ssl_client: .{0,60}(?:certificate|TLS error)|(?:SSL|TLS|https?).{0,60}(?:CA (?:bundle|certificates?|certs?|file)).{0,60}(?:not found|missing|does not exist|no such|invalid path)|Could not find a suitable TLS CA certificate bundle/,
      sure: 0.92,
    },
    {
      says: /No system certificates available|Certificate verification failed|ca-certificates (?:is|are|package) (?:not installed|missing)|certificate chain was issued by an authority that is not trusted|the SSL certificate is invalid; class=Ssl/,
      unless: /not yet|activated|expired/,
      sure: 0.92,
    },
    {
      says: /certificate (?:has )?expired|CERT_HAS_EXPIRED/,
      unless: /not yet valid|current time/,
      sure: 0.72,
      cause:
        "a certificate in the chain has expired: the server's own, or a root in a CA bundle that is too old (as after the end of DST Root CA X3)",
      cure: "update the package ca-certificates (and OpenSSL below 1.1) here; where the server's own certificate has expired, its owner must renew it; check `date`",
    },
  ],
  cause:
    "the certificate of a server can't be verified: there is no CA bundle in this environment, or a proxy between presents certificates of its own CA, which is not known here",
  cure: {
    any: `install the package ca-certificates; behind a proxy {elsewhere|add its root certificate too (/usr/local/share/ca-certificates and \`update-ca-certificates\`; NODE_EXTRA_CA_CERTS, SSL_CERT_FILE, PIP_CERT for tools with stores of their own)}${OF_A_STEP}; never switch the check off`,
    debian: `\`apt-get install ca-certificates\`; behind a proxy {elsewhere|put its root certificate into /usr/local/share/ca-certificates and run \`update-ca-certificates\` (NODE_EXTRA_CA_CERTS, SSL_CERT_FILE for tools with stores of their own)}${OF_A_STEP}`,
    alpine: `\`apk add ca-certificates\`; behind a proxy {elsewhere|put its root certificate into /usr/local/share/ca-certificates and run \`update-ca-certificates\`}${OF_A_STEP}`,
    fedora: `\`dnf install ca-certificates\`; behind a proxy {elsewhere|put its root certificate into /etc/pki/ca-trust/source/anchors and run \`update-ca-trust\`}${OF_A_STEP}`,
  },
  asks: ['certificates'],
  explains: [
    'package-not-found',
    'repo-index-unreachable',
    'npm-version-missing',
    'connection-failed',
    'tool-missing',
    'node-gyp-headers',
    'package-conflict',
    'apt-signature',
    'git-auth',
  ],
  candidates: [{ class: 'clock-skew', decides: '`date -u` against a clock that is right' }],
  references: ['https://github.com/rust-lang/docker-rust/issues/20', 'https://curl.se/docs/sslcerts.html'],
  examples: [
    '  [60] Peer certificate cannot be authenticated with given CA certificates (SSL certificate problem: unable to get local issuer certificate)',
    'npm ERR! code SELF_SIGNED_CERT_IN_CHAIN\nnpm ERR! request to https://registry.example/x failed, reason: self-signed certificate in certificate chain',
    'Get "https://registry.example/v2/": x509: certificate signed by unknown authority',
    "fatal: unable to access 'https://github.com/a/b/': server certificate verification failed. CAfile: none CRLfile: none",
  ],
  lookAlikes: [
    'curl: (60) SSL certificate problem: certificate is not yet valid',
    'Generating self-signed certificate',
  ],
};

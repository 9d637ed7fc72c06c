import type { FailureClass } from '../failure-class.ts';

export const goChecksumMismatch: FailureClass = {
  class: 'go-checksum-mismatch',
  signs: [
    { says: /resulting module with sum (?<got>h1:\S+); expected sum h1:/, sure: 0.95 },
    {
      says: /hash mismatch in fixed-output derivation '\S*-go-modules\.drv'/,
      sure: 0.86,
      cause:
        'the hash of all Go modules that Nix was told (`vendorHash`) is not that of what go.sum names now',
      cure: 'set `vendorHash` to what the message says it got, where go.mod or go.sum was changed on purpose',
    },
    { says: /\bv\d\S*: (?:dir|zip) has been modified/, sure: 0.92 },
    {
      says: /reading https?:\/\/\S+\/lookup\/\S+: 410 Gone/,
      sure: 0.72,
      cause:
        'the checksum database does not know this module: it is private, or its address is not open to all',
      cure: 'name it in GOPRIVATE (`go env -w GOPRIVATE=example.com/*`), so that it is neither looked up there nor fetched through a proxy',
    },
    { says: /verifying (?<module>\S+): checksum mismatch/, sure: 0.97 },
    {
      says: /verifying (?<module>\S+): checksum (?:database|server|not)|go\.sum database.{0,60}mismatch/,
      sure: 0.85,
    },
    { says: /SECURITY ERROR/, beside: /go\.sum|checksum|sum\.golang|h1:/, sure: 0.95 },
    { says: /checksum mismatch/, beside: /go\.sum|go: |h1:/, sure: 0.93 },
    {
      says: /(?:go\.sum|go mod|module|h1:\S+).*(?:hash|checksum|sum).{0,40}(?:mismatch|does not match|differs)/,
      unless: /missing go\.sum/,
      sure: 0.85,
    },
  ],
  cause:
    'the Go module {module|} has another hash than go.sum records: its tag was moved, or a proxy or module cache serves something else',
  cure: 'take it from an empty cache (`go clean -modcache`) and from the proxy as well as `GOPROXY=direct`; only when you know which is right renew go.sum (`go mod tidy`). Never switch the check off for all',
  references: [
    'https://go.dev/ref/mod#authenticating',
    'https://github.com/kubernetes-sigs/cluster-api/issues/4720',
  ],
  examples: [
    '#17 0.367 verifying github.com/onsi/ginkgo@v1.16.3: checksum mismatch\n#17 0.367       downloaded: h1:nbWI/w6DYT9gXDQi59Mht//PLPPFv/Hc3fHms4eVUK0=\n#17 0.367       go.sum:     h1:3s86PZkI1ApJh6HFIzC1gXby/mIyZqfE5zxSvtoBSsM=\n#17 0.367 SECURITY ERROR',
    'go: verifying module: checksum mismatch\n\tdownloaded: h1:abc=\n\tsum.example: h1:def=\n\nSECURITY ERROR',
  ],
  lookAlikes: [
    'missing go.sum entry for module providing package golang.org/x/sys/unix',
    '  Hash Sum mismatch',
  ],
};

import type { FailureClass } from '../failure-class.ts';

export const opensslVersion: FailureClass = {
  class: 'openssl-version',
  signs: [
    {
      says: /is only compatible with OpenSSL \d|only supports OpenSSL (?<need>\d[\w.]*\+?), currently the 'ssl' module is compiled with/,
      sure: 0.86,
    },
    {
      says: /lib(?:crypto|ssl)\.so\.[\w.]+(?:\(\)\(64bit\))?\((?<need>OPENSSL_[\w.]+)\)\S* (?:is )?needed by/,
      sure: 0.94,
    },
    { says: /No usable version of (?:the )?(?:libssl|OpenSSL) was found/, sure: 0.88 },
    {
      says: /function\/symbol '\w+' not found in library '[^']*lib(?:crypto|ssl)[^']*'/,
      sure: 0.88,
    },
    { says: /version '(?<need>OPENSSL_[\w.]+)' not found/, sure: 0.97 },
    { says: /\b(?<need>OPENSSL_\d[\w.]*)'? ?\(?(?:not found|not defined in file|required by)/, sure: 0.88 },
    { says: /symbol (?:lookup error|not found).*, version (?<need>OPENSSL_\w+)/, sure: 0.92 },
    {
      says: /undefined symbol: (?:EVP|SSL|CRYPTO|OPENSSL|X509|ERR|BIO|RSA|EC)_\w+,? version (?<need>OPENSSL_\w+)/,
      sure: 0.95,
    },
    {
      says: /OpenSSL version mismatch|built against OpenSSL .{1,30}, you have|(?:compiled|built) (?:with|against) OpenSSL [\d.]+\w*,? (?:but|and) (?:running|linked|found|the)/,
      sure: 0.85,
    },
  ],
  cause:
    'it was built against another OpenSSL than the libcrypto or libssl here: {need|the symbol version} is not in it',
  cure: 'install the OpenSSL that it was built for, rebuild it against the one of this environment, or link OpenSSL statically; glibc has nothing to do with it',
  explains: ['runtime-lib-missing', 'versioned-symbol-runtime'],
  references: ['https://github.com/docker-library/python/issues/837'],
  examples: [
    "ruby: /lib/x86_64-linux-gnu/libcrypto.so.3: version `OPENSSL_3.3.0' not found (required by /usr/lib/libfoo.so)",
    'node: symbol lookup error: node: undefined symbol: EVP_PKEY_todata, version OPENSSL_3.0.0',
  ],
  lookAlikes: ["/lib/libc.so.6: version `GLIBC_2.34' not found (required by /usr/lib/libssl.so.3)"],
};

import type { FailureClass } from '../failure-class.ts';

export const opensslLegacy: FailureClass = {
  class: 'openssl-legacy',
  signs: [
    { says: /digital envelope routines::unsupported|ERR_OSSL_EVP_UNSUPPORTED|0308010C/, sure: 0.96 },
    {
      says: /unsafe legacy renegotiation disabled|legacy sigalg disallowed|dh key too small|ee key too small|ca md too weak/,
      sure: 0.88,
    },
  ],
  cause:
    "the program asks OpenSSL 3 for an old algorithm (such as webpack 4's MD4) that it no longer gives by default",
  cure: 'update the tool (webpack 5.61 or newer); until then `NODE_OPTIONS=--openssl-legacy-provider`, or Node.js 16',
  references: ['https://nodejs.org/en/blog/release/v17.0.0'],
  examples: [
    'Error: error:0308010C:digital envelope routines::unsupported',
    "opensslErrorStack: [ 'error:03000086:digital envelope routines::initialization error' ],\n  code: 'ERR_OSSL_EVP_UNSUPPORTED'",
  ],
  lookAlikes: ["node: /lib/libcrypto.so.3: version `OPENSSL_3.3.0' not found (required by node)"],
};

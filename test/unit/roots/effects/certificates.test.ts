import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { subjectHash } from '../../../../src/roots/effects/subject-hash.ts';
import { composeDebs } from '../../../compose-debs.ts';

/** Subject `C=DE, O="  Grüße   GmbH ", OU=Test, CN="Root CA  1"`. */
const ODD = `-----BEGIN CERTIFICATE-----
MIIB3jCCAYSgAwIBAgIBATAKBggqhkjOPQQDAjBNMQswCQYDVQQGEwJERTEaMBgG
A1UECgwRICBHcsO8w59lICAgR21iSCAxDTALBgNVBAsMBFRlc3QxEzARBgNVBAMM
ClJvb3QgQ0EgIDEwIBcNMjYxMTIxMDMxNDQyWhgPMjEyNjEwMjgwMzE0NDJaME0x
CzAJBgNVBAYTAkRFMRowGAYDVQQKDBEgIEdyw7zDn2UgICBHbWJIIDENMAsGA1UE
CwwEVGVzdDETMBEGA1UEAwwKUm9vdCBDQSAgMTBZMBMGByqGSM49AgEGCCqGSM49
AwEHA0IABL3rpYGS8zTaytqNkxa1uWJjyJWpcziKCn4BgjPc02RKJjQsAwx04k3e
0r88dkgPbcq/NMu8PVSnZuxoGtxcTN6jUzBRMB0GA1UdDgQWBBS1tDZg0O0LbVa6
AkmsJCsvn5de3DAfBgNVHSMEGDAWgBS1tDZg0O0LbVa6AkmsJCsvn5de3DAPBgNV
HRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0gAMEUCIDIa7Nu0lWCMQhoEtTwywoHy
bIrotxeQD7xS/HGx5zi/AiEA1kvSRks7CXq/+QOgFPAvXSpTHqdSeUBvQkK4PS6U
GnY=
-----END CERTIFICATE-----
`;

const PLAIN = `-----BEGIN CERTIFICATE-----
MIIBpzCCAUygAwIBAgIBAjAKBggqhkjOPQQDAjAxMQswCQYDVQQGEwJVUzESMBAG
A1UECgwJUExBSU4gT3JnMQ4wDAYDVQQDDAVPdGhlcjAgFw0yNjExMjEwMzE0NDJa
GA8yMTI2MTAyODAzMTQ0MlowMTELMAkGA1UEBhMCVVMxEjAQBgNVBAoMCVBMQUlO
IE9yZzEOMAwGA1UEAwwFT3RoZXIwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAQk
i1ZFZdqxvORxZeXElkDCJYB5eH2s4tLRdvCoeiJQt0HI9+Bm5aTM50nfyp8sntVQ
0TMKrZEmxLNGNhZUU+Wdo1MwUTAdBgNVHQ4EFgQUW3zb30Qo8FLngl9Tzzu8L7wH
3pkwHwYDVR0jBBgwFoAUW3zb30Qo8FLngl9Tzzu8L7wH3pkwDwYDVR0TAQH/BAUw
AwEB/zAKBggqhkjOPQQDAgNJADBGAiEApdC8/+mhWyyoR6SY0x7efgOISAEVfF4e
uOlKqVl/AA8CIQDatq/AKywWOmqrYigGozLcULJF2AGEUGE1Idad9Ep8zg==
-----END CERTIFICATE-----
`;

test("the hash of a subject is OpenSSL's", () => {
  assert.equal(subjectHash(new X509Certificate(ODD).raw), '5db81dbf');
  assert.equal(subjectHash(new X509Certificate(PLAIN).raw), '6649dbb2');
  assert.throws(() => subjectHash(new X509Certificate(PLAIN).raw.subarray(0, 60)), { name: 'FormatError' });
});

test('certificates: the list, a link for each, the joined file, and the links by hash', async (t) => {
  const folder = './usr/share/ca-certificates';
  const root = await composeDebs(t, [
    {
      name: 'ca-certificates',
      files: [
        { path: `${folder}/mozilla/Root CA (1).crt`, bytes: ODD },
        { path: `${folder}/mozilla/plain.crt`, bytes: PLAIN.trimEnd() },
        { path: `${folder}/mozilla/twice.crt`, bytes: PLAIN },
        { path: `${folder}/mozilla/README`, bytes: 'x' },
        { path: `${folder}/mozilla/bad.crt`, bytes: 'x' },
      ],
    },
  ]);
  const certs = 'etc/ssl/certs';
  assert.equal(
    root.look('etc/ca-certificates.conf'),
    'mozilla/Root CA (1).crt\nmozilla/bad.crt\nmozilla/plain.crt\nmozilla/twice.crt\n',
  );
  assert.deepEqual(root.effect('certificates').skipped, [
    'usr/share/ca-certificates/mozilla/bad.crt is no certificate',
  ]);
  assert.equal(
    root.look(`${certs}/Root_CA_=1=.pem`),
    '-> /usr/share/ca-certificates/mozilla/Root CA (1).crt',
  );
  assert.equal(root.look(`${certs}/ca-certificates.crt`), ODD + PLAIN + PLAIN);
  assert.equal(root.look(`${certs}/5db81dbf.0`), '-> Root_CA_=1=.pem');
  assert.equal(root.look(`${certs}/6649dbb2.0`), '-> plain.pem');
  assert.equal(root.look(`${certs}/6649dbb2.1`), undefined);
});

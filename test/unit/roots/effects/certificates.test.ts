import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { subjectHash } from '../../../../src/roots/effects/subject-hash.ts';
import { ODD_CERTIFICATE as ODD, PLAIN_CERTIFICATE as PLAIN } from '../../../certificates.ts';
import { composeDebs } from '../../../compose-debs.ts';

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

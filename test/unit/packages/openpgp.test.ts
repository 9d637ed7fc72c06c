import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import {
  array,
  assert as assertProperty,
  asyncProperty,
  constantFrom,
  integer,
  nat,
  property,
  string,
} from 'fast-check';
import * as openpgp from 'openpgp';
import { parseArmor, parseClearSigned } from '../../../src/packages/openpgp/armor.ts';
import { Keyring } from '../../../src/packages/openpgp/keyring.ts';
import { verifyClearSigned, type SignatureVerdict } from '../../../src/packages/openpgp/verify.ts';

/** Keys and signatures are made by the openpgp package, which is nobody's dependency but these tests'. */
const NOW = new Date('2026-03-01T12:00:00Z');
const MADE = new Date('2025-01-01T00:00:00Z');

type Options = Partial<openpgp.KeyOptions>;

async function keyPair(options: Options = {}) {
  const made = await openpgp.generateKey({
    type: 'ecc',
    curve: 'ed25519Legacy',
    userIDs: [{ name: 'Archive' }],
    date: MADE,
    format: 'object',
    ...options,
  } as openpgp.KeyOptions & { format: 'object' });
  return made;
}

async function sign(
  text: string,
  privateKey: openpgp.PrivateKey,
  config: Partial<openpgp.Config> = {},
  date = NOW,
): Promise<string> {
  const message = await openpgp.createCleartextMessage({ text });
  return openpgp.sign({ message, signingKeys: privateKey, date, config });
}

function verify(signed: string, publicKeys: readonly openpgp.Key[], now = NOW): SignatureVerdict {
  return verifyClearSigned(Buffer.from(signed), Keyring.parse(publicKeys.map((key) => key.armor())), now);
}

function signatureOf(signed: string): Buffer {
  return parseArmor(signed.slice(signed.indexOf('-----BEGIN PGP SIGNATURE')))[0]!.data;
}

function withSignature(signed: string, data: Uint8Array): string {
  return signed.replace(BLOCK, openpgp.armor(openpgp.enums.armor.signature, data));
}

const BLOCK = /-----BEGIN PGP SIGNATURE-----[^]*$/;

function problems(verdict: SignatureVerdict): string[] {
  assert.equal(verdict.good, false);
  return verdict.good ? [] : verdict.objections.map((objection) => objection.problem);
}

const TEXT = 'Origin: Debian\n- a dash\n-----\ntrailing blanks \t\n\nlast line';

const kinds: [string, Options][] = [
  ['RSA', { type: 'rsa', rsaBits: 2048 }],
  ['Ed25519, as gpg writes it', {}],
  ['Ed25519, as RFC 9580 writes it', { type: 'curve25519' }],
];
for (const [title, options] of kinds) {
  for (const hash of ['sha256', 'sha384', 'sha512'] as const) {
    test(`${title} with ${hash}: right text holds, other text doesn't`, async () => {
      const { privateKey, publicKey } = await keyPair(options);
      const signed = await sign(TEXT, privateKey, { preferredHashAlgorithm: openpgp.enums.hash[hash] });
      const verdict = verify(signed, [publicKey]);
      assert.ok(verdict.good);
      assert.equal(verdict.text, TEXT.replace(' \t', ''));
      assert.equal(verdict.signer.primary, publicKey.getFingerprint().toUpperCase());
      assert.equal(verdict.signer.owner, 'Archive');
      assert.deepEqual(problems(verify(signed.replace('Debian', 'Debiam'), [publicKey])), ['bad']);
    });
  }
}

test('a subkey signs for its primary key', async () => {
  const { privateKey, publicKey } = await keyPair({ subkeys: [{ sign: true }] });
  const verdict = verify(await sign(TEXT, privateKey), [publicKey]);
  assert.ok(verdict.good);
  assert.notEqual(verdict.signer.key.fingerprint, verdict.signer.primary);
  assert.equal(verdict.signer.primary, publicKey.getFingerprint().toUpperCase());
});

test("a subkey grafted onto another's key is not believed", async () => {
  const trusted = await keyPair();
  const attacker = await keyPair({ subkeys: [{ sign: true }] });
  const packets = new openpgp.PacketList();
  packets.push(...trusted.publicKey.toPacketList(), ...attacker.publicKey.toPacketList().slice(-2));
  const armored = openpgp.armor(openpgp.enums.armor.publicKey, packets.write());
  const signed = await sign(TEXT, attacker.privateKey);
  assert.deepEqual(problems(verifyClearSigned(Buffer.from(signed), Keyring.parse([armored]), NOW)), [
    'unknown-key',
  ]);
});

test('a key that expired signs nothing any more', async () => {
  const { privateKey, publicKey } = await keyPair({ keyExpirationTime: 86400 });
  const signed = await sign(TEXT, privateKey, {}, new Date(MADE.getTime() + 3600_000));
  assert.ok(verify(signed, [publicKey], new Date(MADE.getTime() + 7200_000)).good);
  assert.deepEqual(problems(verify(signed, [publicKey])), ['expired-key']);
});

test('a revoked key is as good as unknown', async () => {
  const { privateKey, publicKey } = await keyPair();
  const signed = await sign(TEXT, privateKey);
  const revoked = await openpgp.revokeKey({ key: privateKey, format: 'object', date: NOW });
  assert.ok(verify(signed, [publicKey]).good);
  assert.deepEqual(problems(verify(signed, [revoked.publicKey])), ['unknown-key']);
});

test('a signature of tomorrow is not believed today', async () => {
  const { privateKey, publicKey } = await keyPair();
  const signed = await sign(TEXT, privateKey, {}, new Date(NOW.getTime() + 3 * 86400_000));
  assert.deepEqual(problems(verify(signed, [publicKey])), ['future']);
});

test('SHA-1 is refused', async () => {
  const { privateKey, publicKey } = await keyPair();
  const signed = await sign(TEXT, privateKey);
  const data = Uint8Array.from(signatureOf(signed));
  // No library makes such a signature any more; what its head says is enough to turn it away.
  const hashId = data.indexOf(openpgp.enums.hash.sha512);
  data[hashId] = openpgp.enums.hash.sha1;
  assert.deepEqual(problems(verify(withSignature(signed, data), [publicKey])), ['weak']);
});

test('a signature of another kind over the same bytes does not count', async () => {
  const { privateKey, publicKey } = await keyPair();
  const canonical = parseClearSigned(Buffer.from(await sign(TEXT, privateKey))).canonical;
  const message = await openpgp.createMessage({ binary: canonical, format: 'binary' });
  const detached = await openpgp.sign({ message, signingKeys: privateKey, detached: true, date: NOW });
  const signed = await sign(TEXT, privateKey);
  const mixed = signed.replace(BLOCK, detached);
  assert.deepEqual(problems(verify(mixed, [publicKey])), ['bad']);
});

for (const [title, change, message] of [
  ['text before it', (text: string) => `Origin: Evil\n\n${text}`, /does not begin with a signed message/],
  ['text after it', (text: string) => `${text}\nOrigin: Evil\n`, /something follows/],
  ['a second message', (text: string) => `${text}\n${text}`, /bare dash|something follows/],
  [
    'text where only "Hash:" belongs',
    (text: string) => text.replace(/^Hash: /m, 'Origin: Evil\nHash: '),
    /the head/,
  ],
  ['a line with a bare dash', (text: string) => text.replace('- - a dash', '-a dash'), /bare dash/],
  ['no signature', (text: string) => text.replace(/-----BEGIN PGP SIGNATURE[^]*/, ''), /no signature/],
] as const) {
  test(`a signed message with ${title} is not one`, async () => {
    const { privateKey, publicKey } = await keyPair();
    const signed = change(await sign(TEXT, privateKey));
    assert.throws(() => verify(signed, [publicKey]), message);
  });
}

test('any text that openpgp signs is read back as it was, blanks at line ends aside', async () => {
  const { privateKey, publicKey } = await keyPair();
  const ring = Keyring.parse([publicKey.armor()]);
  const line = string({
    unit: constantFrom('a', '-', ' ', '\t', 'é', ':', '-----BEGIN PGP SIGNATURE-----'),
  });
  await assertProperty(
    asyncProperty(array(line, { maxLength: 6 }), async (lines) => {
      const signed = await sign(['x', ...lines].join('\n'), privateKey);
      const verdict = verifyClearSigned(Buffer.from(signed), ring, NOW);
      assert.ok(verdict.good);
      assert.equal(verdict.text, ['x', ...lines].map((one) => one.replace(/[ \t]+$/, '')).join('\n'));
    }),
    { numRuns: 50 },
  );
});

test('damaged bytes are an objection or a FormatError, never anything else', async () => {
  const { privateKey, publicKey } = await keyPair();
  const ring = Keyring.parse([publicKey.armor()]);
  const signed = await sign(TEXT, privateKey);
  const original = signatureOf(signed);
  assertProperty(
    property(nat(original.length - 1), integer({ min: 1, max: 255 }), (at, bits) => {
      const data = Uint8Array.from(original);
      data[at]! ^= bits;
      const mixed = withSignature(signed, data);
      try {
        const verdict = verifyClearSigned(Buffer.from(mixed), ring, NOW);
        // What isn't signed may change without harm: the hints in the second area of subpackets.
        if (verdict.good) assert.equal(verdict.text, TEXT.replace(' \t', ''));
      } catch (error) {
        assert.equal((error as Error).name, 'FormatError');
      }
    }),
    { numRuns: 300 },
  );
});

test("Debian's own keys are all read, as openpgp reads them", async () => {
  const folder = new URL('../../../../data/distros/debian-keys/', import.meta.url);
  const files = readdirSync(folder).filter((name) => name.endsWith('.asc'));
  assert.equal(files.length, 9);
  for (const file of files) {
    const armored = readFileSync(new URL(file, folder), 'utf8');
    const expected = (await openpgp.readKeys({ armoredKeys: armored })).flatMap((key) => key.getKeys());
    const ring = Keyring.parse([armored]);
    assert.deepEqual(
      ring.signers.map((signer) => signer.key.fingerprint).sort(),
      expected.map((key) => key.getFingerprint().toUpperCase()).sort(),
      file,
    );
    for (const signer of ring.signers) assert.ok(signer.until > Date.parse('2029-01-01') / 1000, file);
    assert.match(ring.signers[0]!.owner, /^Debian .*(bullseye|bookworm|trixie)/);
  }
});

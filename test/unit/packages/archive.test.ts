import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test, type TestContext } from 'node:test';
import type { Mirrors } from '../../../src/packages/deb/mirrors.ts';
import { Failure } from '../../../src/report/failure.ts';
import { quickClient, serve } from './local-server.ts';
import {
  makeKey,
  makeRelease,
  openArchive,
  serveArchive,
  temporaryStore,
  TestArchive,
  TODAY,
} from './signed-repository.ts';

const key = await makeKey();
const otherKey = await makeKey();

async function newArchive(): Promise<TestArchive> {
  const archive = new TestArchive();
  await makeRelease(archive, [key], [{ name: 'gcc' }], [{ name: 'gcc', version: '2' }]);
  return archive;
}

async function open(t: TestContext, archive: TestArchive, change: Partial<Mirrors> = {}, now = TODAY) {
  const { mirrors, asked } = await serveArchive(t, archive);
  // Hooks run in this order: what is still being written is finished before the store goes away.
  t.after(() => debian.settled().catch(() => {}));
  const store = await temporaryStore(t);
  const debian = openArchive(quickClient(t), store, { ...mirrors, ...change }, [key], now);
  return { opened: () => debian.open('bullseye', 'amd64'), debian, asked, store, mirrors };
}

async function failureOf(promise: Promise<unknown>): Promise<Failure> {
  const error: unknown = await promise.then(
    () => assert.fail('it should have failed'),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof Failure, String(error));
  return error;
}

test('a release comes with its updates and security, in the order of apt', async (t) => {
  const { opened } = await open(t, await newArchive());
  const { suites, indexes } = await opened();
  assert.deepEqual(
    suites.map((suite) => suite.name),
    ['debian bullseye', 'debian bullseye-updates', 'debian bullseye-security'],
  );
  assert.equal(suites[0]!.key, key.fingerprint);
  assert.equal(suites[0]!.release.date.getTime(), TODAY.getTime());
  assert.deepEqual(
    indexes.map((index) => index.versions('gcc').map((one) => `${one.version} ${one.repository}`)),
    [['1 debian bullseye main'], [], ['2 debian bullseye-security main']],
  );
});

test('an index is fetched by its hash, and only once', async (t) => {
  const archive = await newArchive();
  const { opened, debian, asked, store, mirrors } = await open(t, archive);
  await opened();
  await debian.settled();
  assert.ok(asked.filter((path) => path.includes('Packages')).length === 0, 'nothing by name');
  assert.equal(asked.filter((path) => path.includes('/by-hash/SHA256/')).length, 2);
  asked.length = 0;
  const { indexes } = await openArchive(quickClient(t), store, mirrors, [key]).open('bullseye', 'amd64');
  assert.equal(indexes[0]!.versions('gcc').length, 1);
  assert.deepEqual(
    asked.filter((path) => !path.endsWith('/InRelease')),
    [],
  );
});

test('a signature over other text is refused', async (t) => {
  const archive = await newArchive();
  const text = archive.files.get('dists/bullseye/InRelease')!.toString();
  archive.files.set('dists/bullseye/InRelease', Buffer.from(text.replace('Origin: Test', 'Origin: Best')));
  const failure = await failureOf((await open(t, archive)).opened());
  assert.equal(failure.code, 'signature-bad');
  assert.match(failure.why!, /the signature of key \w{16} is wrong/);
});

test('a signature by a key that nobody trusts is refused', async (t) => {
  const archive = await newArchive();
  await archive.addSuite('bullseye', [{ name: 'gcc' }], { keys: [otherKey] });
  const failure = await failureOf((await open(t, archive)).opened());
  assert.equal(failure.code, 'signature-unknown-key');
  assert.match(failure.why!, new RegExp(otherKey.fingerprint.slice(-16)));
});

test('one trusted signature among others is enough', async (t) => {
  const archive = await newArchive();
  await archive.addSuite('bullseye', [{ name: 'gcc' }], { keys: [otherKey, key] });
  const { suites } = await (await open(t, archive)).opened();
  assert.equal(suites[0]!.key, key.fingerprint);
});

test('what is not a signed message, such as the page of a hotel, is refused', async (t) => {
  const archive = await newArchive();
  archive.files.set('dists/bullseye/InRelease', Buffer.from('<html>Welcome! Please log in.</html>'));
  const failure = await failureOf((await open(t, archive)).opened());
  assert.equal(failure.code, 'signature-missing');
});

test("another suite's file, however well signed, is refused", async (t) => {
  const archive = await newArchive();
  await archive.addSuite('bookworm', [{ name: 'gcc' }], { keys: [key] });
  archive.files.set('dists/bullseye/InRelease', archive.files.get('dists/bookworm/InRelease')!);
  const failure = await failureOf((await open(t, archive)).opened());
  assert.equal(failure.code, 'index-invalid');
  assert.match(failure.message, /is the index of bookworm, not of bullseye/);
});

test('an index past its date is refused, or let through with a warning where apt is set so', async (t) => {
  const archive = await newArchive();
  const fields = { 'Valid-Until': 'Mon, 02 Mar 2026 00:00:00 UTC' };
  await archive.addSuite('bullseye-security', [], { keys: [key], fields });
  const later = new Date('2026-03-09T00:00:00Z');
  const refused = await failureOf((await open(t, archive, {}, later)).opened());
  assert.equal(refused.code, 'release-expired');
  assert.match(refused.message, /bullseye-security was valid until 2026-03-02/);
  const { suites } = await (await open(t, archive, { allowExpired: true }, later)).opened();
  assert.deepEqual(
    suites.map((suite) => [suite.expiredAllowed, suite.warnings.map((warning) => warning.code)]),
    [
      [false, []],
      [false, []],
      [true, ['release-expired-allowed']],
    ],
  );
});

test('an index from the future is refused', async (t) => {
  const archive = await newArchive();
  const failure = await failureOf((await open(t, archive, {}, new Date('2026-02-28T23:00:00Z'))).opened());
  assert.equal(failure.code, 'release-from-future');
});

for (const [title, damage, why] of [
  [
    'other bytes',
    (bytes: Buffer) => bytes.map((byte, at) => (at === 20 ? byte ^ 1 : byte)),
    /sha256 must be \w{64}/,
  ],
  ['fewer bytes', (bytes: Buffer) => bytes.subarray(0, -7), /it ended after \d+ of \d+ bytes/],
] as const) {
  test(`an index with ${title} than its release file says is refused and not kept`, async (t) => {
    const archive = await newArchive();
    for (const [path, bytes] of archive.files) {
      if (path.includes('bullseye/main') && path.includes('by-hash'))
        archive.files.set(path, Buffer.from(damage(bytes)));
    }
    const { opened, debian } = await open(t, archive);
    const failure = await failureOf(opened());
    assert.equal(failure.code, 'hash-mismatch');
    assert.match(failure.why!, why);
    await debian.settled();
  });
}

test('a mirror without the release is told from a mirror that is down', async (t) => {
  const archive = await newArchive();
  const { debian } = await open(t, archive);
  const missing = await failureOf(debian.open('woody', 'amd64'));
  assert.equal(missing.code, 'release-not-found');
  const nobody = 'http://127.0.0.1:1';
  const down = await failureOf((await open(t, archive, { main: [nobody] })).opened());
  assert.equal(down.code, 'mirror-unreachable');
  assert.equal(down.exit, 3);
  assert.match(
    down.message,
    /can't reach http:\/\/127\.0\.0\.1:1\/dists\/bullseye.*: 127\.0\.0\.1:1 refused the connection/,
  );
  assert.match(down.hint!, /--mirror/);
  assert.equal(down.why, 'the server comes from the test');
});

test('where the first of two mirrors is down, the second one serves', async (t) => {
  const archive = await newArchive();
  const { url } = await serveArchive(t, archive);
  const { suites } = await (await open(t, archive, { main: ['http://127.0.0.1:1', url] })).opened();
  assert.equal(suites[0]!.base, url);
});

test('a CPU that the release is not built for is named', async (t) => {
  const { debian } = await open(t, await newArchive());
  const failure = await failureOf(debian.open('bullseye', 'riscv64'));
  assert.equal(failure.code, 'arch-not-in-release');
  assert.match(failure.why!, /amd64/);
});

test('packages for every CPU are read from their own index where there is one', async (t) => {
  const archive = await newArchive();
  await archive.addSuite('sid', [{ name: 'gcc' }], { keys: [key], fields: { Architectures: 'amd64 all' } });
  const { debian } = await open(t, archive);
  const failure = await failureOf(debian.open('sid', 'amd64'));
  assert.match(failure.message, /lists no main\/binary-all\/Packages/);
  const fields = { Architectures: 'amd64 all', 'No-Support-for-Architecture-all': 'Packages' };
  await archive.addSuite('sid', [{ name: 'gcc' }], { keys: [key], fields });
  const again = await open(t, archive);
  assert.equal((await again.debian.open('sid', 'amd64')).indexes.length, 1);
});

test('an InRelease without an end is given up', async (t) => {
  const { url } = await serve(t, (_, response) => {
    const chunk = Buffer.alloc(1024 * 1024, 0x20);
    const more = () => {
      while (response.write(chunk));
    };
    response.on('drain', more);
    more();
  });
  const { opened } = await open(t, await newArchive(), { main: [url] });
  const failure = await failureOf(opened());
  assert.equal(failure.code, 'mirror-unreachable');
  assert.match(failure.message, /is larger than the \d+ bytes/);
});

test('what is kept of an index is the unpacked text, under its hash', async (t) => {
  const { opened, debian, store } = await open(t, await newArchive());
  const { suites } = await opened();
  await debian.settled();
  const { sha256 } = suites[0]!.release.files.get('main/binary-amd64/Packages')!;
  assert.match(await readFile(store.blobPath(sha256), 'utf8'), /^Package: gcc\n/);
});

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { pathToFileURL } from 'node:url';
import { parseArmor } from '../../../src/packages/openpgp/armor.ts';
import { DebArchive } from '../../../src/packages/deb/archive.ts';
import { debAddresses } from '../../../src/packages/deb/addresses.ts';
import { userRepository, type DebRepositoryRule } from '../../../src/packages/deb/repository.ts';
import { DebUniverse } from '../../../src/packages/deb/universe.ts';
import { Failure } from '../../../src/report/failure.ts';
import { quickClient } from './local-server.ts';
import { makeKey, serveArchive, temporaryStore, TestArchive, TODAY } from './signed-repository.ts';

/** Repositories of a user's own, beside or instead of a distro's: each trusted for its own key alone. */
const key = await makeKey();
const otherKey = await makeKey();
const at = { file: 'targetry.yaml', line: 7, column: 9, length: 3, text: '      - { url: …' };
const LENIENT = { checkValidUntil: false, checkDate: true };
const STRICT = { checkValidUntil: true, checkDate: true };

function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'targetry-repository-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function keyFile(t: TestContext, content: string | Buffer = key.armored): string {
  const file = join(temporaryFolder(t), 'key');
  writeFileSync(file, content);
  return file;
}

interface Scene {
  readonly archive: TestArchive;
  readonly rule?: Partial<DebRepositoryRule>;
  readonly apt?: typeof STRICT;
  readonly now?: Date;
}

async function open(t: TestContext, { archive, rule = {}, apt = STRICT, now = TODAY }: Scene) {
  const { url } = await serveArchive(t, archive);
  const base = { name: 'vendor', url, suite: 'stable', components: ['main'], priority: undefined, at };
  const repository = userRepository({ ...base, key: keyFile(t), ...rule }, undefined, apt);
  t.after(() => opener.settled().catch(() => {}));
  const opener = new DebArchive({ client: quickClient(t), store: await temporaryStore(t), now });
  const [opened] = await opener.open([repository], 'amd64');
  return { ...opened!, repository };
}

async function failureOf(promise: Promise<unknown>): Promise<Failure> {
  const error: unknown = await promise.then(
    () => assert.fail('it should have failed'),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof Failure, String(error));
  return error;
}

async function vendor(options: Partial<Parameters<TestArchive['addSuite']>[2]> = {}, suite = 'stable') {
  const archive = new TestArchive();
  await archive.addSuite(suite, [{ name: 'tool' }], { keys: [key], ...options });
  return archive;
}

test('a repository of the user is read like a release of the distro', async (t) => {
  const { suite, indexes } = await open(t, { archive: await vendor() });
  assert.equal(suite.name, 'vendor stable');
  assert.equal(suite.key, key.fingerprint);
  assert.deepEqual(
    indexes.map((index) => index.versions('tool')[0]?.repository),
    ['vendor stable main'],
  );
});

test('a repository without suites has its index in one folder, and no components', async (t) => {
  const archive = await vendor({ form: 'plain' }, './');
  const copies = [...archive.files].map(([path, bytes]) => [`sub/${path}`, bytes] as const);
  for (const [path, bytes] of copies) archive.files.set(path, bytes);
  for (const suite of ['./', 'sub/']) {
    const { suite: opened, indexes } = await open(t, { archive, rule: { suite } });
    assert.equal(opened.name, `vendor ${suite}`);
    assert.equal(indexes[0]!.versions('tool')[0]!.repository, `vendor ${suite}`);
  }
});

test('a signature in a file of its own counts, over exactly those bytes', async (t) => {
  const archive = await vendor({ detached: true });
  assert.equal((await open(t, { archive })).suite.key, key.fingerprint);
  const bytes = archive.files.get('dists/stable/Release')!;
  archive.files.set('dists/stable/Release', Buffer.concat([bytes, Buffer.from('\n')]));
  assert.equal((await failureOf(open(t, { archive }))).code, 'signature-bad');
  const signature = archive.files.get('dists/stable/Release.gpg')!.toString();
  archive.files.set('dists/stable/Release', bytes);
  archive.files.set('dists/stable/Release.gpg', parseArmor(signature)[0]!.data);
  assert.equal((await open(t, { archive })).suite.key, key.fingerprint);
});

test('a repository that nobody signed is refused, whatever apt would be told', async (t) => {
  const archive = await vendor({ detached: true });
  archive.files.delete('dists/stable/Release.gpg');
  const failure = await failureOf(open(t, { archive }));
  assert.equal(failure.code, 'signature-missing');
  assert.match(failure.why!, /no Release\.gpg/);
  assert.deepEqual(failure.at, at);
});

test('a key counts for its own repository alone', async (t) => {
  const rule = { key: keyFile(t, otherKey.armored) };
  const failure = await failureOf(open(t, { archive: await vendor(), rule }));
  assert.equal(failure.code, 'signature-unknown-key');
  assert.deepEqual(failure.at, at);
  const archive = await vendor({ keys: [otherKey] });
  assert.equal((await open(t, { archive, rule })).suite.key, otherKey.fingerprint);
});

test('a key may be armoured or not', async (t) => {
  const rule = { key: keyFile(t, parseArmor(key.armored)[0]!.data) };
  assert.equal((await open(t, { archive: await vendor(), rule })).suite.key, key.fingerprint);
});

for (const [title, make, why] of [
  ['is missing', () => '/nowhere/key.asc', /ENOENT/],
  ['holds no key', (t: TestContext) => keyFile(t, 'hello'), /there is no public key in it/],
  ['is cut off', (t: TestContext) => keyFile(t, key.armored.slice(0, 200)), /has no end/],
] as const) {
  test(`a key file that ${title} is told at its place`, async (t) => {
    const failure = await failureOf(open(t, { archive: await vendor(), rule: { key: make(t) } }));
    assert.equal(failure.code, 'repository-key');
    assert.match(failure.why!, why);
    assert.deepEqual(failure.at, at);
  });
}

test('where there is no distro whose keys could count, a key must be named', async (t) => {
  const failure = await failureOf(open(t, { archive: await vendor(), rule: { key: undefined } }));
  assert.equal(failure.code, 'repository-key');
  assert.match(failure.hint!, /`key:`/);
});

test('a folder on this machine stands in for a server', async (t) => {
  const folder = temporaryFolder(t);
  for (const [path, bytes] of (await vendor()).files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
  const rule = { url: pathToFileURL(folder).href };
  const { suite } = await open(t, { archive: new TestArchive(), rule });
  assert.equal(suite.base, rule.url);
  const missing = await failureOf(
    open(t, { archive: new TestArchive(), rule: { url: `${rule.url}/nowhere` } }),
  );
  assert.equal(missing.code, 'release-not-found');
});

test('a component that is not there is told with those that are', async (t) => {
  const archive = await vendor({ component: 'contrib' });
  const failure = await failureOf(open(t, { archive }));
  assert.match(failure.message, /has no component main/);
  assert.match(failure.hint!, /\[contrib\]/);
});

test('a release file that names another suite is let through with a warning, as apt does', async (t) => {
  const archive = await vendor({ fields: { Suite: 'beta', Codename: 'beta' } });
  const { suite } = await open(t, { archive });
  assert.deepEqual(
    suite.warnings.map(({ code, message }) => [code, message.replace(/http\S+/, 'URL')]),
    [['suite-other-name', 'URL is the index of beta, not of stable']],
  );
});

test('an expired release is let through only where the machine says so in general', async (t) => {
  const archive = await vendor({ fields: { 'Valid-Until': 'Mon, 02 Mar 2026 00:00:00 UTC' } });
  const now = new Date('2026-04-01');
  assert.equal((await failureOf(open(t, { archive, now }))).code, 'release-expired');
  assert.equal((await open(t, { archive, now, apt: LENIENT })).suite.expiredAllowed, true);
});

test('priorities decide before versions do, and say when a repository is for those who ask', async (t) => {
  const sourcesOf = async (version: string, rule: Partial<DebRepositoryRule>, fields = {}) => {
    const archive = new TestArchive();
    await archive.addSuite('stable', [{ name: 'tool', version }], { keys: [key], fields });
    const { suite, indexes, repository } = await open(t, { archive, rule });
    return indexes.map((index) => ({ index, priority: repository.priority ?? suite.release.priority }));
  };
  const plain = await sourcesOf('1', { name: 'plain' });
  const candidate = (...sources: (typeof plain)[]) => {
    const found = new DebUniverse(sources.flat()).candidate('tool');
    return found && `${found.version} ${found.repository}`;
  };
  assert.equal(candidate(plain, await sourcesOf('2', {})), '2 vendor stable main');
  assert.equal(candidate(plain, await sourcesOf('2', { priority: 499 })), '1 plain stable main');
  assert.equal(candidate(plain, await sourcesOf('0', { priority: 600 })), '0 vendor stable main');
  assert.equal(candidate(plain, await sourcesOf('1', { priority: 600 })), '1 vendor stable main');
  assert.equal(candidate(await sourcesOf('2', { priority: -1 })), undefined);
  const backports = { NotAutomatic: 'yes', ButAutomaticUpgrades: 'yes' };
  assert.equal(candidate(plain, await sourcesOf('2', {}, backports)), '1 plain stable main');
  const experimental = await sourcesOf('3', { name: 'experimental' }, { NotAutomatic: 'yes' });
  assert.equal(candidate(experimental, await sourcesOf('2', {}, backports)), '2 vendor stable main');
});

test('a locked package is found again by the name of its repository, or that is gone', async (t) => {
  const { repository } = await open(t, { archive: await vendor() });
  const addresses = debAddresses(() => [repository], new Map());
  const file = { name: 'tool', arch: 'amd64', path: 'pool/t+1.deb', size: 1, sha256: '' };
  assert.deepEqual(addresses({ ...file, repository: 'vendor stable main' }), [
    `${repository.bases[0]}/pool/t%2B1.deb`,
  ]);
  assert.throws(
    () => addresses({ ...file, repository: 'other ./' }),
    (error: unknown) =>
      error instanceof Failure &&
      error.code === 'repository-gone' &&
      error.message === "tool is locked from other ./, which targetry.yaml doesn't have",
  );
});
